import type { Cases } from '../cases.js';

export const cases: Cases = {
  name: 'imports follow the arrows',
  broken: [
    {
      path: 'workflows/contract/src/x.ts',
      code: `import { reduce } from '@wend/engine'; reduce;`,
      says: /layers: .*Move what contract needs into contract/s,
    },
    {
      path: 'workflows/temporal/src/x.ts',
      code: `import { api } from '@wend/backend'; api;`,
      says: /layers: .*Declare an activity type/s,
    },
    {
      path: 'workflows/nodes/src/x.ts',
      code: `import { reduce } from '@wend/engine'; reduce;`,
      says: /layers: .*Write nodes with @wend\/node-sdk alone/s,
    },
    {
      path: 'workflows/node-sdk/src/x.ts',
      code: `export { builtInNodes } from '@wend/nodes';`,
      says: /layers: .*Move/s,
    },
    {
      path: 'frontend/dashboard/src/x.ts',
      code: `import type { Runs } from '@wend/temporal'; export type X = Runs;`,
      says: /layers: .*Fetch it through a route/s,
    },
    {
      path: 'frontend/dashboard/src/x.ts',
      code: `const nodes = () => import('@wend/nodes'); nodes;`,
      says: /layers: .*Fetch it through a route/s,
    },
    {
      path: 'examples/custom-node/src/x.ts',
      code: `import { graph } from '@wend/contract'; graph;`,
      says: /layers: .*Use @wend\/node-sdk alone/s,
    },
    {
      path: 'migrations/src/x.ts',
      code: `import { graph } from '@wend/contract'; graph;`,
      says: /layers: .*Write it in SQL/s,
    },
    {
      path: 'backend/src/journeys/x.ts',
      code: `import { graph } from '../../../workflows/contract/src/index.js'; graph;`,
      says: /layers: .*Import other packages by their name/s,
    },
  ],
  kept: [
    { path: 'workflows/temporal/src/x.ts', code: `import { reduce } from '@wend/engine'; reduce;` },
    {
      path: 'backend/src/journeys/x.ts',
      code: `import { builtInNodes } from '@wend/nodes'; import { nodeKey } from '@wend/node-sdk'; builtInNodes; nodeKey;`,
    },
    { path: 'frontend/dashboard/src/x.ts', code: `import { simulate } from '@wend/engine'; simulate;` },
  ],
};
