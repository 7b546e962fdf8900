import type { Cases } from '../cases.js';

export const cases: Cases = {
  name: 'modules see the index of each other',
  broken: [
    {
      path: 'backend/src/journeys/x.ts',
      code: `import { Loop } from '../enrollments/loop.js'; Loop;`,
      says: /module-index: .*Import from its index\.js/,
    },
    {
      path: 'backend/src/journeys/x.ts',
      code: `import type { Scope } from '../platform/database/database.js'; export type X = Scope;`,
      says: /module-index: .*platform\/database/,
    },
    {
      path: 'backend/src/platform/http/x.ts',
      code: `import { Database } from '../database/database.js'; Database;`,
      says: /module-index/,
    },
    {
      path: 'backend/src/worker.module.ts',
      code: `import { Loop } from './enrollments/loop.js'; Loop;`,
      says: /module-index/,
    },
    {
      path: 'backend/src/journeys/deep/x.ts',
      code: `export * from '../../enrollments/loop.js';`,
      says: /module-index/,
    },
  ],
  kept: [
    {
      path: 'backend/src/journeys/x.ts',
      code: `import { Loop } from '../enrollments/index.js'; import { Database } from '../platform/database/index.js'; import { y } from './deep/y.js'; Loop; Database; y;`,
    },
    { path: 'backend/src/journeys/deep/x.ts', code: `import { y } from '../y.js'; y;` },
    {
      path: 'backend/src/journeys/x.db.spec.ts',
      code: `import { testDatabase } from '../../test/database.js'; testDatabase;`,
    },
    { path: 'backend/test/x.e2e.spec.ts', code: `import { Loop } from '../src/enrollments/loop.js'; Loop;` },
  ],
};
