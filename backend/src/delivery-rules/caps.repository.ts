import { Injectable } from '@nestjs/common';
import { Database, bigintArray, textArray, timeArray, uuidArray } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

/** A limit for one message: what counts is what went out after `since` (ms since 1970). */
export type AskedLimit = {
  most: number;
  since: number;
  channels: readonly string[] | undefined;
  topics: readonly string[] | undefined;
};
/** A message that wants a place; `priority` is its journey's. No two of a call are of the same person. */
export type AskedPlace = {
  id: string;
  owner: string;
  profileId: string;
  topic: string | null;
  priority: number;
  countTransactional: boolean;
  limits: readonly AskedLimit[];
};
/** What one limit says: `ids`: the newest that it counted; `blocking` must leave its window before there is room, in ms since 1970. */
export type Used = { count: number; ahead: number; blocking: number | null; ids: string[] };
export type PlaceAnswer = { granted: boolean; used: Used[] };

/** First key of the advisory locks on people while their places are given out. */
const lockClass = 7_371;
/** A more important message of the same person that becomes due so soon is waited for; and not one that is older. */
const soonSeconds = 5;
/** Of the messages that a limit counted so many are told. */
const countedTold = 20;
const undecidedSeconds = 60;
/** Lanes from here on are of transactional messages, which take no place. */
const firstTransactionalLane = 8_192;

@Injectable()
export class CapsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Gives messages places under the limits of their people, in the order asked. People are locked, in one order, until
   * their places are written: whoever asks at the same time sees them. What was granted counts from now on, and no
   * longer once the message was suppressed or has failed.
   */
  reserve(scope: Scope, asked: readonly AskedPlace[]): Promise<PlaceAnswer[]> {
    return this.database.transaction(async (sql) => {
      await sql.query(
        `select pg_advisory_xact_lock(${lockClass}, key)
         from (select distinct hashtext(id::text) as key from unnest($1::uuid[]) as id order by 1) k`,
        [uuidArray(asked.map(({ profileId }) => profileId))],
      );
      const limits = asked.flatMap(({ limits: each }) => each);
      let last = 0;
      const lasts = asked.map((each) => (last += each.limits.length));
      const rows = await sql.query<{ n: number; granted: boolean } & Used>(
        // A new snapshot, taken under the locks.
        reservePlaces,
        [
          scope.workspaceId,
          uuidArray(asked.map(({ id }) => id)),
          uuidArray(asked.map(({ profileId }) => profileId)),
          bigintArray(asked.map(({ priority }) => priority)),
          textArray(asked.map(({ owner }) => owner)),
          asked.map(({ countTransactional }) => countTransactional),
          textArray(asked.map(({ topic }) => topic)),
          bigintArray(asked.map((each, index) => lasts[index]! - each.limits.length + 1)),
          bigintArray(lasts),
          ...limitValues(limits),
        ],
      );
      return asked.map((_, index) => {
        const own = rows.filter(({ n }) => n === index + 1);
        return { granted: own[0]?.granted ?? false, used: own };
      });
    });
  }

  /** How many of each limit's places are taken now, without taking one. */
  async used(
    scope: Scope,
    {
      profileId,
      limits,
      countTransactional,
    }: { profileId: string; limits: readonly AskedLimit[]; countTransactional: boolean },
  ): Promise<number[]> {
    const rows = await this.database.query<{ count: number }>(
      `with asked as (
         select null::uuid as id, $2::uuid as profile_id, $3::boolean as count_transactional
       )
       select u.count
       from asked a
       cross join lateral (
         with person as materialized (${countable})
         select l.nth, ${underLimit}
         from ${limitsFrom({ first: 4, slice: '' })}
         left join person s on ${counts}
         group by l.nth, l.most
       ) u
       order by u.nth`,
      [scope.workspaceId, profileId, countTransactional, ...limitValues(limits)],
    );
    return rows.map(({ count }) => count);
  }

  /** A message that its journey leaves out of all limits takes no place, now or later. */
  async exempt(scope: Scope, { id, owner }: { id: string; owner: string }): Promise<void> {
    await this.database.query(
      `update messages set counted_at = '-infinity'
       where workspace_id = $1 and id = $2 and lease_owner = $3 and status = 'queued'`,
      [scope.workspaceId, id, owner],
    );
  }
}

function limitValues(limits: readonly AskedLimit[]): Buffer[] {
  return [
    bigintArray(limits.map(({ most }) => most)),
    timeArray(limits.map(({ since }) => since)),
    textArray(limits.map(({ channels }) => (channels ? JSON.stringify(channels) : null))),
    textArray(limits.map(({ topics }) => (topics ? JSON.stringify(topics) : null))),
  ];
}

