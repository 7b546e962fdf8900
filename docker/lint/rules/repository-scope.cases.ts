import type { Cases } from '../cases.js';

const repository = (body: string) =>
  `import type { Scope } from '../platform/database/index.js'; export class XRepository { ${body} } export type Y = Scope;`;

export const cases: Cases = {
  name: 'repositories take the workspace first',
  broken: [
    {
      path: 'backend/src/x/x.repository.ts',
      code: repository(`async find(id: string) { return id; }`),
      says: /repository-scope: find .*Take `scope: Scope` as the first parameter/,
    },
    {
      path: 'backend/src/x/x.repository.ts',
      code: repository(`find(id: string, scope: Scope): Promise<void> { return this.run(id, scope); }`),
      says: /repository-scope: find/,
    },
    {
      path: 'backend/src/x/x.repository.ts',
      code: repository(`find = async (id: string) => id;`),
      says: /repository-scope: find/,
    },
    {
      path: 'backend/src/x/x.repository.ts',
      code: repository(`async find({ other }: Scope) { return other; }`),
      says: /repository-scope: find/,
    },
    {
      path: 'backend/src/x/x.repository.ts',
      code: repository(`/** Without scope: why */ async find(id: string) { return id; }`),
      says: /repository-scope: find/,
    },
    {
      path: 'backend/src/x/x.repository.ts',
      code: `export async function find({ sql }: { sql: string }) { return sql; }`,
      says: /repository-scope: find/,
    },
  ],
  kept: [
    {
      path: 'backend/src/x/x.repository.ts',
      code: repository(
        `async find(scope: Scope, id: string) { return [scope, id]; } async all({ workspaceId }: Scope) { return workspaceId; }`,
      ),
    },
    {
      path: 'backend/src/x/x.repository.ts',
      code: repository(
        `private async run(id: string) { return id; } constructor(private readonly x: string) {} nameOf(id: string) { return id; }`,
      ),
    },
    {
      path: 'backend/src/x/x.repository.ts',
      code: repository(
        `/** By hash. Without scope: the key is how\n * the workspace becomes known. */ async find(hash: string) { return hash; }`,
      ),
    },
    {
      path: 'backend/src/x/x.repository.ts',
      code: `/** Without scope: it sweeps all workspaces. */ @Injectable() export class XRepository { async find(id: string) { return id; } }`,
    },
  ],
};
