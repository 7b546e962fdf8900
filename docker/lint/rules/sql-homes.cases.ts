import type { Cases } from '../cases.js';

export const cases: Cases = {
  name: 'SQL stays in repositories',
  broken: [
    {
      path: 'backend/src/journeys/x.service.ts',
      code: `export const names = 'select name from journeys';`,
      says: /sql-homes: SQL is written .*Add a method to a \*\.repository\.ts/,
    },
    {
      path: 'backend/src/journeys/x.ts',
      code: 'export const remove = (table: string) => `\n  delete from ${table} where id = $1`;',
      says: /sql-homes: SQL is written/,
    },
    {
      path: 'backend/src/journeys/x.ts',
      code: `export const text = 'WITH gone AS (DELETE FROM journeys) SELECT 1';`,
      says: /sql-homes: SQL is written/,
    },
    {
      path: 'backend/src/journeys/x.ts',
      code: `import { text } from './x.repository.js'; export const run = (sql: any) => sql.query(text, []);`,
      says: /sql-homes: `query` runs SQL outside a repository/,
    },
    {
      path: 'backend/src/journeys/x.controller.ts',
      code: `import { X } from './x.entity.js'; export const run = (database: any) => database.repository(X).find();`,
      says: /sql-homes: `repository` runs SQL/,
    },
    {
      path: 'backend/src/journeys/x.sql.ts',
      code: 'export const run = (sql: any) => sql.query(`select ${1}`);',
      says: /sql-homes: `query` runs SQL/,
    },
  ],
  kept: [
    {
      path: 'backend/src/journeys/x.repository.ts',
      code: `const text = 'select name from journeys'; export const run = (sql: any) => sql.query(text);`,
    },
    { path: 'backend/src/journeys/x.sql.ts', code: `export const text = 'select name from journeys';` },
    { path: 'backend/src/platform/database/x.ts', code: `export const run = (client: any) => client.query('begin');` },
    {
      path: 'backend/src/journeys/x.service.ts',
      code: 'export const x = (provider: any, n: number) => provider.send({ n }, "Select a channel with care", `with ${n}`);',
    },
    { path: 'backend/src/journeys/x.db.spec.ts', code: `export const rows = (sql: any) => sql.query('select 1');` },
  ],
};
