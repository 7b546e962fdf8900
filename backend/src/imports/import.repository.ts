import { Injectable } from '@nestjs/common';
import type { ImportCounts, ImportProblemKind, ImportSettings, ImportState } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { cursorTime, decodeCursor, pageOf } from '../profiles/index.js';
import type { Found } from './inspect-file.js';

export type ImportRow = {
  workspace_id: string;
  id: string;
  file_name: string;
  bytes: number;
  received: number;
  state: ImportState;
  error: string | null;
  found: Found | null;
  settings: ImportSettings | null;
  read_bytes: number;
  read_lines: number;
  after_broken: boolean;
  rows: number;
  created: number;
  changed: number;
  unchanged: number;
  repeated: number;
  bad: number;
  late: number;
  kept: number;
  /** Of rows that the database refused: see `ImportRunner`. */
  rows_at_once: number | null;
  failures: number;
  refused: string | null;
  checked: ImportCounts | null;
  created_by: string;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
};

/** What is counted of rows: the names of the contract, and of the columns. */
export const countNames = [
  'rows',
  'created',
  'changed',
  'unchanged',
  'repeated',
  'bad',
  'late',
  'kept',
] as const satisfies readonly (keyof ImportCounts)[];
// As doubles: no count here comes near what they cannot tell apart.
const numbers = ['bytes', 'received', 'read_bytes', 'read_lines', ...countNames];
export const importColumns = `workspace_id, id, file_name, state, error, found, settings, after_broken, checked, rows_at_once, failures, refused, created_by, created_at,
  started_at, finished_at, ${numbers.map((name) => `${name}::float8 as ${name}`).join(', ')}`;
/** What was found in a file, once that is gone: the names of its columns, and nothing of anybody. */
export const withoutCells = `found || jsonb_build_object('rows', '[]'::jsonb, 'columns', (
  select jsonb_agg(c || '{"samples": []}' order by n) from jsonb_array_elements(found -> 'columns') with ordinality as t (c, n)
))`;
/** For a list: what was found in a file would be most of it. */
const listColumns = importColumns.replace('found, settings,', 'null::jsonb as found, null::jsonb as settings,');
const noCounts = `${countNames.map((name) => `${name} = 0`).join(', ')}, rows_at_once = null, failures = 0, refused = null`;

/** Imports and their files, as members see and change them. */
@Injectable()
export class ImportRepository {
  constructor(private readonly database: Database) {}

  /** Keys of topics, to which columns can go. */
  async topics(scope: Scope, sql: Sql): Promise<Set<string>> {
    const rows = await sql.query<{ key: string }>('select key from topics where workspace_id = $1', [
      scope.workspaceId,
    ]);
    return new Set(rows.map(({ key }) => key));
  }

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  async list(
    scope: Scope,
    { cursor, limit }: { cursor?: string | undefined; limit: number },
  ): Promise<{ rows: ImportRow[]; next: string | null }> {
    const after = decodeCursor(cursor);
    const rows = await this.database.query<ImportRow & { cursor: string }>(
      `select ${listColumns}, ${cursorTime('created_at')} as cursor from imports
       where workspace_id = $1
         and ($2::timestamptz is null or created_at < $2 or (created_at = $2 and id > $3::uuid))
       order by created_at desc, id limit $4`,
      [scope.workspaceId, after?.at ?? null, after?.id ?? null, limit + 1],
    );
    return pageOf(rows, limit);
  }

