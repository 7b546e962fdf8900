import { Injectable } from '@nestjs/common';
import type { RateLimit } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { forgetGaps, slowedTo } from './rates.sql.js';

/** What messages go by: how many per second; null where nothing limits it any more. */
export type Bucket = {
  kind: 'workspace' | 'channel' | 'journey' | 'connection';
  /** Of the channel, else an id; empty for the workspace. */
  name: string;
  perSecond: number | null;
};
export type StoredLimits = {
  workspace: RateLimit | null;
  channels: { channel: string; limit: RateLimit }[];
  journeys: { id: string; name: string; limit: RateLimit }[];
};

/** What workspaces say about how fast their messages may go. */
@Injectable()
export class RateLimitRepository {
  constructor(private readonly database: Database) {}

  /** All that is limited now, with connections that their provider has slowed down. */
  buckets(scope: Scope): Promise<Bucket[]> {
    return this.database.query<Bucket>(
      `select case when r.channel is not null then 'channel' when r.journey_id is not null then 'journey' else 'workspace' end as kind,
         coalesce(r.channel, r.journey_id::text, '') as name,
         r.messages::float8 / case r.per when 'minute' then 60 else 1 end as "perSecond"
       from rate_limits r
       where r.workspace_id = $1
       union all
       select b.kind, b.name, null
       from rate_buckets b
       where b.workspace_id = $1 and b.kind = 'connection' and ${slowedTo('b', 'now()')} is not null`,
      [scope.workspaceId],
    );
  }

  async read(scope: Scope): Promise<StoredLimits> {
    const rows = await this.database.query<{
      channel: string | null;
      journey_id: string | null;
      name: string | null;
      messages: number;
      per: RateLimit['per'];
    }>(
      `select r.channel, r.journey_id, j.name, r.messages, r.per
       from rate_limits r
       left join journeys j on j.workspace_id = r.workspace_id and j.id = r.journey_id
       where r.workspace_id = $1
       order by r.channel, j.name, r.journey_id`,
      [scope.workspaceId],
    );
    const limits: StoredLimits = { workspace: null, channels: [], journeys: [] };
    for (const { channel, journey_id: id, name, messages, per } of rows) {
      const limit = { messages, per };
      if (channel !== null) limits.channels.push({ channel, limit });
      else if (id !== null) limits.journeys.push({ id, name: name ?? '', limit });
      else limits.workspace = limit;
    }
    return limits;
  }

  /** Replaces those of the workspace and its channels, one change after the other. */
  async save(
    scope: Scope,
    { sql, workspace, channels }: { sql: Sql } & Pick<StoredLimits, 'workspace' | 'channels'>,
  ): Promise<void> {
    await sql.query(`select pg_advisory_xact_lock(hashtextextended('rates/' || $1::text, 0))`, [scope.workspaceId]);
    await sql.query('delete from rate_limits where workspace_id = $1 and journey_id is null', [scope.workspaceId]);
    const all = [...(workspace ? [{ channel: null, limit: workspace }] : []), ...channels];
    await sql.query(
      `insert into rate_limits (workspace_id, channel, messages, per)
       select $1, r.channel, r.messages, r.per from unnest($2::text[], $3::int[], $4::text[]) as r (channel, messages, per)`,
      [
        scope.workspaceId,
        all.map(({ channel }) => channel),
        all.map(({ limit }) => limit.messages),
        all.map(({ limit }) => limit.per),
      ],
    );
    await sql.query(forgetGaps, [scope.workspaceId, ['workspace', 'channel'], null]);
  }

  /** False when there is no such journey. */
  async saveJourney(
    scope: Scope,
    { sql, id, limit }: { sql: Sql; id: string; limit: RateLimit | null },
  ): Promise<boolean> {
    const [journey] = await sql.query('select 1 from journeys where workspace_id = $1 and id = $2 for no key update', [
      scope.workspaceId,
      id,
    ]);
    if (!journey) return false;
    await sql.query('delete from rate_limits where workspace_id = $1 and journey_id = $2', [scope.workspaceId, id]);
    if (limit)
      await sql.query('insert into rate_limits (workspace_id, journey_id, messages, per) values ($1, $2, $3, $4)', [
        scope.workspaceId,
        id,
        limit.messages,
        limit.per,
      ]);
    await sql.query(forgetGaps, [scope.workspaceId, ['journey'], id]);
    return true;
  }

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }
}
