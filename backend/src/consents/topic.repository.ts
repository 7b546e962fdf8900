import { Injectable } from '@nestjs/common';
import { mostTopics } from '@wend/contract';
import type { Channel, ConsentState, Graph, Topic, TopicUse } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

export type TopicRow = Pick<Topic, 'key' | 'name' | 'description' | 'channels' | 'starts' | 'texts'> & {
  archived_at: Date | null;
  created_at: Date;
};
export type TopicChanges = Partial<Pick<Topic, 'name' | 'description' | 'channels' | 'texts'>>;
export type JourneyUse = { id: string; name: string; graphs: Graph[] };

const columns = 'key, name, description, channels, starts, texts, archived_at, created_at';
const countedTo = 10_000;

/** What people can subscribe to. */
@Injectable()
export class TopicRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /** All, in the order in which people are shown them. */
  list(scope: Scope, sql: Sql = this.database): Promise<TopicRow[]> {
    return sql.query<TopicRow>(
      `select ${columns} from topics where workspace_id = $1 order by place, key limit ${mostTopics}`,
      [scope.workspaceId],
    );
  }

  async find(scope: Scope, key: string, sql: Sql = this.database): Promise<TopicRow | null> {
    const [row] = await sql.query<TopicRow>(`select ${columns} from topics where workspace_id = $1 and key = $2`, [
      scope.workspaceId,
      key,
    ]);
    return row ?? null;
  }

  /** Nobody changes it, or says anything of it for the first time, until the transaction ends; false when it is gone. */
  async hold(scope: Scope, { sql, key }: { sql: Sql; key: string }): Promise<boolean> {
    const rows = await sql.query('select 1 from topics where workspace_id = $1 and key = $2 for update', [
      scope.workspaceId,
      key,
    ]);
    return rows.length > 0;
  }

  async country(scope: Scope): Promise<string | null> {
    const [row] = await this.database.query<{ country: string | null }>(
      'select country from workspaces where id = $1',
      [scope.workspaceId],
    );
    return row?.country ?? null;
  }

  /** One change after the other. */
  async lock(scope: Scope, sql: Sql): Promise<void> {
    await sql.query(`select pg_advisory_xact_lock(hashtextextended('topics/' || $1, 0))`, [scope.workspaceId]);
  }

  /** At the end. Null when there is one with the key. */
  async create(
    scope: Scope,
    { sql, topic }: { sql: Sql; topic: Omit<TopicRow, 'archived_at' | 'created_at'> },
  ): Promise<TopicRow | null> {
    const [row] = await sql.query<TopicRow>(
      `insert into topics (workspace_id, key, name, description, channels, starts, texts, place)
       select $1, $2, $3, $4, $5, $6, $7, coalesce(max(place), 0) + 1 from topics where workspace_id = $1
       on conflict do nothing
       returning ${columns}`,
      [
        scope.workspaceId,
        topic.key,
        topic.name,
        topic.description,
        topic.channels,
        topic.starts,
        JSON.stringify(topic.texts),
      ],
    );
    return row ?? null;
  }

  async change(
    scope: Scope,
    { sql, key, changes }: { sql: Sql; key: string; changes: TopicChanges },
  ): Promise<TopicRow | null> {
    const [row] = await sql.query<TopicRow>(
      `update topics
       set name = coalesce($3, name), description = coalesce($4, description), channels = coalesce($5, channels),
         texts = coalesce($6, texts), updated_at = now()
       where workspace_id = $1 and key = $2
       returning ${columns}`,
      [
        scope.workspaceId,
        key,
        changes.name ?? null,
        changes.description ?? null,
        changes.channels ?? null,
        changes.texts === undefined ? null : JSON.stringify(changes.texts),
      ],
    );
    return row ?? null;
  }

  async archive(
    scope: Scope,
    { sql, key, archived }: { sql: Sql; key: string; archived: boolean },
  ): Promise<TopicRow | null> {
    const [row] = await sql.query<TopicRow>(
      `update topics
       set archived_at = case when $3 then coalesce(archived_at, now()) end, updated_at = now()
       where workspace_id = $1 and key = $2
       returning ${columns}`,
      [scope.workspaceId, key, archived],
    );
    return row ?? null;
  }

  /** In this order; others come after, as they were. */
  async order(scope: Scope, { sql, keys }: { sql: Sql; keys: string[] }): Promise<void> {
    await sql.query(
      `update topics t
       set place = o.place
       from (
         select k.key, row_number() over (order by array_position($2::text[], k.key), k.place, k.key) as place
         from topics k
         where k.workspace_id = $1
       ) o
       where t.workspace_id = $1 and t.key = o.key and t.place <> o.place`,
      [scope.workspaceId, keys],
    );
  }

  async remove(scope: Scope, { sql, key }: { sql: Sql; key: string }): Promise<void> {
    await sql.query('delete from topics where workspace_id = $1 and key = $2', [scope.workspaceId, key]);
  }

  /** How many people have said what of it, each counted to 10,000. */
  async people(
    scope: Scope,
    { key, channels }: { key: string; channels: Channel[] },
  ): Promise<{ channel: Channel; state: ConsentState; count: number }[]> {
    return this.database.query(
      `select w.channel, w.state, c.count
       from (
         select channel, state
         from unnest($3::text[]) as channel
         cross join unnest(array['subscribed', 'unsubscribed', 'pending']) as state
       ) w
       cross join lateral (
         select count(*)::int as count
         from (
           select 1
           from consents s
           where s.workspace_id = $1 and s.topic = $2 and s.topic <> '' and s.channel = w.channel and s.state = w.state
           limit ${countedTo}
         ) found
       ) c
       where c.count > 0
       order by 1, 2`,
      [scope.workspaceId, key, channels],
    );
  }

  async isSaid(scope: Scope, { sql, key }: { sql: Sql; key: string }): Promise<boolean> {
    const [row] = await sql.query<{ said: boolean }>(
      `select exists (select 1 from consents where workspace_id = $1 and topic = $2 and topic <> '') as said`,
      [scope.workspaceId, key],
    );
    return row!.said;
  }

  /** Journeys in whose draft, or a version that lets people in or has people in it, the key stands as a text. */
  async journeys(scope: Scope, { key, sql = this.database }: { key: string; sql?: Sql }): Promise<JourneyUse[]> {
    return sql.query<JourneyUse>(
      `select j.id, j.name,
         array_cat(
           case when j.archived_at is null and position($2 in j.draft::text) > 0 then array[j.draft] else '{}' end,
           coalesce(used.graphs, '{}')
         ) as graphs
       from journeys j
       cross join lateral (
         select array_agg(v.running) as graphs
         from journey_versions v
         where v.workspace_id = j.workspace_id and v.journey_id = j.id and v.number is not null
           and position($2 in v.running::text) > 0
           and (
             exists (
               select 1
               from journey_control c
               where c.workspace_id = j.workspace_id and c.journey_id = j.id and c.state in ('live', 'paused')
                 and v.number = j.published_version
             )
             or exists (
               select 1
               from enrollments e
               where e.workspace_id = v.workspace_id and e.version_id = v.id and e.ended_at is null
             )
           )
       ) used
       where j.workspace_id = $1
         and (used.graphs is not null or (j.archived_at is null and position($2 in j.draft::text) > 0))
       order by j.name, j.id`,
      [scope.workspaceId, JSON.stringify(key)],
    );
  }

  /** Segments whose rule asks for it, connections that are for it, and what delivery rules and mapped traits say of it. */
  async others(
    scope: Scope,
    { key, sql = this.database }: { key: string; sql?: Sql },
  ): Promise<Pick<TopicUse, 'kind' | 'id' | 'name'>[]> {
    return sql.query(
      `select 'segment' as kind, s.id, s.name
       from segments s
       where s.workspace_id = $1
         and jsonb_path_exists(
           jsonb_build_array(s.rule, s.live_rule), '$.** ? (@.source == "consent" && @.topic == $key)',
           jsonb_build_object('key', $2::text)
         )
       union all
       select 'connection', c.id, c.name
       from connections c
       where c.workspace_id = $1 and c.rule->'topics' @> jsonb_build_array($2::text)
       union all
       select 'trait', t.workspace_id, t.trait
       from consent_traits t
       where t.workspace_id = $1 and t.topic = $2
       union all
       select case r.kind when 'caps' then 'limits' else r.kind end, r.workspace_id, ''
       from delivery_rules r
       where r.workspace_id = $1 and r.kind in ('caps', 'holdout')
         and jsonb_path_exists(
           jsonb_build_array(r.settings #> '{exceptTopics}') || jsonb_path_query_array(r.settings, '$.limits[*].topics'),
           '$[*][*] ? (@ == $key)', jsonb_build_object('key', $2::text)
         )
       union all
       select 'quiet', r.workspace_id, ''
       from delivery_rules r
       where r.workspace_id = $1 and r.kind = 'quiet'
         and jsonb_path_exists(r.settings, '$.**.unless.topic ? (@ == $key)', jsonb_build_object('key', $2::text))
       union all
       select 'journeyLimits', j.id, j.name
       from journeys j
       where j.workspace_id = $1 and j.archived_at is null
         and jsonb_path_exists(j.caps, '$.limits[*].topics[*] ? (@ == $key)', jsonb_build_object('key', $2::text))
       order by 1, 3, 2`,
      [scope.workspaceId, key],
    );
  }
}
