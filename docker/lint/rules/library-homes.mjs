import { noImport, sources } from '../building.mjs';

/** Libraries that may be known in one place only. */
const homes = {
  typeorm: {
    pattern: '^(typeorm|@nestjs/typeorm)($|/)',
    message:
      'TypeORM stays in *.entity.ts, *.repository.ts and backend/src/platform/database. Add a method to a repository and call that.',
  },
  temporal: {
    pattern: '^@temporalio/',
    message:
      'Temporal stays in workflows/temporal and *.activities.ts. Export what you need from @wend/temporal in words of the product.',
  },
  flow: {
    pattern: '^@xyflow/',
    message:
      'React Flow stays in journey-editor/canvas: it draws a view of the graph. Work on the graph with the edits of @wend/contract, or export a component from canvas.',
  },
};
const only = (...libraries) => ['error', libraries];

export const libraryHomes = {
  rules: { 'library-homes': noImport },
  config: [
    { files: [sources], rules: { 'wend/library-homes': only(homes.typeorm, homes.temporal, homes.flow) } },
    {
      files: ['backend/src/**/*.{entity,repository}.ts', 'backend/src/platform/database/**', 'migrations/src/**'],
      rules: { 'wend/library-homes': only(homes.temporal, homes.flow) },
    },
    {
      files: ['workflows/temporal/**', 'backend/src/**/*.activities.ts'],
      rules: { 'wend/library-homes': only(homes.typeorm, homes.flow) },
    },
    {
      files: ['frontend/dashboard/src/features/journey-editor/canvas/**'],
      rules: { 'wend/library-homes': only(homes.typeorm, homes.temporal) },
    },
  ],
};
