import { Injectable } from '@nestjs/common';
import type { IngestItem, IngestOutcome } from '@wend/contract';
import { Database, textArray, uuidArray } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import type { KeptItem, NamedItem } from './ingest-items.js';

export type DayCount = { workspaceId: string; day: string; outcome: IngestOutcome; reason: string; count: number };
type Table = 'ingest_items' | 'ingest_rejections';
export type ReadItem = IngestItem & { skipped?: number };
type ItemRow = { id: string; item: KeptItem; key: string | null };

/** So many items are kept of each workspace. */
const kept: Record<Table, number> = { ingest_items: 1_000, ingest_rejections: 100 };

/** What became of requests: counts by day, and the last items. */
@Injectable()
export class IngestLogRepository {
  constructor(private readonly database: Database) {}

  /** Adds to the counts. Without scope: one statement for the workspaces that a process heard of. */
  async addCounts(counts: readonly DayCount[]): Promise<void> {
    await this.database.query(
      `insert into ingest_days as d (workspace_id, day, outcome, reason, count)
       select c.workspace_id, c.day::date, c.outcome, c.reason, c.count
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[])
         as c (workspace_id, day, outcome, reason, count)
       join workspaces w on w.id = c.workspace_id
       order by 1, 2, 3, 4
       on conflict (workspace_id, day, outcome, reason) do update set count = d.count + excluded.count`,
      [
        uuidArray(counts.map(({ workspaceId }) => workspaceId)),
        textArray(counts.map(({ day }) => day)),
        textArray(counts.map(({ outcome }) => outcome)),
        textArray(counts.map(({ reason }) => reason)),
        counts.map(({ count }) => count),
      ],
    );
  }

  /** Keeps items in their order, and no more than there may be. */
  async addItems(scope: Scope, { table, items }: { table: Table; items: readonly NamedItem[] }): Promise<void> {
    await this.database.query(
      `with added as (
         insert into ${table} (workspace_id, identity_kind, identity, item)
         select w.id, t.kind, t.value, t.item::jsonb
         from unnest($2::text[], $3::text[], $4::text[]) with ordinality as t (kind, value, item, n)
         join workspaces w on w.id = $1
         order by t.n
       )
       delete from ${table} t
       where t.workspace_id = $1
         and t.id <= (
           select o.id from ${table} o where o.workspace_id = $1 order by o.id desc
           offset greatest(0, ${kept[table]} - cardinality($4::text[])) limit 1
         )`,
      [
        scope.workspaceId,
        textArray(items.map(({ identity }) => identity?.kind ?? null)),
        textArray(items.map(({ identity }) => identity?.value ?? null)),
        textArray(items.map(({ item }) => JSON.stringify(item))),
      ],
    );
  }

  /** The newest items first. */
  async last(scope: Scope, { table, limit }: { table: Table; limit: number }): Promise<ReadItem[]> {
    return this.rows(scope, { table, where: 'true', limit });
  }

  /**
   * Watched items that were not read yet, the oldest first. Several processes write at once, so that a lower number may
   * come later: from `after` on those count that are not in `seen`.
   */
  async unseen(
    scope: Scope,
    { after, seen, limit }: { after: string; seen: readonly string[]; limit: number },
  ): Promise<ReadItem[]> {
    const items = await this.rows(scope, {
      table: 'ingest_items',
      where: 't.id > $2 and t.id <> all($3::bigint[])',
      values: [after, seen],
      limit,
    });
    return items.reverse();
  }

  days(scope: Scope): Promise<{ day: string; outcome: IngestOutcome; count: number }[]> {
    return this.database.query(
      `select to_char(day, 'YYYY-MM-DD') as day, outcome, sum(count)::float8 as count
       from ingest_days
       where workspace_id = $1 and day > (now() at time zone 'UTC')::date - 30
       group by day, outcome
       order by day`,
      [scope.workspaceId],
    );
  }

  reasons(scope: Scope): Promise<{ reason: string; count: number }[]> {
    return this.database.query(
      `select reason, sum(count)::float8 as count
       from ingest_days
       where workspace_id = $1 and day > (now() at time zone 'UTC')::date - 7 and outcome = 'rejected'
       group by reason
       order by count desc, reason
       limit 20`,
      [scope.workspaceId],
    );
  }

  /** Tells all processes that somebody watches a workspace. */
  async announce({ workspaceId }: Scope): Promise<void> {
    await this.database.query(`select pg_notify('wend_watch', $1)`, [workspaceId]);
  }

  private async rows(
    { workspaceId }: Scope,
    { table, where, values = [], limit }: { table: Table; where: string; values?: unknown[]; limit: number },
  ): Promise<ReadItem[]> {
    const rows = await this.database.query<ItemRow>(
      `select t.id::text as id, t.item, k.name as key
       from ${table} t
       left join api_keys k on k.workspace_id = t.workspace_id and k.id = (t.item->>'keyId')::uuid
       where t.workspace_id = $1 and ${where}
       order by t.id desc
       limit ${limit}`,
      [workspaceId, ...values],
    );
    return rows.map(({ id, key, item: { keyId, ...item } }) => ({
      ...item,
      id,
      key: key === null ? null : { id: keyId, name: key },
    }));
  }
}