  async find(scope: Scope, id: string, sql: Sql = this.database): Promise<ImportRow | null> {
    const [row] = await sql.query<ImportRow>(
      `select ${importColumns} from imports where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** The same, held until the transaction ends: nobody works on it or changes it meanwhile. */
  async hold(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<ImportRow | null> {
    const [row] = await sql.query<ImportRow>(
      `select ${importColumns} from imports where workspace_id = $1 and id = $2 for update`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** Null when the workspace has `most` files already that are not done. Two at once wait for each other. */
  async insert(
    scope: Scope,
    { fileName, bytes, by, most }: { fileName: string; bytes: number; by: string; most: number },
  ): Promise<ImportRow | null> {
    return this.database.transaction(async (sql) => {
      await sql.query('select 1 from workspaces where id = $1 for no key update', [scope.workspaceId]);
      const [row] = await sql.query<ImportRow>(
        `insert into imports (workspace_id, file_name, bytes, created_by)
         select $1, $2, $3, $4
         where (
           select count(*) from imports
           where workspace_id = $1 and state not in ('done', 'cancelled', 'failed')
         ) < $5
         returning ${importColumns}`,
        [scope.workspaceId, fileName, bytes, by, most],
      );
      return row ?? null;
    });
  }

  /** Keeps bytes that follow those that are there. False when they do not. */
  async addChunk(
    scope: Scope,
    { id, position, bytes }: { id: string; position: number; bytes: Buffer },
  ): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      const moved = await sql.query(
        `update imports set received = received + $4
         where workspace_id = $1 and id = $2 and received = $3 and state = 'uploading' and received + $4 <= bytes
         returning 1`,
        [scope.workspaceId, id, position, bytes.length],
      );
      if (moved.length === 0) return false;
      await sql.query('insert into import_chunks (workspace_id, import_id, position, bytes) values ($1, $2, $3, $4)', [
        scope.workspaceId,
        id,
        position,
        bytes,
      ]);
      return true;
    });
  }

  /** Bytes of the file from a position on, as many as there are up to `length`. */
  async read(
    scope: Scope,
    { sql = this.database, id, position, length }: { sql?: Sql; id: string; position: number; length: number },
  ): Promise<Buffer> {
    const rows = await sql.query<{ bytes: Buffer }>(
      `select substring(bytes from greatest($3::bigint - position, 0)::int + 1 for $4::int) as bytes
       from import_chunks
       where workspace_id = $1 and import_id = $2 and position < $3::bigint + $4::int
         and position >= coalesce(
           (
             select max(position) from import_chunks where workspace_id = $1 and import_id = $2 and position <= $3::bigint
           ),
             0
         )
       order by position`,
      [scope.workspaceId, id, position, length],
    );
    return Buffer.concat(rows.map(({ bytes }) => bytes)).subarray(0, length);
  }

  /** The file is there, and can be read or cannot. */
  async setFound(
    scope: Scope,
    { sql, id, found, error }: { sql: Sql; id: string; found: Found | null; error: string | null },
  ): Promise<void> {
    await sql.query(
      `update imports
       set found = $3, error = $4, settings = null, checked = null, state = case when $4::text is null then 'ready' else 'failed' end,
         ${noCounts}
       where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id, found && JSON.stringify(found), error],
    );
    if (error !== null) await this.removeFile(scope, { sql, id });
  }

  /** Begins a run from the first row on. */
  async begin(
    scope: Scope,
    { sql, id, settings, state }: { sql: Sql; id: string; settings: ImportSettings; state: 'checking' | 'importing' },
  ): Promise<void> {
    await sql.query('delete from import_problems where workspace_id = $1 and import_id = $2', [scope.workspaceId, id]);
    // Those below 0 say who was erased since the file came.
    await sql.query('delete from import_keys where workspace_id = $1 and import_id = $2 and line >= 0', [
      scope.workspaceId,
      id,
    ]);
    await sql.query(
      `update imports
       set state = $4, settings = $3, read_bytes = 0, read_lines = 0, after_broken = false, started_at = now(),
         finished_at = null, worked_at = null, checked = case when $4 = 'checking' then null else checked end, ${noCounts}
       where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id, JSON.stringify(settings), state],
    );
  }

  /** A dry run that is stopped is as if it had never been; an import that is stopped stays as far as it got. */
  async cancel(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<void> {
    const [row] = await sql.query<{ state: ImportState }>(
      `update imports
       set state = case state when 'checking' then 'ready' else 'cancelled' end, finished_at = now(), found = case state when 'checking' then found else ${withoutCells} end
       where workspace_id = $1 and id = $2 and state in ('checking', 'importing')
       returning state`,
      [scope.workspaceId, id],
    );
    if (row?.state === 'cancelled') await this.removeFile(scope, { sql, id });
  }

  /** What belongs to it goes with it. */
  async remove(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<void> {
    await sql.query('delete from imports where workspace_id = $1 and id = $2', [scope.workspaceId, id]);
  }

  async removeFile(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<void> {
    await sql.query('delete from import_chunks where workspace_id = $1 and import_id = $2', [scope.workspaceId, id]);
  }

  async problems(
    scope: Scope,
    { id, after, limit }: { id: string; after: number; limit: number },
  ): Promise<{ line: number; kind: ImportProblemKind; reason: string; row: string[]; created_at: Date }[]> {
    return this.database.query(
      `select line::float8 as line, kind, reason, "row", created_at from import_problems
       where workspace_id = $1 and import_id = $2 and line > $3
       order by line limit $4`,
      [scope.workspaceId, id, after, limit],
    );
  }
}
