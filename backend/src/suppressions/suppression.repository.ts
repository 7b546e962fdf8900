import { Injectable } from '@nestjs/common';
import type { Channel, SuppressionReason, SuppressionSettings, SuppressionSource } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { cursorTime, decodeCursor, pageOf } from '../profiles/index.js';

export type SuppressionRow = {
  id: string;
  channel: Channel;
  address: string | null;
  reason: SuppressionReason;
  detail: string | null;
  source: SuppressionSource;
  caused_by: string | null;
  added_by: string | null;
  created_at: Date;
  released_at: Date | null;
  released_by: string | null;
  release_reason: string | null;
};
/** What keeps messages from an address. */
export type Block = { reason: SuppressionReason; detail: string | null; created_at: Date };
export type KeyOf = { channel: Channel; key: string };
export type NewSuppression = KeyOf & {
  address: string;
  reason: SuppressionReason;
  detail: string | null;
  source: SuppressionSource;
  causedBy: string | null;
  addedBy: string | null;
  /** When it happened, null for now: what is older than the last release says nothing new. */
  at: Date | null;
};
export type SuppressionFilter = {
  channel?: Channel | undefined;
  reason?: SuppressionReason | undefined;
  state: 'active' | 'released';
};
const usualSettings: SuppressionSettings = { softBounces: 5, softBounceDays: 14 };

const columns = `s.id, s.channel, s.address, s.reason, s.detail, s.source, s.caused_by, s.added_by, s.created_at,
  s.released_at, s.released_by, s.release_reason`;
/** Other numbers than 7361 and 7236001, which are locks too. */
const lockSpace = 7411;

type ListOptions = SuppressionFilter & {
  /** The beginning of an address, as it is stored. */
  prefix: string | null;
  /** Keys of the whole address, of every channel. */
  keys: string[];
  cursor?: string | undefined;
  limit: number;
};

