import type { Cases } from '../cases.js';

export const cases: Cases = {
  name: 'contract and engine are pure',
  broken: [
    {
      path: 'workflows/contract/src/x.ts',
      code: `import { readFile } from 'node:fs'; readFile;`,
      says: /pure-core: .*Take the value as an argument/,
    },
    {
      path: 'workflows/contract/src/x.ts',
      code: `import { Liquid } from 'liquidjs'; Liquid;`,
      says: /pure-core: .*Take the value as an argument/,
    },
    {
      path: 'workflows/engine/src/x.ts',
      code: `import { z } from 'zod'; z;`,
      says: /pure-core: .*Use `import type` from @wend\/contract/,
    },
    {
      path: 'workflows/engine/src/x.ts',
      code: `import { always } from '@wend/contract'; always;`,
      says: /pure-core: .*Use `import type`/,
    },
    {
      path: 'workflows/engine/src/x.ts',
      code: `import type { ZodType } from 'zod'; export type X = ZodType;`,
      says: /pure-core: .*Add the type there/,
    },
    {
      path: 'workflows/engine/src/x.ts',
      code: `export const now = () => Date.now();`,
      says: /no-clock: .*Read `at` of the input/,
    },
    {
      path: 'workflows/engine/src/x.ts',
      code: `export const day = (at: number) => new Date(at);`,
      says: /no-clock: .*ask for what depends on a calendar as a fact/,
    },
    {
      path: 'workflows/engine/src/x.ts',
      code: `export const draw = () => Math.random();`,
      says: /no-chance: .*Draw from the seed/,
    },
    { path: 'workflows/engine/src/x.ts', code: `export const format = new Intl.NumberFormat();`, says: /no-chance/ },
  ],
  kept: [
    { path: 'workflows/contract/src/x.ts', code: `import { z } from 'zod'; z;` },
    {
      path: 'workflows/engine/src/x.ts',
      code: `import type { Program } from '@wend/contract'; import { reduce } from './reduce.js'; export type X = Program; reduce;`,
    },
    { path: 'workflows/engine/src/x.ts', code: `import { readDate } from '@wend/contract/values'; readDate;` },
    {
      path: 'workflows/engine/src/x.spec.ts',
      code: `import { always } from '@wend/contract'; always; Date.UTC(2026, 0, 1);`,
    },
  ],
};
