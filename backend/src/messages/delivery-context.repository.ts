import { Injectable } from '@nestjs/common';
import type { Channel, JourneyCaps, JsonObject, OverduePolicy } from '@wend/contract';
import type { Device, DeviceResult } from '@wend/node-sdk';
import { LRUCache } from 'lru-cache';
import type { Standing } from '../consents/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

/** What became of devices at earlier attempts. */
export type DevicesDone = Record<string, DeviceResult['status']>;
/** All that decides whether and how a message goes out. */
export type DeliveryContext = {
  id: string;
  channel: Channel;
  origin: 'live' | 'demo' | 'test';
  node: string;
  enrollment_id: string;
  journey_id: string;
  version_id: string;
  attempts: number;
  data: { run?: JsonObject; entry?: JsonObject };
  /** Of the last attempt, or for which it was composed. */
  connection_id: string | null;
  /** The provider of the last attempt may have it, and drops repeats of its key. */
  bound: boolean;
  /** Since it is bound. */
  bound_seconds: number | null;
  devices_done: DevicesDone | null;
  content: JsonObject | null;
  recipient: string | null;
  run_offset_ms: string;
  run_status: string | null;
  journey_state: 'live' | 'paused' | 'stopped' | null;
  /** What was to become of what fell due in the pause that has held it. */
  overdue: OverduePolicy | null;
  /** That pause has held a later one to the same person. */
  superseded: boolean;
  away_seconds: number | null;
  profile_id: string | null;
  /** Of the person, 0 to 9999: below the share they are in the global holdout. */
  holdout_bucket: number | null;
  /** Its run is of the control group of the journey. */
  control: boolean;
  external_id: string | null;
  traits: JsonObject | null;
  devices: (Device & { updatedAt: string })[];
  /** What they said of the message's channel, and of topics on it. */
  said: Standing['said'];
  /** Topics that nobody gets who has not asked for them. */
  opt_in: string[];
  paused_until: Date | null;
  /** Whether any address of its channel is suppressed: only then it is worth to look for this one. */
  any_suppressed: boolean;
  /** The limits of its person count it already. */
  counted: boolean;
  /** ms since 1970, of the run's clock. */
  queued_at: number;
  /** Of no use afterwards, ms since 1970; null: never. */
  expires_at: number | null;
  journey_priority: number;
  journey_caps: JourneyCaps | null;
  workspace_zone: string;
  workspace_language: string;
  workspace_country: string | null;
};

/** Characters of JSON: about as many bytes, twice that in memory. */
const configsKept = 16_000_000;

/** What is known of messages that were claimed. */
@Injectable()
export class DeliveryContextRepository {
  /** Versions never change, so neither does the config of a node in one. */
  private readonly configs = new LRUCache<string, JsonObject>({
    maxSize: configsKept,
    sizeCalculation: (config) => JSON.stringify(config).length,
  });

  constructor(private readonly database: Database) {}

  async contexts(scope: Scope, ids: string[]): Promise<DeliveryContext[]> {
    return this.database.query<DeliveryContext>(
      `select m.id, m.channel, m.origin, m.node, m.enrollment_id, m.journey_id, m.version_id, m.attempts, m.data,
                m.content, m.recipient, m.connection_id, m.bound, m.devices_done,
              extract(epoch from now() - m.away_since)::float8 as away_seconds,
              case
                when m.bound then (
                  select extract(epoch from now() - min(x.at))::float8
                  from message_events x
                  where x.workspace_id = $1 and x.message_id = m.id and x.status = 'retry' and x.attempt is not null
                )
              end as bound_seconds,
              coalesce(e.run_offset_ms, m.run_offset_ms) as run_offset_ms, e.status as run_status,
                c.state as journey_state,
              case
                when m.held_in is not null then (
                  select u.overdue from journey_pauses u where u.workspace_id = $1 and u.id = m.held_in
                )
              end as overdue,
              m.held_in is not null and exists (
                select 1
                from messages n
                where n.workspace_id = $1
                  and n.profile_id = m.profile_id
                  and n.journey_id = m.journey_id
                  and n.held_in = m.held_in
                  and (n.queued_at, n.enrollment_id) > (m.queued_at, m.enrollment_id)
              ) as superseded,
              p.id as profile_id, holdout_bucket(m.workspace_id, coalesce(p.holdout_seed, p.id)) as holdout_bucket,
                coalesce(e.control, false) as control, p.external_id, p.traits || coalesce(t.traits, '{}') as traits,
              coalesce(
                (
                  select jsonb_agg(
                    jsonb_build_object('id', d.id, 'kind', d.kind, 'permission', d.permission, 'token', d.token,
                      'platform', d.platform, 'data', d.data, 'updatedAt', d.updated_at)
                    order by coalesce(d.last_active_at, d.created_at) desc, d.created_at desc
                  )
                  from devices d
                  where d.workspace_id = $1 and d.profile_id = p.id
                ),
                  '[]'
              ) as devices,
              coalesce(
                (
                  select jsonb_agg(jsonb_build_object('channel', s.channel, 'topic', s.topic, 'state', s.state,
                    'everything', s.everything))
                  from consents s
                  where s.workspace_id = $1 and s.profile_id = p.id and s.channel = m.channel
                ),
                  '[]'
              ) as said,
              array(select k.key from topics k where k.workspace_id = $1 and k.starts = 'unsubscribed') as opt_in,
              p.paused_until,
              -- The order keeps to the index, however many addresses others have.
              coalesce(
                (
                  select true
                  from suppressions s
                  where s.workspace_id = $1 and s.channel = m.channel and s.released_at is null
                  order by s.workspace_id, s.channel, s.address_key
                  limit 1
                ),
                  false
              ) as any_suppressed,
              m.counted_at is not null as counted, date_part('epoch', m.queued_at) * 1000 as queued_at,
              date_part('epoch', m.expires_at) * 1000 as expires_at,
              coalesce(j.priority, 3) as journey_priority, j.caps as journey_caps,
              (select w.time_zone from workspaces w where w.id = $1) as workspace_zone,
                (select w.language from workspaces w where w.id = $1) as workspace_language,
                (select w.country from workspaces w where w.id = $1) as workspace_country
         from messages m
         left join enrollments e on e.workspace_id = $1 and e.id = m.enrollment_id
         left join journey_control c on c.workspace_id = $1 and c.journey_id = m.journey_id
         left join journeys j on j.workspace_id = $1 and j.id = m.journey_id
         left join profiles o on o.workspace_id = $1 and o.id = coalesce(e.profile_id, m.profile_id)
         left join profiles p on p.workspace_id = $1 and p.id = coalesce(o.merged_into, o.id)
         left join test_traits t on t.workspace_id = $1 and t.enrollment_id = m.enrollment_id and m.origin = 'test'
        where m.workspace_id = $1 and m.id = any($2::uuid[])`,
      [scope.workspaceId, ids],
    );
  }

  /** The settings of a message's node in the version that the run follows; null when there is no such node. */
  async nodeConfig(scope: Scope, { versionId, node }: { versionId: string; node: string }): Promise<JsonObject | null> {
    const key = `${scope.workspaceId}:${versionId}:${node}`;
    const known = this.configs.get(key);
    if (known) return known;
    const [row] = await this.database.query<{ config: JsonObject | null }>(
      `select v.running #> array['nodes', $3::text, 'config'] as config
        from journey_versions v
        where v.workspace_id = $1 and v.id = $2`,
      [scope.workspaceId, versionId, node],
    );
    if (!row?.config) return null;
    this.configs.set(key, row.config);
    return row.config;
  }
}