@Injectable()
export class SuppressionRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /** In which telephone numbers without their country's code are read; null where nobody has said. */
  async country(scope: Scope): Promise<string | null> {
    const [row] = await this.database.query<{ country: string | null }>(
      'select country from workspaces where id = $1',
      [scope.workspaceId],
    );
    return row?.country ?? null;
  }

  /** Those of these addresses that are suppressed, by the place in `wanted`. */
  async blocked(scope: Scope, wanted: readonly KeyOf[]): Promise<Map<number, Block>> {
    if (wanted.length === 0) return new Map();
    const rows = await this.database.query<Block & { place: string }>(
      `select q.place, s.reason, s.detail, s.created_at
        from unnest($2::text[], $3::text[]) with ordinality as q (channel, address_key, place)
        cross join lateral (
          select s.reason, s.detail, s.created_at
          from suppressions s
          where s.workspace_id = $1
            and s.channel = q.channel
            and s.address_key = q.address_key
            and s.released_at is null
          limit 1) s`,
      [scope.workspaceId, wanted.map(({ channel }) => channel), wanted.map(({ key }) => key)],
    );
    return new Map(rows.map(({ place, ...block }) => [Number(place) - 1, block]));
  }

  /** Whoever changes what is known of an address does it alone: held until the transaction ends. */
  async lock(scope: Scope, { sql, keys }: { sql: Sql; keys: readonly string[] }): Promise<void> {
    const sorted = [...new Set(keys)].sort();
    await sql.query(
      `select pg_advisory_xact_lock(${lockSpace}, hashtext($1::text || k)) from unnest($2::text[]) as k`,
      [scope.workspaceId, sorted],
    );
  }

  /**
   * Suppresses addresses that are not. Of news that are older than the last release, or of the message that was
   * released, nothing becomes: somebody has judged it. The keys that were added.
   */
  async add(
    scope: Scope,
    { sql = this.database, rows }: { sql?: Sql; rows: readonly NewSuppression[] },
  ): Promise<string[]> {
    if (rows.length === 0) return [];
    const added = await sql.query<{ address_key: string }>(
      `insert into suppressions (workspace_id, channel, address, address_key, reason, detail, source, caused_by,
         added_by)
       select $1, n.channel, n.address, n.address_key, n.reason, n.detail, n.source, n.caused_by, n.added_by
       from unnest(
         $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::text[],
           $10::timestamptz[]
       ) as n (channel, address, address_key, reason, detail, source, caused_by, added_by, at)
       where not exists (
         select 1
         from suppressions old
         where old.workspace_id = $1
           and old.address_key = n.address_key
           and old.channel = n.channel
           and old.released_at is not null
           and (old.released_at > coalesce(n.at, clock_timestamp()) or old.caused_by = n.caused_by)
       )
       on conflict (workspace_id, channel, address_key) where released_at is null do nothing
       returning address_key`,
      [
        scope.workspaceId,
        rows.map(({ channel }) => channel),
        rows.map(({ address }) => address),
        rows.map(({ key }) => key),
        rows.map(({ reason }) => reason),
        rows.map(({ detail }) => detail),
        rows.map(({ source }) => source),
        rows.map(({ causedBy }) => causedBy),
        rows.map(({ addedBy }) => addedBy),
        rows.map(({ at }) => at),
      ],
    );
    return added.map(({ address_key }) => address_key);
  }

  /** How many of these addresses are suppressed. */
  async countActive(scope: Scope, { channel, keys }: { channel: Channel; keys: string[] }): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count
        from unnest($3::text[]) as k
        where exists (
          select 1
          from suppressions s
          where s.workspace_id = $1 and s.channel = $2 and s.address_key = k and s.released_at is null
        )`,
      [scope.workspaceId, channel, keys],
    );
    return row!.count;
  }

  /**
   * Counts a soft bounce, once by its name: how many there are within the days. Two at once count as two: the row is
   * locked.
   */
  async countSoft(
    scope: Scope,
    { sql, channel, key, name, at, days }: KeyOf & { sql: Sql; name: string; at: Date; days: number },
  ): Promise<number> {
    const [row] = await sql.query<{ count: number }>(
      `insert into soft_bounces as b (workspace_id, channel, address_key, bounces)
       values ($1, $2, $3, jsonb_build_object($4::text, $5::timestamptz))
       on conflict (workspace_id, channel, address_key) do update set
         updated_at = now(),
         bounces = (
           select coalesce(jsonb_object_agg(e.key, e.value), '{}')
           from jsonb_each(excluded.bounces || b.bounces) e
           where (e.value #>> '{}')::timestamptz > now() - $6 * interval '1 day'
         )
       returning (select count(*)::int from jsonb_object_keys(b.bounces)) as count`,
      [scope.workspaceId, channel, key, name, at, days],
    );
    return row!.count;
  }

  /** A delivery: the address takes mail, so what it refused before does not count. */
  async forgetSoft(scope: Scope, { sql = this.database, keys }: { sql?: Sql; keys: readonly KeyOf[] }): Promise<void> {
    if (keys.length === 0) return;
    await sql.query(
      `delete from soft_bounces b
        using unnest($2::text[], $3::text[]) as q (channel, address_key)
        where b.workspace_id = $1 and b.channel = q.channel and b.address_key = q.address_key`,
      [scope.workspaceId, keys.map(({ channel }) => channel), keys.map(({ key }) => key)],
    );
  }

  async settings(scope: Scope, sql: Sql = this.database): Promise<SuppressionSettings> {
    const [row] = await sql.query<SuppressionSettings>(
      `select soft_bounces as "softBounces", soft_bounce_days as "softBounceDays"
        from suppression_settings
        where workspace_id = $1`,
      [scope.workspaceId],
    );
    return row ?? usualSettings;
  }

  async saveSettings(
    scope: Scope,
    { sql, softBounces, softBounceDays }: SuppressionSettings & { sql: Sql },
  ): Promise<void> {
    await sql.query(
      `insert into suppression_settings (workspace_id, soft_bounces, soft_bounce_days) values ($1, $2, $3)
       on conflict (workspace_id)
       do update set soft_bounces = excluded.soft_bounces, soft_bounce_days = excluded.soft_bounce_days`,
      [scope.workspaceId, softBounces, softBounceDays],
    );
  }

  /** Newest first. */
  async list(
    scope: Scope,
    { channel, reason, state, prefix, keys, cursor, limit }: ListOptions,
  ): Promise<{ rows: SuppressionRow[]; next: string | null }> {
    const after = decodeCursor(cursor);
    const rows = await this.database.query<SuppressionRow & { cursor: string }>(
      `select ${columns}, ${cursorTime('s.created_at')} as cursor
        from suppressions s
        where s.workspace_id = $1
          and (s.released_at is null) = $2
          and ($3::timestamptz is null or s.created_at < $3 or (s.created_at = $3 and s.id > $4::uuid))
          and ($5::text is null or s.channel = $5)
          and ($6::text is null or s.reason = $6)
          and ($7::text is null or s.address like $7 or s.address_key = any($8::text[]))
        order by s.created_at desc, s.id
        limit $9`,
      [
        scope.workspaceId,
        state === 'active',
        after?.at ?? null,
        after?.id ?? null,
        channel ?? null,
        reason ?? null,
        prefix,
        keys,
        limit + 1,
      ],
    );
    return pageOf(rows, limit);
  }

  async counts(scope: Scope): Promise<{ channel: Channel; reason: SuppressionReason; count: number }[]> {
    return this.database.query(
      `select channel, reason, count(*)::int as count
        from suppressions
        where workspace_id = $1 and released_at is null
        group by channel, reason
        order by channel, reason`,
      [scope.workspaceId],
    );
  }

  /** One with all that is known of its address on its channel, newest first; empty when there is none. */
  async history(scope: Scope, id: string): Promise<SuppressionRow[]> {
    return this.database.query<SuppressionRow>(
      `select ${columns}
        from suppressions asked
        join suppressions s on s.workspace_id = $1 and s.address_key = asked.address_key
        where asked.workspace_id = $1 and asked.id = $2
        order by s.created_at desc, s.id
        limit 100`,
      [scope.workspaceId, id],
    );
  }

  async findActive(scope: Scope, { sql, channel, key }: KeyOf & { sql: Sql }): Promise<SuppressionRow | null> {
    const [row] = await sql.query<SuppressionRow>(
      `select ${columns}
        from suppressions s
        where s.workspace_id = $1 and s.channel = $2 and s.address_key = $3 and s.released_at is null`,
      [scope.workspaceId, channel, key],
    );
    return row ?? null;
  }

  async keyOf(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<KeyOf | null> {
    const [row] = await sql.query<KeyOf>(
      'select channel, address_key as key from suppressions where workspace_id = $1 and id = $2',
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** Null when it is not active any more. */
  async release(
    scope: Scope,
    { sql, id, by, reason }: { sql: Sql; id: string; by: string; reason: string },
  ): Promise<SuppressionRow | null> {
    const [row] = await sql.query<SuppressionRow>(
      `update suppressions s
        set released_at = clock_timestamp(), released_by = $3, release_reason = $4
        where s.workspace_id = $1 and s.id = $2 and s.released_at is null
        returning ${columns}`,
      [scope.workspaceId, id, by, reason],
    );
    return row ?? null;
  }

  /** Whoever left at the provider has come back there. What else keeps messages from the address stays. */
  async releaseLeft(scope: Scope, { sql, channel, key }: KeyOf & { sql: Sql }): Promise<void> {
    await sql.query(
      `update suppressions s
        set released_at = clock_timestamp(), released_by = 'the provider', release_reason = 'The person came back there'
        where s.workspace_id = $1
          and s.channel = $2
          and s.address_key = $3
          and s.reason = 'unsubscribed'
          and s.source = 'provider'
          and s.released_at is null`,
      [scope.workspaceId, channel, key],
    );
  }

  /** Some for an export, by id from after `after` on. */
  async chunk(
    scope: Scope,
    { channel, reason, state, after, limit }: SuppressionFilter & { after: string; limit: number },
  ): Promise<SuppressionRow[]> {
    return this.database.query<SuppressionRow>(
      `select ${columns}
        from suppressions s
        where s.workspace_id = $1
          and s.id > $2
          and (s.released_at is null) = $3
          and ($4::text is null or s.channel = $4)
          and ($5::text is null or s.reason = $5)
        order by s.id
        limit $6`,
      [scope.workspaceId, after, state === 'active', channel ?? null, reason ?? null, limit],
    );
  }
}
