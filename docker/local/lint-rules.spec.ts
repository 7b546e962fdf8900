import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const cwd = fileURLToPath(new URL('../..', import.meta.url));
let eslint: ESLint;

beforeAll(async () => {
  // The files here do not exist: no rule that needs their types can run.
  const untyped = { languageOptions: { parserOptions: { projectService: false } }, rules: { '@typescript-eslint/no-floating-promises': 'off' as const } };
  eslint = new ESLint({ cwd, overrideConfig: [untyped], ruleFilter: ({ ruleId }) => ruleId.startsWith('wend/') });
  // The first file reads the config and the graph of the packages.
  await problems({ path: 'backend/src/x.ts', code: '' });
}, 60_000);

/** What the rules of the layout say about `code` in a file at `path`: `rule: message`. */
async function problems({ path, code }: { path: string; code: string }): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: `${cwd}${path}` });
  return result!.messages.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

type Case = { path: string; code: string; says: RegExp };
type Allowed = { path: string; code: string };

function rule({ name, broken, kept }: { name: string; broken: Case[]; kept: Allowed[] }): void {
  describe(name, () => {
    it.each(broken)('reports $code in $path', async ({ path, code, says }) => {
      const found = await problems({ path, code });
      expect(found).toHaveLength(1);
      expect(found[0]).toMatch(says);
    });
    it.each(kept)('allows $code in $path', async ({ path, code }) => {
      expect(await problems({ path, code })).toEqual([]);
    });
  });
}

rule({
  name: '1: imports follow the arrows',
  broken: [
    { path: 'workflows/contract/src/x.ts', code: `import { reduce } from '@wend/engine'; reduce;`, says: /layers: .*Move what contract needs into contract/s },
    { path: 'workflows/temporal/src/x.ts', code: `import { api } from '@wend/backend'; api;`, says: /layers: .*Declare an activity type/s },
    { path: 'workflows/nodes/src/x.ts', code: `import { reduce } from '@wend/engine'; reduce;`, says: /layers: .*Write nodes with @wend\/node-sdk alone/s },
    { path: 'workflows/node-sdk/src/x.ts', code: `export { builtInNodes } from '@wend/nodes';`, says: /layers: .*Move/s },
    { path: 'frontend/dashboard/src/x.ts', code: `import type { Runs } from '@wend/temporal'; export type X = Runs;`, says: /layers: .*Fetch it through a route/s },
    { path: 'frontend/dashboard/src/x.ts', code: `const nodes = () => import('@wend/nodes'); nodes;`, says: /layers: .*Fetch it through a route/s },
    { path: 'examples/custom-node/src/x.ts', code: `import { graph } from '@wend/contract'; graph;`, says: /layers: .*Use @wend\/node-sdk alone/s },
    { path: 'migrations/src/x.ts', code: `import { graph } from '@wend/contract'; graph;`, says: /layers: .*Write it in SQL/s },
    { path: 'backend/src/journeys/x.ts', code: `import { graph } from '../../../workflows/contract/src/index.js'; graph;`, says: /layers: .*Import other packages by their name/s },
  ],
  kept: [
    { path: 'workflows/temporal/src/x.ts', code: `import { reduce } from '@wend/engine'; reduce;` },
    { path: 'backend/src/journeys/x.ts', code: `import { builtInNodes } from '@wend/nodes'; import { nodeKey } from '@wend/node-sdk'; builtInNodes; nodeKey;` },
    { path: 'frontend/dashboard/src/x.ts', code: `import { simulate } from '@wend/engine'; simulate;` },
  ],
});

rule({
  name: '2: contract and engine are pure',
  broken: [
    { path: 'workflows/contract/src/x.ts', code: `import { readFile } from 'node:fs'; readFile;`, says: /pure-core: .*Take the value as an argument/ },
    { path: 'workflows/contract/src/x.ts', code: `import { Liquid } from 'liquidjs'; Liquid;`, says: /pure-core: .*Take the value as an argument/ },
    { path: 'workflows/engine/src/x.ts', code: `import { z } from 'zod'; z;`, says: /pure-core: .*Use `import type` from @wend\/contract/ },
    { path: 'workflows/engine/src/x.ts', code: `import { always } from '@wend/contract'; always;`, says: /pure-core: .*Use `import type`/ },
    { path: 'workflows/engine/src/x.ts', code: `import type { ZodType } from 'zod'; export type X = ZodType;`, says: /pure-core: .*Add the type there/ },
    { path: 'workflows/engine/src/x.ts', code: `export const now = () => Date.now();`, says: /no-clock: .*Read `at` of the input/ },
    { path: 'workflows/engine/src/x.ts', code: `export const day = (at: number) => new Date(at);`, says: /no-clock: .*ask for what depends on a calendar as a fact/ },
    { path: 'workflows/engine/src/x.ts', code: `export const draw = () => Math.random();`, says: /no-chance: .*Draw from the seed/ },
    { path: 'workflows/engine/src/x.ts', code: `export const format = new Intl.NumberFormat();`, says: /no-chance/ },
  ],
  kept: [
    { path: 'workflows/contract/src/x.ts', code: `import { z } from 'zod'; z;` },
    { path: 'workflows/engine/src/x.ts', code: `import type { Program } from '@wend/contract'; import { reduce } from './reduce.js'; export type X = Program; reduce;` },
    { path: 'workflows/engine/src/x.spec.ts', code: `import { always } from '@wend/contract'; always; Date.UTC(2026, 0, 1);` },
  ],
});

