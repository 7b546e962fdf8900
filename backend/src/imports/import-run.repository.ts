import { Injectable } from '@nestjs/common';
import type { ImportCounts, ImportProblemKind } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import { bigintArray, textArray, uuidArray } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { consentKey } from './consent-key.js';
import { countNames, importColumns, withoutCells } from './import.repository.js';
import type { ImportRow } from './import.repository.js';
import type { Place } from './read-rows.js';

export type Problem = {
  lineNumber: number;
  kind: ImportProblemKind;
  reason: string;
  cells: string[];
  externalId: string | null;
  email: string | null;
};

/** Characters of a row that are kept with its problem. */
const keptCharacters = 20_000;

/** What working through a file writes of the import itself. */
@Injectable()
export class ImportRunRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /**
   * Holds an import that is under way and that nobody else works on, in turn; null when there is none. Without scope:
   * workers serve all workspaces.
   */
  async take(sql: Sql): Promise<ImportRow | null> {
    const [row] = await sql.query<ImportRow>(
      `select ${importColumns} from imports where state in ('checking', 'importing')
       order by worked_at nulls first limit 1
       for no key update skip locked`,
    );
    return row ?? null;
  }

  /**
   * Rows could not be written: what the next try does with the import, which waits for its turn like the others. Nothing
   * where somebody else has been at it since: it is as `file` says, or left alone.
   */
  async setTry(
    scope: Scope,
    { file, rowsAtOnce, refused }: { file: ImportRow; rowsAtOnce: number; refused: string | null },
  ): Promise<void> {
    await this.database.query(
      `update imports set worked_at = now(), failures = failures + 1, rows_at_once = $5, refused = $6
       where workspace_id = $1 and id = $2 and read_bytes = $3 and failures = $4 and state in ('checking', 'importing')`,
      [scope.workspaceId, file.id, file.read_bytes, file.failures, rowsAtOnce, refused],
    );
  }

  /** The lines of rows whose people were erased since the file came (forget-import-rows.repository.ts). */
  async erased(
    scope: Scope,
    { sql, id, rows }: { sql: Sql; id: string; rows: Pick<Problem, 'lineNumber' | 'externalId' | 'email'>[] },
  ): Promise<Set<number>> {
    const found = await sql.query<{ line: number }>(
      `select t.line::float8 as line
       from unnest($3::bigint[], $4::text[], $5::text[]) as t (line, external_id, email)
       where exists (
         select 1 from import_keys k
         where k.workspace_id = $1 and k.import_id = $2 and k.line = -1
           and k.key in (
             hashtextextended('id ' || t.external_id, 31), hashtextextended('email ' || lower(left(t.email, 320)), 31)
           )
       )`,
      [
        scope.workspaceId,
        id,
        bigintArray(rows.map(({ lineNumber }) => lineNumber)),
        textArray(rows.map(({ externalId }) => externalId)),
        textArray(rows.map(({ email }) => email)),
      ],
    );
    return new Set(found.map(({ line }) => line));
  }

  /** Notes whom rows are of; in which line each was met last before, where it was. */
  async meet(scope: Scope, { sql, id, keys }: { sql: Sql; id: string; keys: Map<string, number> }): Promise<void> {
    if (keys.size === 0) return;
    await sql.query(
      `insert into import_keys (workspace_id, import_id, key, line)
       select $1, $2, key, line from unnest($3::bigint[], $4::bigint[]) as t (key, line) order by key
       on conflict (workspace_id, import_id, key) do update set line = excluded.line`,
      [scope.workspaceId, id, [...keys.keys()], bigintArray([...keys.values()])],
    );
  }

  /** In which line each was met last. */
  async met(scope: Scope, { sql, id, keys }: { sql: Sql; id: string; keys: string[] }): Promise<Map<string, number>> {
    if (keys.length === 0) return new Map();
    const rows = await sql.query<{ key: string; line: number }>(
      `select w.key::text as key, k.line::float8 as line
       from unnest($3::bigint[]) as w (key)
       cross join lateral (
         select line from import_keys where workspace_id = $1 and import_id = $2 and key = w.key offset 0
       ) k`,
      [scope.workspaceId, id, keys],
    );
    return new Map(rows.map(({ key, line }) => [key, line]));
  }

  async addProblems(
    scope: Scope,
    { sql, id, problems: kept }: { sql: Sql; id: string; problems: Problem[] },
  ): Promise<void> {
    if (kept.length === 0) return;
    await sql.query(
      `insert into import_problems (workspace_id, import_id, line, kind, reason, "row", external_id, email)
       select $1, $2, line, kind, reason, array(select jsonb_array_elements_text(cells::jsonb)), external_id, lower(email)
       from unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
         as t (line, kind, reason, cells, external_id, email)
       on conflict do nothing`,
      [
        scope.workspaceId,
        id,
        bigintArray(kept.map(({ lineNumber }) => lineNumber)),
        textArray(kept.map(({ kind }) => kind)),
        textArray(kept.map(({ reason }) => reason)),
        textArray(kept.map(({ cells }) => JSON.stringify(shortened(cells)))),
        textArray(kept.map(({ externalId }) => externalId)),
        textArray(kept.map(({ email }) => email)),
      ],
    );
  }

  /**
   * Moves on, and gives up the bytes that are done of a file that is imported: nobody reads them again. At the end of the
   * file the run is over. `rowsAtOnce`: null is as many as usual.
   */
  async progress(
    scope: Scope,
    {
      sql,
      id,
      place,
      counts,
      end,
      rowsAtOnce,
    }: { sql: Sql; id: string; place: Place; counts: ImportCounts; end: boolean; rowsAtOnce: number | null },
  ): Promise<void> {
    const first = 8;
    const sums = countNames.map((name, index) => ({ name, sum: `${name} + $${first + index}::bigint` }));
    await sql.query(
      `update imports
       set read_bytes = $3, read_lines = $4, after_broken = $5, rows_at_once = $7, failures = 0, refused = null,
         ${sums.map(({ name, sum }) => `${name} = ${sum}`).join(', ')}, worked_at = now(),
         state = case when not $6 then state when state = 'checking' then 'checked' else 'done' end,
         finished_at = case when $6 then now() end,
         found = case when $6 and state = 'importing' then ${withoutCells} else found end,
         checked = case
           when $6 and state = 'checking'
             then jsonb_build_object(${sums.map(({ name, sum }) => `'${name}', ${sum}`).join(', ')})
           else checked
         end
       where workspace_id = $1 and id = $2`,
      [
        scope.workspaceId,
        id,
        place.bytes,
        place.lines,
        place.afterBroken,
        end,
        rowsAtOnce,
        ...countNames.map((name) => counts[name]),
      ],
    );
    await sql.query(
      `delete from import_chunks c
       using imports i
       where i.workspace_id = $1 and i.id = $2 and i.state = 'importing'
         and c.workspace_id = i.workspace_id and c.import_id = i.id
         and c.position < (
           select max(position) from import_chunks
           where workspace_id = $1 and import_id = $2 and position <= i.read_bytes
         )`,
      [scope.workspaceId, id],
    );
  }

  /** Nothing more can be done with the file; `error` says why. */
  async fail(scope: Scope, { sql, id, error }: { sql: Sql; id: string; error: string }): Promise<void> {
    await sql.query(
      `update imports set state = 'failed', error = $3, finished_at = now(), found = ${withoutCells}
       where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id, error],
    );
    await sql.query('delete from import_chunks where workspace_id = $1 and import_id = $2', [scope.workspaceId, id]);
  }

  /**
   * Deletes some of what imports that are over need no more: their files, and whom they met. False when there is
   * nothing. Without scope: workers serve all workspaces.
   */
  async sweep({ files, keys }: { files: number; keys: number }): Promise<boolean> {
    const over = `select workspace_id, id from imports where state in ('done', 'cancelled', 'failed') and finished_at > now() - interval '8 days'`;
    const chunks = await this.database.query(
      `delete from import_chunks where ctid = any(
         array(
           select c.ctid from (${over}) i
           join import_chunks c on c.workspace_id = i.workspace_id and c.import_id = i.id
           limit $1
         )
       ) returning 1`,
      [files],
    );
    const met = await this.database.query(
      `delete from import_keys where ctid = any(
         array(
           select k.ctid from (${over}) i join import_keys k on k.workspace_id = i.workspace_id and k.import_id = i.id
           limit $1
         )
       ) returning 1`,
      [keys],
    );
    return chunks.length === files || met.length === keys;
  }

  /** Who of these people has said what, by the person and `consentKey`. */
  async consents(
    scope: Scope,
    { sql, ids }: { sql: Sql; ids: string[] },
  ): Promise<Map<string, { state: string; at: number }>> {
    const rows = await sql.query<{ profile_id: string; channel: string; topic: string; state: string; at: number }>(
      `select profile_id, channel, topic, state, (extract(epoch from at) * 1000)::float8 as at
       from consents where workspace_id = $1 and profile_id = any($2::uuid[])`,
      [scope.workspaceId, uuidArray(ids)],
    );
    return new Map(rows.map(({ profile_id, state, at, ...of }) => [`${profile_id} ${consentKey(of)}`, { state, at }]));
  }
}

function shortened(cells: string[]): string[] {
  let left = keptCharacters;
  return cells.map((cell) => {
    const part = cell.slice(0, Math.max(left, 0));
    left -= part.length;
    return part;
  });
}
