import { Injectable } from '@nestjs/common';
import type { ConsentState, DeliveryRuleKind, JourneyCaps, JsonObject, Ruling } from '@wend/contract';
import { Database, bigintArray, textArray, timeArray, uuidArray } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { isHeld, walkSettings } from './backlog.sql.js';

/** A recheck of a workspace's backlog, and how far it is. Times are texts, with all their digits. */
export type Recheck = { workspaceId: string; afterUntil: string; afterId: string };
/** A message that is held, as what decides about it is now. */
export type HeldMessage = {
  id: string;
  channel: string;
  by: DeliveryRuleKind;
  /** ms since 1970. */
  until: number;
  cursor: string;
  priority: number;
  journeyPriority: number;
  journeyCaps: JourneyCaps | null;
  /** caps: the limit that holds it, as it was then, and the zone that it went by. */
  limit: string | null;
  ruledZone: string | null;
  versionId: string;
  node: string;
  traits: JsonObject;
  /** Of topics on its channel. */
  said: { topic: string; state: ConsentState }[];
  zone: string;
};
/** `until` in ms since 1970. A ruling of null leaves what was said. */
export type HeldAnew = { id: string; until: number; priority: number; ruling: Ruling | null };

/** What a sender may still hold by rules that it read before the change. */
const settleSeconds = 2;

@Injectable()
export class RecheckRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work, { settings: walkSettings });
  }

  /** Locks one that nobody else works on; null when there is none. Without scope: workers serve all workspaces. */
  async take(sql: Sql): Promise<Recheck | null> {
    const [row] = await sql.query<Recheck>(
      `select workspace_id as "workspaceId", after_until::text as "afterUntil", after_id as "afterId"
       from backlog_rechecks
       where asked_at <= now() - interval '${settleSeconds} seconds'
       order by asked_at
       limit 1
       for update skip locked`,
    );
    return row ?? null;
  }

  async advance(scope: Scope, { sql, until, id }: { sql: Sql; until: string; id: string }): Promise<void> {
    await sql.query(
      `update backlog_rechecks set after_until = $2::timestamptz, after_id = $3 where workspace_id = $1`,
      [scope.workspaceId, until, id],
    );
  }

  async end(scope: Scope, sql: Sql): Promise<void> {
    await sql.query('delete from backlog_rechecks where workspace_id = $1', [scope.workspaceId]);
  }

  /** The next ones of the backlog. */
  next(
    scope: Scope,
    { sql, after, limit }: { sql: Sql; after: Omit<Recheck, 'workspaceId'>; limit: number },
  ): Promise<HeldMessage[]> {
    return sql.query<HeldMessage>(
      `${columns}
       from (
         select * from messages
         where workspace_id = $1 and ${isHeld} and (held_until, id) > ($2::timestamptz, $3::uuid)
         order by held_until, id
         limit $4
       ) m
       ${joins}
       order by m.held_until, m.id`,
      [scope.workspaceId, after.afterUntil, after.afterId, limit],
    );
  }

  ofPeople(scope: Scope, { sql, profileIds }: { sql: Sql; profileIds: string[] }): Promise<HeldMessage[]> {
    return sql.query<HeldMessage>(
      `${columns} from messages m ${joins}
       where m.workspace_id = $1 and m.profile_id = any($2::uuid[]) and m.held_by is not null and m.status = 'queued'`,
      [scope.workspaceId, uuidArray(profileIds)],
    );
  }

  /** The settings of steps, by version and node. */
  async configs(
    scope: Scope,
    { sql, steps }: { sql: Sql; steps: { versionId: string; node: string }[] },
  ): Promise<Map<string, JsonObject>> {
    const rows = await sql.query<{ key: string; config: JsonObject | null }>(
      `select t.version_id || ':' || t.node as key, v.running #> array['nodes', t.node, 'config'] as config
       from unnest($2::uuid[], $3::text[]) as t (version_id, node)
       join journey_versions v on v.workspace_id = $1 and v.id = t.version_id`,
      [scope.workspaceId, uuidArray(steps.map(({ versionId }) => versionId)), textArray(steps.map(({ node }) => node))],
    );
    return new Map(rows.flatMap(({ key, config }) => (config ? [[key, config]] : [])));
  }

  /** Those that are held still. What is said anew is in their history. */
  async change(scope: Scope, { sql, changes }: { sql: Sql; changes: HeldAnew[] }): Promise<void> {
    if (changes.length === 0) return;
    await sql.query(
      `with told as (
         select * from unnest($2::uuid[], $3::timestamptz[], $4::bigint[], $5::text[]) as t (id, until, priority, ruling)
       ), locked as materialized (
         select m.id, m.ruling ->> 'says' as said
         from messages m
         where m.workspace_id = $1 and m.id in (select id from told) and m.held_by is not null and m.status = 'queued'
         order by m.id
         for update
       ), moved as (
         update messages m
         set held_until = t.until, held_priority = t.priority, ruling = coalesce(t.ruling::jsonb, m.ruling)
         from told t
         join locked l on l.id = t.id
         where m.workspace_id = $1 and m.id = t.id
       )
       insert into message_events (workspace_id, message_id, status, at, detail)
       select $1, l.id, 'held', now(), t.ruling::jsonb ->> 'says'
       from locked l
       join told t on t.id = l.id
       where t.ruling::jsonb ->> 'says' is distinct from l.said and t.ruling is not null`,
      [
        scope.workspaceId,
        uuidArray(changes.map(({ id }) => id)),
        timeArray(changes.map(({ until }) => until)),
        bigintArray(changes.map(({ priority }) => priority)),
        textArray(changes.map(({ ruling }) => ruling && JSON.stringify(ruling))),
      ],
    );
  }
}

const columns = `select m.id, m.channel, m.held_by as by, date_part('epoch', m.held_until) * 1000 as until,
  m.held_until::text as cursor, m.held_priority as priority, coalesce(j.priority, 3) as "journeyPriority",
  m.version_id as "versionId", m.node, coalesce(p.traits, '{}') as traits, w.time_zone as zone,
  j.caps as "journeyCaps", m.ruling ->> 'limit' as "limit", m.ruling ->> 'zone' as "ruledZone",
  coalesce(
    (
      select jsonb_agg(jsonb_build_object('topic', c.topic, 'state', c.state))
      from consents c
      where c.workspace_id = m.workspace_id and c.profile_id = m.profile_id and c.channel = m.channel and c.topic <> ''
    ),
      '[]'
  ) as said`;
const joins = `join workspaces w on w.id = m.workspace_id
  left join journeys j on j.workspace_id = m.workspace_id and j.id = m.journey_id
  left join profiles p on p.workspace_id = m.workspace_id and p.id = m.profile_id`;
