import { Injectable } from '@nestjs/common';
import type { Channel, JourneyCaps, JsonObject, MessageClass, MessageStatus } from '@wend/contract';
import type { Device, DeviceResult } from '@wend/node-sdk';
import { LRUCache } from 'lru-cache';
import { refusesSql } from '../consents/index.js';
import type { Standing } from '../consents/index.js';
import { Database, bigintArray, textArray, uuidArray } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { claimMessages, gatherInLane, parkPaused, unparkMessages } from './delivery.sql.js';
import { Gathered } from '../platform/gathered/index.js';
import { laneClasses } from './lanes.js';
import type { LaneKey, Room } from './slots.js';
import { storedClass } from './stored-class.js';

export type Claimed = {
  workspace_id: string;
  id: string;
  channel: Channel;
  lane: number;
  previous: Extract<MessageStatus, 'queued' | 'sending'>;
  attempts: number;
  provider: string | null;
  /** Since the lease of whoever had it before was over; less than 0 while it was not. */
  lapsed_seconds: number | null;
};
/** Where a claim begins in the round of all lanes, null for their beginning. */
export type Cursor = LaneKey | null;
/** Who claims: what it has already is not claimed again, what it does not know of is; and that of the dead. */
export type Claimant = { owner: string; held: string[]; dead: string[]; leaseMs: number };
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
/** In one claim: it bounds what a claim costs where very many lanes have something. */
const lanesWalked = 500;
const nobody = '00000000-0000-0000-0000-000000000000';
/** Of a message `m` that begins as `b`, to a person `p`. */
const refuses = refusesSql({
  workspace: '$1',
  profile: 'p',
  channel: 'm.channel',
  topic: 'b.topic',
  transactional: `(b.message_class is not distinct from 'transactional')`,
});

type ClaimOptions = {
  claimant: Claimant;
  room: Room;
  after?: Cursor;
};

type BeginOptions = {
  id: string;
  owner: string;
  leaseMs: number;
  provider: string;
  connectionId: string | null;
  recipient: string | null;
  /** What the recipient would be suppressed by; null where nobody can be. */
  addressKey: string | null;
  /** Whose consent counts, as of when the message was claimed. */
  profileId: string | null;
  content: object;
  lane: number;
  messageClass: MessageClass;
  topic: string | null;
};

/** Who an attempt was made by, and what they said. */
export type AttemptedBy = { provider: string; connectionId: string | null; answer: string | null };
type RetryLaterOptions = {
  id: string;
  owner: string;
  attempt: number;
  inSeconds: number;
  error: string;
  detail: string;
  at: Date;
  devicesDone?: DevicesDone | null;
  /** Devices that do not exist any more, as they were read. */
  goneDevices?: readonly { id: string; updatedAt: string }[];
  /** Its provider may have it. */
  bound?: boolean;
  by?: AttemptedBy | undefined;
  /** It stays with its owner, who goes on with it. */
  keep?: boolean;
};

@Injectable()
export class DeliveryRepository {
  /** Versions never change, so neither does the config of a node in one. */
  private readonly configs = new LRUCache<string, JsonObject>({
    maxSize: configsKept,
    sizeCalculation: (config) => JSON.stringify(config).length,
  });

  private readonly beginnings = new Gathered<BeginOptions, { attempt: number } | null>({
    work: (scope, begun) => this.beginAll(scope, begun),
    // Nobody begins the same message twice at once, unless its lease was over meanwhile.
    keyOf: ({ id }) => id,
    most: 500,
  });

  constructor(private readonly database: Database) {}