rule({
  name: '3: the sandbox stays small',
  broken: [
    { path: 'workflows/temporal/src/x.workflow.ts', code: `import { reduce } from '@wend/engine'; reduce;`, says: /sandbox-imports: .*do the work in an activity/ },
    { path: 'workflows/temporal/src/x.workflow.ts', code: `import { taskQueue } from './protocol.js'; taskQueue;`, says: /sandbox-imports: .*Use `import type`/ },
    { path: 'workflows/temporal/src/x.workflow.ts', code: `setInterval(() => undefined, 1);`, says: /no-chance: .*wait by commands/ },
    { path: 'workflows/temporal/src/x.workflow.ts', code: `export const draw = Math.random();`, says: /no-chance/ },
    { path: 'workflows/temporal/src/x.workflow.ts', code: `export const now = () => Temporal.Now.instant();`, says: /no-chance/ },
  ],
  kept: [
    {
      path: 'workflows/temporal/src/x.workflow.ts',
      code: `import { sleep } from '@temporalio/workflow'; import { reduce } from '@wend/engine/run'; import type { Input } from '@wend/contract'; import type { RunSignal } from './protocol.js'; sleep(Date.now()); reduce; export type X = Input | RunSignal;`,
    },
  ],
});

rule({
  name: '4: libraries stay in their place',
  broken: [
    { path: 'backend/src/journeys/x.service.ts', code: `import { In } from 'typeorm'; In;`, says: /library-homes: .*Add a method to a repository/ },
    { path: 'backend/src/journeys/x.service.ts', code: `import { InjectRepository } from '@nestjs/typeorm'; InjectRepository;`, says: /library-homes: .*Add a method to a repository/ },
    { path: 'backend/src/journeys/x.repository.ts', code: `import { Client } from '@temporalio/client'; Client;`, says: /library-homes: .*Export what you need from @wend\/temporal/ },
    { path: 'frontend/dashboard/src/features/journey-editor/panel/x.tsx', code: `import type { Node } from '@xyflow/react'; export type X = Node;`, says: /library-homes: .*Work on the graph/ },
  ],
  kept: [
    { path: 'backend/src/journeys/x.entity.ts', code: `import { Entity } from 'typeorm'; Entity;` },
    { path: 'backend/src/platform/database/x.ts', code: `import { DataSource } from 'typeorm'; DataSource;` },
    { path: 'backend/src/enrollments/x.activities.ts', code: `import { Context } from '@temporalio/activity'; Context;` },
    { path: 'workflows/temporal/src/x.ts', code: `import { Client } from '@temporalio/client'; Client;` },
    { path: 'frontend/dashboard/src/features/journey-editor/canvas/x.tsx', code: `import { ReactFlow } from '@xyflow/react'; ReactFlow;` },
  ],
});

rule({
  name: '4: the editor loads schemas afterwards',
  broken: [
    { path: 'frontend/dashboard/src/features/journey-editor/panel/x.tsx', code: `import { duration } from '@wend/contract'; duration;`, says: /plain-editor: .*Take values from @wend\/contract\/plain/ },
    { path: 'frontend/dashboard/src/lib/x.ts', code: `import { z } from 'zod'; z;`, says: /plain-editor: .*loaded afterwards/ },
  ],
  kept: [
    { path: 'frontend/dashboard/src/features/journey-editor/panel/x.tsx', code: `import type { Graph } from '@wend/contract'; import { api } from '@wend/contract/plain'; export type X = Graph; api;` },
    { path: 'frontend/dashboard/src/features/journey-editor/store/checks.ts', code: `import { graph } from '@wend/contract'; graph;` },
  ],
});

