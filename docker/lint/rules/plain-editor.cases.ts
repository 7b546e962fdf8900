import type { Cases } from '../cases.js';

export const cases: Cases = {
  name: 'the editor loads schemas afterwards',
  broken: [
    {
      path: 'frontend/dashboard/src/features/journey-editor/panel/x.tsx',
      code: `import { duration } from '@wend/contract'; duration;`,
      says: /plain-editor: .*Take values from @wend\/contract\/plain/,
    },
    {
      path: 'frontend/dashboard/src/lib/x.ts',
      code: `import { z } from 'zod'; z;`,
      says: /plain-editor: .*loaded afterwards/,
    },
  ],
  kept: [
    {
      path: 'frontend/dashboard/src/features/journey-editor/panel/x.tsx',
      code: `import type { Graph } from '@wend/contract'; import { api } from '@wend/contract/plain'; export type X = Graph; api;`,
    },
    {
      path: 'frontend/dashboard/src/features/journey-editor/store/checks.ts',
      code: `import { graph } from '@wend/contract'; graph;`,
    },
  ],
};