  /**
   * Leases messages that are due, of each lane in turn from `after` on and no more than there is room for: queued ones
   * whose time has come, and those whose owner is dead or has forgotten them. Two claimers never get the same. `next`
   * is where to go on, null after the last lane. Without scope: senders serve all workspaces, and each row says which.
   */
  async claim({ claimant, room, after = null }: ClaimOptions): Promise<{ claimed: Claimed[]; next: Cursor }> {
    const { owner, held, dead, leaseMs } = claimant;
    const rows = await this.database.query<Claimed & { last: [string, string, number] | null; walked: number }>(
      claimMessages,
      [
        after?.workspaceId ?? nobody,
        after?.channel ?? '',
        after?.lane ?? -1,
        lanesWalked,
        room.lanes.map(({ workspaceId }) => workspaceId),
        room.lanes.map(({ channel }) => channel),
        room.lanes.map(({ lane }) => lane),
        room.lanes.map((lane) => lane.room),
        room.lanes.map(({ wide }) => wide),
        room.classes.map(({ of }) => laneClasses[of]),
        room.classes.map(({ lane }) => lane),
        room.classes.map(({ workspace }) => workspace),
        room.classes.map(({ total }) => total),
        room.classes.map(({ wide }) => wide),
        room.workspaces.map(({ workspaceId }) => workspaceId),
        room.workspaces.map(({ of }) => laneClasses[of]),
        room.workspaces.map((workspace) => workspace.room),
        owner,
        held,
        dead,
        leaseMs,
        room.classes.reduce((sum, { total, wide }) => sum + total + wide, 0),
      ],
    );
    const { last, walked } = rows[0]!;
    const next = last && walked === lanesWalked ? { workspaceId: last[0], channel: last[1], lane: last[2] } : null;
    return { claimed: rows.filter(({ id }) => id !== null), next };
  }

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
      `select graph #> array['nodes', $3::text, 'config'] as config
        from journey_versions
        where workspace_id = $1 and id = $2`,
      [scope.workspaceId, versionId, node],
    );
    if (!row?.config) return null;
    this.configs.set(key, row.config);
    return row.config;
  }

  /**
   * The last look before a message goes out, and the mark that it does: null when the row is no longer ours, the run
   * has left by an exit criterion or was cancelled, the journey was paused or stopped, the person does not want it, the
   * address was suppressed, the connection was switched off, or the channel was put into the sandbox meanwhile. Those that come at once are one statement.
   */
  begin(scope: Scope, options: BeginOptions): Promise<{ attempt: number } | null> {
    return this.beginnings.add(scope, options);
  }

  private async beginAll(scope: Scope, begun: BeginOptions[]): Promise<({ attempt: number } | null)[]> {
    const column = <Value>(value: (options: BeginOptions) => Value) => begun.map(value);
    const rows = await this.database.query<{ id: string; attempts: number }>(
      `update messages m
              set status = 'sending', attempts = m.attempts + 1, provider = b.provider, recipient = b.recipient,
                content = b.content::jsonb, error = null, lane = b.lane, connection_id = b.connection_id,
              -- What is taken over is what it was when it went out first: its step is not read again.
              message_class = case when m.status = 'sending' then m.message_class else b.message_class end,
              topic = case when m.status = 'sending' then m.topic else b.topic end,
              lease_until = now() + b.lease_ms * interval '1 millisecond'
         from unnest(
           $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::bigint[],
             $10::bigint[], $11::uuid[], $12::text[], $13::text[]
         ) as b (id, owner, provider, connection_id, recipient, address_key, content, lane, lease_ms, profile_id,
           message_class, topic)
        where m.workspace_id = $1 and m.id = b.id and m.lease_owner = b.owner and m.status in ('queued', 'sending')
          and (m.status = 'sending' or (
            not exists (
              select 1
              from enrollments e
              where e.workspace_id = $1 and e.id = m.enrollment_id and e.status in ('exited', 'cancelled')
            )
            and (
              m.origin = 'test'
                or not exists (
                  select 1
                  from journey_control c
                  where c.workspace_id = $1 and c.journey_id = m.journey_id and c.state <> 'live'
                )
            )
            and not exists (
              select 1
              from suppressions s
              where s.workspace_id = $1
                and s.channel = m.channel
                and s.address_key = b.address_key
                and s.released_at is null
            )
            and not exists (
              select 1
              from profiles named
              join profiles p on p.workspace_id = $1 and p.id = coalesce(named.merged_into, named.id)
              where named.workspace_id = $1 and named.id = b.profile_id and ${refuses}
            )
            and (b.connection_id is null or exists (
              select 1
              from connections k
              where k.workspace_id = $1 and k.id = b.connection_id and k.enabled
            ))
            and (b.provider = 'sandbox' or not exists (
              select 1
              from channel_settings g
              where g.workspace_id = $1 and g.channel = m.channel and g.sandbox
            ))))
        returning m.id, m.attempts`,
      [
        scope.workspaceId,
        uuidArray(column(({ id }) => id)),
        textArray(column(({ owner }) => owner)),
        textArray(column(({ provider }) => provider)),
        uuidArray(column(({ connectionId }) => connectionId)),
        textArray(column(({ recipient }) => recipient)),
        textArray(column(({ addressKey }) => addressKey)),
        textArray(column(({ content }) => JSON.stringify(content))),
        bigintArray(column(({ lane }) => lane)),
        bigintArray(column(({ leaseMs }) => leaseMs)),
        uuidArray(column(({ profileId }) => profileId)),
        textArray(column(({ messageClass }) => storedClass(messageClass))),
        textArray(column(({ topic }) => topic)),
      ],
    );
    const attempts = new Map(rows.map((row) => [row.id, row.attempts]));
    return begun.map(({ id }) => {
      const attempt = attempts.get(id);
      return attempt === undefined ? null : { attempt };
    });
  }

  /** Back to the queue for a later attempt, with the reason in the message's history. */
  async retryLater(
    scope: Scope,
    {
      id,
      owner,
      attempt,
      inSeconds,
      error,
      detail,
      at,
      devicesDone = null,
      goneDevices = [],
      bound = false,
      by,
      keep = false,
    }: RetryLaterOptions,
  ): Promise<void> {
    await this.database.query(
      `with back as (
         update messages
         set status = 'queued', attempts = $8, error = $5, away_since = null, bound = bound or $14,
           devices_done = case
             when $9::jsonb is null then devices_done
             else coalesce(devices_done, '{}') || $9::jsonb
           end,
           next_attempt_at = case when $10 then next_attempt_at else now() + $4 * interval '1 second' end,
           lease_until = case when $10 then lease_until end, lease_owner = case when $10 then lease_owner end
         where workspace_id = $1 and id = $2 and lease_owner = $3 and status in ('queued', 'sending')
         returning id
       ), gone as (
         delete from devices d
         using back, unnest($15::uuid[], $16::timestamptz[]) as g (id, updated_at)
         where d.workspace_id = $1 and d.id = g.id and d.updated_at = g.updated_at
       )
       insert into message_events (
         workspace_id, message_id, status, at, detail, attempt, provider, connection_id, answer
       )
       select $1, id, 'retry', $6, $7, $8, $11, $12, $13
       from back`,
      [
        scope.workspaceId,
        id,
        owner,
        inSeconds,
        error,
        at,
        detail,
        attempt,
        devicesDone && JSON.stringify(devicesDone),
        keep,
        by?.provider ?? null,
        by?.connectionId ?? null,
        by?.answer ?? null,
        bound,
        goneDevices.map((device) => device.id),
        goneDevices.map(({ updatedAt }) => updatedAt),
      ],
    );
  }

  /** Gives leased messages back untouched. */
  async release(
    scope: Scope,
    {
      ids,
      owner,
      inSeconds = 0,
      why = null,
    }: { ids: string[]; owner: string; inSeconds?: number; why?: string | null },
  ): Promise<void> {
    await this.database.query(
      `update messages
        set lease_owner = null, lease_until = null, next_attempt_at = now() + $4 * interval '1 second',
          error = coalesce($5, error)
        where workspace_id = $1 and id = any($2::uuid[]) and lease_owner = $3 and status = 'queued'`,
      [scope.workspaceId, ids, owner, inSeconds, why],
    );
  }

  /** Ends the lease of a message whatever state it is in: one that was being sent is taken over then. */
  async postpone(
    scope: Scope,
    { id, owner, inSeconds }: { id: string; owner: string; inSeconds: number },
  ): Promise<void> {
    await this.database.query(
      `update messages
        set lease_owner = null, lease_until = null, next_attempt_at = now() + $4 * interval '1 second'
        where workspace_id = $1 and id = $2 and lease_owner = $3 and status in ('queued', 'sending')`,
      [scope.workspaceId, id, owner, inSeconds],
    );
  }

  /** Back to the queue until its receiver wants it: untouched, in that one's lane. */
  async putOff(
    scope: Scope,
    { id, owner, lane, inSeconds }: { id: string; owner: string; lane: number; inSeconds: number },
  ): Promise<void> {
    await this.database.query(
      `update messages
        set lane = $4, next_attempt_at = now() + $5 * interval '1 second', lease_owner = null, lease_until = null
        where workspace_id = $1 and id = $2 and lease_owner = $3 and status = 'queued'`,
      [scope.workspaceId, id, owner, lane, inSeconds],
    );
  }

  /** Back to the queue with what it is, to be taken when its receiver has a place. */
  async putInLane(
    scope: Scope,
    {
      id,
      owner,
      lane,
      recipient,
      content,
      connectionId,
      inSeconds = 0,
    }: {
      id: string;
      owner: string;
      lane: number;
      recipient: string | null;
      content: object;
      connectionId: string | null;
      inSeconds?: number;
    },
  ): Promise<void> {
    await this.database.query(
      `update messages
        set lane = $4, recipient = $5, content = $6::jsonb, connection_id = $7, lease_owner = null, lease_until = null,
          next_attempt_at = case when $8::float8 > 0 then now() + $8 * interval '1 second' else next_attempt_at end
        where workspace_id = $1 and id = $2 and lease_owner = $3 and status = 'queued'`,
      [scope.workspaceId, id, owner, lane, recipient, JSON.stringify(content), connectionId, inSeconds],
    );
  }

  /** Back to the queue, with others of its journey whose receiver is not known yet, to wait there together. */
  async gatherInLane(
    scope: Scope,
    {
      id,
      owner,
      journeyId,
      channel,
      from,
      to,
    }: { id: string; owner: string; journeyId: string; channel: string; from: number; to: number },
  ): Promise<void> {
    await this.database.query(gatherInLane, [scope.workspaceId, journeyId, channel, from, to, id, owner]);
  }

  /**
   * Back to the queue as if it had not been tried, since nobody was there to take it; the history tells it once. Behind
   * the others that are due: a message that makes its receiver hang up, or whose receiver shares the lane, would else
   * be the one that is tried each time, for a day.
   */
  async putBack(
    scope: Scope,
    {
      id,
      owner,
      lane,
      attempts,
      error,
      at,
    }: { id: string; owner: string; lane: number; attempts: number; error: string; at: Date },
  ): Promise<void> {
    await this.database.query(
      `with before as (
         select id, away_since
         from messages
         where workspace_id = $1 and id = $2 and lease_owner = $3 and status in ('queued', 'sending')
         for update
       ), back as (
         update messages m
         set status = 'queued', lane = $4, attempts = $5, error = $6, away_since = coalesce(m.away_since, now()),
           next_attempt_at = now(), lease_until = null, lease_owner = null
           from before where m.workspace_id = $1 and m.id = before.id
       )
       insert into message_events (workspace_id, message_id, status, at, detail) select $1, id, 'retry', $7, $6
       from before
       where away_since is null`,
      [scope.workspaceId, id, owner, lane, attempts, error, at],
    );
  }

  /**
   * Puts what of a paused journey is due aside, at most 5,000 at once, so that nobody looks at it until it goes on. False
   * when it is not paused any more.
   */
  async parkPaused(
    scope: Scope,
    { journeyId, owner, ids }: { journeyId: string; owner: string; ids: string[] },
  ): Promise<boolean> {
    const [row] = await this.database.query<{ paused: boolean }>(parkPaused, [
      scope.workspaceId,
      journeyId,
      owner,
      ids,
    ]);
    return row?.paused === true;
  }

  /**
   * Takes messages of journeys that are not paused any more out again, at most 5,000; returns how many. Without scope:
   * senders serve all workspaces.
   */
  async unpark(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(unparkMessages);
    return row?.count ?? 0;
  }

  /** Messages of a run that are due, or being sent, now. */
  async countDue(scope: Scope, enrollmentId: string): Promise<number> {
    const [row] = await this.database.query<{ due: number }>(
      `select count(*)::int as due from messages where workspace_id = $1 and enrollment_id = $2
          and (status = 'sending' or (status = 'queued' and next_attempt_at <= now()))`,
      [scope.workspaceId, enrollmentId],
    );
    return row?.due ?? 0;
  }
}