/**
 * The messages of whom `a` asks about that limits can count, and when. What has its place and waits to go out counts as
 * if it went now: however long it waits, it goes out in the window of whoever asks meanwhile. Read once for all limits.
 * $1 workspace.
 */
const countable = `
    select m.id, m.channel, m.topic,
      case when m.status in ('queued', 'sending') then now() else coalesce(m.sent_at, m.counted_at) end as at
    from messages m
    where m.workspace_id = $1
      and m.profile_id = a.profile_id
      and m.id is distinct from a.id
      and m.origin = 'live'
      and m.counted_at is distinct from '-infinity'
      and (
        m.status in ('sending', 'sent', 'delivered', 'opened', 'clicked', 'bounced', 'unknown')
        or (m.status = 'queued' and m.counted_at is not null)
      )
      and (a.count_transactional or m.message_class is distinct from 'transactional')`;
/** Whether limit `l` counts message `s`. */
const counts = `s.at > l.since and (l.channels is null or l.channels ? s.channel)
  and (l.topics is null or l.topics ? s.topic)`;
/** What limit `l` counts of messages `s`, and since when the one counts that must leave its window. */
const underLimit = `count(s.id)::int as count, (array_agg(s.at order by s.at desc))[l.most] as blocking,
  array_remove((array_agg(s.id order by s.at desc))[1:${countedTold}], null) as ids`;

/** Limits `l`, of parameters from the first on: most, since, channels, topics. `slice`: those of one message. */
function limitsFrom({ first, slice }: { first: number; slice: string }): string {
  const arrays = ['bigint', 'timestamptz', 'text', 'text'].map(
    (type, index) => `($${first + index}::${type}[])${slice}`,
  );
  return `(
      select most, since, channels::jsonb as channels, topics::jsonb as topics, nth
      from unnest(${arrays.join(', ')}) with ordinality as t (most, since, channels, topics, nth)
    ) l`;
}

/**
 * $1 workspace, $2 messages, $3 their people, $4 priorities, $5 owners, $6 whether transactional ones count, $7 topics,
 * $8 and $9 the first and the last of their limits; of all limits: $10 most, $11 since, $12 channels, $13 topics
 */
const reservePlaces = `
with asked as materialized (
  select *
  from unnest(
    $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::boolean[], $7::text[], $8::bigint[], $9::bigint[]
  ) with ordinality as t (id, profile_id, priority, owner, count_transactional, topic, first, last, n)
), used as materialized (
  select a.n, u.*
  from asked a
  cross join lateral (
    with person as materialized (${countable}), rivals as materialized (
      -- More important ones that are about to ask as well.
      select m.channel
      from messages m
      join journeys j on j.workspace_id = $1 and j.id = m.journey_id
      where m.workspace_id = $1
        and m.profile_id = a.profile_id
        and m.id <> a.id
        and m.origin = 'live'
        and m.status = 'queued'
        and m.counted_at is null
        and m.held_by is null
        and not m.parked
        and m.lane < ${firstTransactionalLane}
        and m.next_attempt_at <= now() + interval '${soonSeconds} seconds'
        and m.queued_at > now() - interval '${undecidedSeconds} seconds'
        and j.priority < a.priority
        and coalesce(j.caps ->> 'mode', 'own') = 'own'
    )
    select l.nth, l.most, ${underLimit},
      (select count(*)::int from rivals r where l.channels is null or l.channels ? r.channel) as ahead
    from ${limitsFrom({ first: 10, slice: '[a.first:a.last]' })}
    left join person s on ${counts}
    group by l.nth, l.most, l.channels
  ) u
), granted as (
  -- With its topic, which limits of topics count it by.
  update messages m set counted_at = now(), topic = a.topic
  from asked a
  where m.workspace_id = $1
    and m.id = a.id
    and m.lease_owner = a.owner
    and m.status = 'queued'
    -- A merge that has moved it since gives it to somebody else, whose messages were not counted: it asks again.
    and a.profile_id = coalesce(
      (select p.merged_into from profiles p where p.workspace_id = $1 and p.id = m.profile_id), m.profile_id
    )
    and not exists (select 1 from used u where u.n = a.n and u.count + u.ahead >= u.most)
  returning a.n
)
select u.n::int as n, u.count, u.ahead, coalesce(u.ids, '{}') as ids, date_part('epoch', u.blocking) * 1000 as blocking,
  exists (select 1 from granted g where g.n = u.n) as granted
from used u
order by u.n, u.nth`;