rule({
  name: '5: modules see the index of each other',
  broken: [
    { path: 'backend/src/journeys/x.ts', code: `import { Loop } from '../enrollments/loop.js'; Loop;`, says: /module-index: .*Import from its index\.js/ },
    { path: 'backend/src/journeys/x.ts', code: `import type { Scope } from '../platform/database/database.js'; export type X = Scope;`, says: /module-index: .*platform\/database/ },
    { path: 'backend/src/platform/http/x.ts', code: `import { Database } from '../database/database.js'; Database;`, says: /module-index/ },
    { path: 'backend/src/worker.module.ts', code: `import { Loop } from './enrollments/loop.js'; Loop;`, says: /module-index/ },
    { path: 'backend/src/journeys/deep/x.ts', code: `export * from '../../enrollments/loop.js';`, says: /module-index/ },
  ],
  kept: [
    { path: 'backend/src/journeys/x.ts', code: `import { Loop } from '../enrollments/index.js'; import { Database } from '../platform/database/index.js'; import { y } from './deep/y.js'; Loop; Database; y;` },
    { path: 'backend/src/journeys/deep/x.ts', code: `import { y } from '../y.js'; y;` },
    { path: 'backend/src/journeys/x.db.spec.ts', code: `import { testDatabase } from '../../test/database.js'; testDatabase;` },
    { path: 'backend/test/x.e2e.spec.ts', code: `import { Loop } from '../src/enrollments/loop.js'; Loop;` },
  ],
});

const repository = (body: string) => `import type { Scope } from '../platform/database/index.js'; export class XRepository { ${body} } export type Y = Scope;`;
rule({
  name: '6: repositories take the workspace first',
  broken: [
    { path: 'backend/src/x/x.repository.ts', code: repository(`async find(id: string) { return id; }`), says: /repository-scope: find .*Take `scope: Scope` as the first parameter/ },
    { path: 'backend/src/x/x.repository.ts', code: repository(`find(id: string, scope: Scope): Promise<void> { return this.run(id, scope); }`), says: /repository-scope: find/ },
    { path: 'backend/src/x/x.repository.ts', code: repository(`find = async (id: string) => id;`), says: /repository-scope: find/ },
    { path: 'backend/src/x/x.repository.ts', code: repository(`async find({ other }: Scope) { return other; }`), says: /repository-scope: find/ },
    { path: 'backend/src/x/x.repository.ts', code: repository(`/** Without scope: why */ async find(id: string) { return id; }`), says: /repository-scope: find/ },
    { path: 'backend/src/x/x.repository.ts', code: `export async function find({ sql }: { sql: string }) { return sql; }`, says: /repository-scope: find/ },
  ],
  kept: [
    { path: 'backend/src/x/x.repository.ts', code: repository(`async find(scope: Scope, id: string) { return [scope, id]; } async all({ workspaceId }: Scope) { return workspaceId; }`) },
    { path: 'backend/src/x/x.repository.ts', code: repository(`private async run(id: string) { return id; } constructor(private readonly x: string) {} nameOf(id: string) { return id; }`) },
    { path: 'backend/src/x/x.repository.ts', code: repository(`/** By hash. Without scope: the key is how\n * the workspace becomes known. */ async find(hash: string) { return hash; }`) },
    { path: 'backend/src/x/x.repository.ts', code: `/** Without scope: it sweeps all workspaces. */ @Injectable() export class XRepository { async find(id: string) { return id; } }` },
  ],
});

rule({
  name: '7: the environment is read in config.ts',
  broken: [
    { path: 'backend/src/journeys/x.ts', code: `export const url = process.env['URL'];`, says: /environment-in-config: .*config\.ts/ },
    { path: 'backend/src/journeys/x.ts', code: `export const { env } = process;`, says: /environment-in-config/ },
    { path: 'workflows/temporal/src/x.ts', code: `import { env } from 'node:process'; env;`, says: /environment-in-config/ },
    { path: 'frontend/dashboard/src/x.tsx', code: `export const url = process['env'].URL;`, says: /environment-in-config/ },
  ],
  kept: [
    { path: 'backend/src/platform/config/config.ts', code: `export const read = (environment = process.env) => environment;` },
    { path: 'migrations/src/bin/x.ts', code: `export const url = process.env.URL;` },
    { path: 'docker/local/x.mjs', code: `export const url = process.env.URL;` },
    { path: 'backend/src/journeys/x.spec.ts', code: `export const url = process.env.URL;` },
  ],
});

rule({
  name: 'exports have names',
  broken: [{ path: 'frontend/dashboard/src/features/x.tsx', code: `export default function X() {}`, says: /named-exports: Export it by name/ }],
  kept: [{ path: 'frontend/dashboard/src/app/page.tsx', code: `export default function Page() {}` }],
});
