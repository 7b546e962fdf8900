import type { Cases } from '../cases.js';

export const cases: Cases = {
  name: 'the sandbox stays small',
  broken: [
    {
      path: 'workflows/temporal/src/x.workflow.ts',
      code: `import { reduce } from '@wend/engine'; reduce;`,
      says: /sandbox-imports: .*do the work in an activity/,
    },
    {
      path: 'workflows/temporal/src/x.workflow.ts',
      code: `import { taskQueue } from './protocol.js'; taskQueue;`,
      says: /sandbox-imports: .*Use `import type`/,
    },
    {
      path: 'workflows/temporal/src/x.workflow.ts',
      code: `setInterval(() => undefined, 1);`,
      says: /no-chance: .*wait by commands/,
    },
    { path: 'workflows/temporal/src/x.workflow.ts', code: `export const draw = Math.random();`, says: /no-chance/ },
    {
      path: 'workflows/temporal/src/x.workflow.ts',
      code: `export const now = () => Temporal.Now.instant();`,
      says: /no-chance/,
    },
  ],
  kept: [
    {
      path: 'workflows/temporal/src/x.workflow.ts',
      code: `import { sleep } from '@temporalio/workflow'; import { reduce } from '@wend/engine/run'; import type { Input } from '@wend/contract'; import type { RunSignal } from './protocol.js'; sleep(Date.now()); reduce; export type X = Input | RunSignal;`,
    },
  ],
};
