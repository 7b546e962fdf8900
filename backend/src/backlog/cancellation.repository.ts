import { Injectable } from '@nestjs/common';
import type { BacklogCancellation, BacklogFilter } from '@wend/contract';
import { isHeld, walkSettings } from '../delivery-rules/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { filterValues, filtered } from './backlog.repository.js';

export type CancellationRow = {
  workspace_id: string;
  id: string;
  filter: BacklogFilter;
  requested_by: string;
  state: BacklogCancellation['state'];
  total: number;
  done: number;
  created_at: Date;
  after_until: string;
  after_id: string;
};
/** In the order of the backlog. */
export type Place = { until: string; id: string };

/** So many are read for those of a filter, however few they are. */
const readAtOnce = 20_000;
const columns = `workspace_id, id, filter, requested_by, state, total, done, created_at, after_until::text as after_until,
  after_id`;

@Injectable()
export class CancellationRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work, { settings: walkSettings });
  }

  async find(scope: Scope, id: string): Promise<CancellationRow | null> {
    const [row] = await this.database.query<CancellationRow>(
      `select ${columns} from backlog_cancellations where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  last(scope: Scope): Promise<CancellationRow[]> {
    return this.database.query<CancellationRow>(
      `select ${columns} from backlog_cancellations where workspace_id = $1 order by created_at desc, id limit 10`,
      [scope.workspaceId],
    );
  }

  /** Does nothing when the id is taken. */
  async insert(
    scope: Scope,
    { sql, ...made }: { sql: Sql } & Pick<CancellationRow, 'id' | 'filter' | 'requested_by' | 'total'>,
  ): Promise<void> {
    await sql.query(
      `insert into backlog_cancellations (workspace_id, id, filter, requested_by, total) values ($1, $2, $3, $4, $5)
       on conflict do nothing`,
      [scope.workspaceId, made.id, JSON.stringify(made.filter), made.requested_by, made.total],
    );
  }

  /** Locks one that is under way and that nobody else works on. Without scope: workers serve all workspaces. */
  async take(sql: Sql): Promise<CancellationRow | null> {
    const [row] = await sql.query<CancellationRow>(
      `select ${columns} from backlog_cancellations
       where state = 'running'
       order by created_at
       limit 1
       for update skip locked`,
    );
    return row ?? null;
  }

  /**
   * The next ones of the filter that were held when it was asked for, of so many that are read. `end`: how far it was
   * read, null when that was all.
   */
  async next(
    scope: Scope,
    { sql, of, after, limit }: { sql: Sql; of: CancellationRow; after: Place; limit: number },
  ): Promise<{ found: string[]; end: Place | null }> {
    const [row] = await sql.query<{
      found: string[] | null;
      last: Place | null;
      part: number;
      until: string;
      id: string;
    }>(
      `with part as materialized (
         select m.id, m.held_until, m.channel, m.journey_id, m.held_by, m.held_at
         from messages m
         where m.workspace_id = $1 and ${isHeld} and (m.held_until, m.id) > ($5::timestamptz, $6::uuid)
         order by m.held_until, m.id
         limit ${readAtOnce}
       ), found as materialized (
         select m.id, m.held_until
         from part m
         where ${filtered} and (m.held_at is null or m.held_at <= $7)
         order by m.held_until, m.id
         limit $8
       )
       select (select array_agg(id) from found) as found,
         (select jsonb_build_object('until', held_until::text, 'id', id) from found order by held_until desc, id desc limit 1) as last,
         (select count(*)::int from part) as part, p.held_until::text as until, p.id
       from (select 1) one
       left join lateral (select held_until, id from part order by held_until desc, id desc limit 1) p on true`,
      [scope.workspaceId, ...filterValues(of.filter), after.until, after.id, of.created_at, limit],
    );
    const { found, last, part, until, id } = row!;
    const ids = found ?? [];
    // As many as were asked for: there may be more of them in what was read.
    if (ids.length === limit) return { found: ids, end: last };
    return { found: ids, end: part === readAtOnce ? { until, id } : null };
  }

  /** `after`: how far it is now; null: it begins anew, as some may have come before where it was. */
  async progress(
    scope: Scope,
    { sql, id, done, after }: { sql: Sql; id: string; done: number; after: Place | null },
  ): Promise<void> {
    await sql.query(
      `update backlog_cancellations
       set done = done + $3, after_until = coalesce($4::timestamptz, '-infinity'),
         after_id = coalesce($5::uuid, '00000000-0000-0000-0000-000000000000')
       where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id, done, after?.until ?? null, after?.id ?? null],
    );
  }

  async end(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<void> {
    await sql.query(
      `update backlog_cancellations set state = 'done', finished_at = now() where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id],
    );
  }
}
