import { Injectable } from '@nestjs/common';
import { fallbackChannel, fallbackSetting } from '@wend/contract';
import type { Channel, DeliveryCheck, MessageClass, MessageStatus } from '@wend/contract';
import { refusesSql } from '../consents/index.js';
import { Database, bigintArray, boolArray, textArray, timeArray, uuidArray } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { storedClass } from './stored-class.js';
import type { ChainMember } from './resend-rules.js';

export type LockedMessage = {
  id: string;
  status: MessageStatus;
  channel: Channel;
  origin: 'live' | 'demo' | 'test';
  enrollment_id: string;
  journey_id: string;
  version_id: string;
  node: string;
  visit: number;
  profile_id: string;
  run_offset_ms: string;
  clicked: string[];
  /** Of a message that was sent again: the first of its visit, else null. */
  chain_of: string | null;
  connection_id: string | null;
  lease_owner: string | null;
  held_by: string | null;
  run_status: string | null;
  /** Its run is of the control group: it counts apart. */
  control: boolean;
};
/**
 * By what a message went to a provider with which going out and arriving are one: it is written with its outcome, by
 * its owner only, and only if it may still go out then.
 */
export type Handover = {
  owner: string;
  provider: string;
  recipient: string | null;
  /** What the recipient would be suppressed by; null where nobody can be. */
  addressKey: string | null;
  content: object;
  lane: number;
  messageClass: MessageClass;
  topic: string | null;
};
/** What keeps messages from going out: journeys that are not live, suppressed addresses; `people`: messages to those who do not want them. */
export type Barred = { journeys: Set<string>; addresses: Set<string>; people: Set<string> };
export type MessageChange = {
  id: string;
  status: MessageStatus;
  reason: string | null;
  error: string | null;
  providerId: string | null;
  sentAt: Date | null;
  /** The check that it did not pass, where it ends by one. */
  stoppedBy: DeliveryCheck | null;
  handover: Handover | undefined;
};
export type MessageEventRow = {
  messageId: string;
  status: string;
  at: Date;
  detail: string | null;
  attempt?: { number: number; provider: string; connectionId: string | null; answer: string | null } | undefined;
};
/** What a send was answered, of a message that has moved on meanwhile. */
export type LateAnswer = Pick<MessageEventRow, 'messageId' | 'attempt'> & { providerId: string | null };
/** What became of one live message, for those who look at how sending goes: 0 or 1 each. */
export type Tally = {
  journeyId: string;
  connectionId: string | null;
  channel: Channel;
  tried: number;
  sent: number;
  failed: number;
};
export type StatDelta = { versionId: string; node: string; measure: string; at: Date; count: number };

/** Of a message `t`, to a person `p`. */
const refuses = refusesSql({
  workspace: '$1',
  profile: 'p',
  channel: 't.channel',
  topic: 't.topic',
  transactional: 't.transactional',
});

/** What is written of each change, and where it comes from: $2 to $8. */
const changed = `status = c.status, reason = c.reason, error = c.error,
  provider_id = coalesce(c.provider_id, m.provider_id), sent_at = coalesce(m.sent_at, c.sent_at), stopped_by = c.stopped_by, lease_until = null,
  lease_owner = null`;
const changedColumns = '$2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[]';
function changedValues(changes: MessageChange[]): Buffer[] {
  return [
    uuidArray(changes.map(({ id }) => id)),
    textArray(changes.map(({ status }) => status)),
    textArray(changes.map(({ reason }) => reason)),
    textArray(changes.map(({ error }) => error)),
    textArray(changes.map(({ providerId }) => providerId)),
    timeArray(changes.map(({ sentAt }) => sentAt && sentAt.getTime())),
    textArray(changes.map(({ stoppedBy }) => stoppedBy)),
  ];
}

export function addressOf({ channel, key }: { channel: Channel; key: string }): string {
  return `${channel}:${key}`;
}

@Injectable()
export class OutcomeRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /**
   * Locks messages in the order of their ids. The profile is the run's, since profiles merge; `clicked` are links
   * clicked before.
   */
  async lock(scope: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<LockedMessage[]> {
    return sql.query<LockedMessage>(
      `select m.id, m.status, m.channel, m.origin, m.enrollment_id, m.journey_id, m.version_id, m.node, m.visit,
                coalesce(e.profile_id, m.profile_id) as profile_id,
              case when m.origin = 'live' then 0 else coalesce(e.run_offset_ms, m.run_offset_ms) end as run_offset_ms,
              case when m.status = 'clicked' then array(
                select coalesce(v.detail, '')
                from message_events v
                where v.workspace_id = $1 and v.message_id = m.id and v.status = 'clicked' and v.by = 'person'
              ) else '{}' end as clicked,
              m.connection_id, m.lease_owner, m.held_by, e.status as run_status, e.control is true as control,
              coalesce(m.resend_of, case when m.resends > 0 then m.id end) as chain_of
         from messages m left join enrollments e on e.workspace_id = m.workspace_id and e.id = m.enrollment_id
        where m.workspace_id = $1 and m.id = any($2::uuid[]) order by m.id for update of m`,
      [scope.workspaceId, uuidArray(ids)],
    );
  }

  /** What keeps any of these from going out, as it is now. */
  async barred(
    scope: Scope,
    {
      sql,
      messages,
      addresses,
    }: {
      sql: Sql;
      messages: (LockedMessage & Pick<Handover, 'topic' | 'messageClass'>)[];
      addresses: { channel: Channel; key: string }[];
    },
  ): Promise<Barred> {
    const [journeys, suppressed, left] = await Promise.all([
      sql.query<{ id: string }>(
        `select c.journey_id as id from journey_control c
          where c.workspace_id = $1 and c.journey_id = any($2::uuid[]) and c.state <> 'live'`,
        [scope.workspaceId, uuidArray([...new Set(messages.map(({ journey_id }) => journey_id))])],
      ),
      sql.query<{ channel: Channel; key: string }>(
        `select t.channel, t.key
         from unnest($2::text[], $3::text[]) as t (channel, key)
         where exists (
           select 1
           from suppressions s
           where s.workspace_id = $1 and s.channel = t.channel and s.address_key = t.key and s.released_at is null
         )`,
        [
          scope.workspaceId,
          textArray(addresses.map(({ channel }) => channel)),
          textArray(addresses.map(({ key }) => key)),
        ],
      ),
      sql.query<{ id: string }>(
        `select t.id
         from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::boolean[])
           as t (id, profile_id, channel, topic, transactional)
         join profiles named on named.workspace_id = $1 and named.id = t.profile_id
         join profiles p on p.workspace_id = $1 and p.id = coalesce(named.merged_into, named.id)
         where ${refuses}`,
        [
          scope.workspaceId,
          uuidArray(messages.map(({ id }) => id)),
          uuidArray(messages.map(({ profile_id }) => profile_id)),
          textArray(messages.map(({ channel }) => channel)),
          textArray(messages.map(({ topic }) => topic)),
          boolArray(messages.map(({ messageClass }) => messageClass === 'transactional')),
        ],
      ),
    ]);
    return {
      people: new Set(left.map(({ id }) => id)),
      journeys: new Set(journeys.map(({ id }) => id)),
      addresses: new Set(suppressed.map((address) => addressOf(address))),
    };
  }

  /**
   * All messages of visits whose message was sent again, by the first of them. Locks the firsts: whoever changes one of
   * a visit sees what became of the others.
   */
  async chains(scope: Scope, { sql, firsts }: { sql: Sql; firsts: string[] }): Promise<Map<string, ChainMember[]>> {
    const chains = new Map<string, ChainMember[]>(firsts.map((id) => [id, []]));
    if (firsts.length === 0) return chains;
    await sql.query('select id from messages where workspace_id = $1 and id = any($2::uuid[]) order by id for update', [
      scope.workspaceId,
      firsts,
    ]);
    const rows = await sql.query<ChainMember & { first: string }>(
      `select f.id as first, m.id, m.resend_number as number, m.status, m.reason,
              array(
                select distinct v.status
                from message_events v
                where v.workspace_id = $1 and v.message_id = m.id and v.by = 'person'
              ) as passed
         from messages f
         join messages m on m.workspace_id = $1 and m.enrollment_id = f.enrollment_id and m.node = f.node
           and m.visit = f.visit
        where f.workspace_id = $1 and f.id = any($2::uuid[])
        order by m.resend_number`,
      [scope.workspaceId, firsts],
    );
    for (const { first, ...member } of rows) chains.get(first)?.push(member);
    return chains;
  }

  /** Writes new states and gives the leases back; of those handed over with it also by what and how. */
  async change(scope: Scope, { sql, changes }: { sql: Sql; changes: MessageChange[] }): Promise<void> {
    const kept = changes.filter(({ handover }) => handover);
    const others = changes.filter(({ handover }) => !handover);
    if (others.length > 0)
      await sql.send(
        `update messages m
              set ${changed}
         from unnest(${changedColumns}) as c (id, status, reason, error, provider_id, sent_at, stopped_by)
        where m.workspace_id = $1 and m.id = c.id`,
        [scope.workspaceId, ...changedValues(others)],
      );
    if (kept.length === 0) return;
    const column = <Value>(value: (handover: Handover) => Value) => kept.map(({ handover }) => value(handover!));
    await sql.send(
      `update messages m
              set ${changed}, attempts = m.attempts + 1, provider = c.provider, recipient = c.recipient,
                content = c.content::jsonb, lane = c.lane, connection_id = null, message_class = c.message_class,
                topic = c.topic
         from unnest(
           ${changedColumns}, $9::text[], $10::text[], $11::text[], $12::bigint[], $13::text[], $14::text[]
         ) as c (id, status, reason, error, provider_id, sent_at, stopped_by, provider, recipient, content, lane,
           message_class, topic)
        where m.workspace_id = $1 and m.id = c.id`,
      [
        scope.workspaceId,
        ...changedValues(kept),
        textArray(column(({ provider }) => provider)),
        textArray(column(({ recipient }) => recipient)),
        textArray(column(({ content }) => JSON.stringify(content))),
        bigintArray(column(({ lane }) => lane)),
        textArray(column(({ messageClass }) => storedClass(messageClass))),
        textArray(column(({ topic }) => topic)),
      ],
    );
  }

  /**
   * Keeps what a send was answered although its message is further already: a receipt was faster. The provider's id is
   * what later receipts name it by; the answer goes to the sending that the receipt has told of.
   */
  async keepAnswers(scope: Scope, { sql, answers }: { sql: Sql; answers: LateAnswer[] }): Promise<void> {
    if (answers.length === 0) return;
    await sql.query(
      `with told as (
         select *
         from unnest($2::uuid[], $3::text[], $4::int[], $5::text[], $6::uuid[], $7::text[])
           as t (id, provider_id, attempt, provider, connection_id, answer)
       ), kept as (
         update message_events v
         set attempt = t.attempt, provider = t.provider, connection_id = t.connection_id, answer = t.answer
         from told t
         where v.workspace_id = $1 and v.message_id = t.id and v.status = 'sent' and v.attempt is null
           and t.attempt is not null
       )
       update messages m
       set provider_id = coalesce(m.provider_id, t.provider_id)
       from told t
       where m.workspace_id = $1 and m.id = t.id`,
      [
        scope.workspaceId,
        answers.map(({ messageId }) => messageId),
        answers.map(({ providerId }) => providerId),
        answers.map(({ attempt }) => attempt?.number ?? null),
        answers.map(({ attempt }) => attempt?.provider ?? null),
        answers.map(({ attempt }) => attempt?.connectionId ?? null),
        answers.map(({ attempt }) => attempt?.answer ?? null),
      ],
    );
  }

  async addEvents(scope: Scope, { sql, events }: { sql: Sql; events: MessageEventRow[] }): Promise<void> {
    if (events.length === 0) return;
    await sql.send(
      `insert into message_events (
         workspace_id, message_id, status, at, detail, attempt, provider, connection_id, answer
       )
       select $1, t.message_id, t.status, t.at, t.detail, t.attempt, t.provider, t.connection_id, t.answer
       from unnest(
         $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::bigint[], $7::text[], $8::uuid[], $9::text[]
       ) with ordinality as t (message_id, status, at, detail, attempt, provider, connection_id, answer, n)
       order by n`,
      [
        scope.workspaceId,
        uuidArray(events.map(({ messageId }) => messageId)),
        textArray(events.map(({ status }) => status)),
        timeArray(events.map(({ at }) => at.getTime())),
        textArray(events.map(({ detail }) => detail)),
        bigintArray(events.map(({ attempt }) => attempt?.number ?? null)),
        textArray(events.map(({ attempt }) => attempt?.provider ?? null)),
        uuidArray(events.map(({ attempt }) => attempt?.connectionId ?? null)),
        textArray(events.map(({ attempt }) => attempt?.answer ?? null)),
      ],
    );
  }

  /**
   * Queues what steps send instead of messages that will not arrive, once per visit, on the channel for that; returns
   * them. They are in the row of what was sent again: the same run, step and visit.
   */
  async addFallbacks(
    scope: Scope,
    { sql, ids }: { sql: Sql; ids: string[] },
  ): Promise<{ id: string; first: string }[]> {
    if (ids.length === 0) return [];
    return sql.query<{ id: string; first: string }>(
      `with lost as (
         select m.*, coalesce(m.resend_of, m.id) as first
         from messages m
         join journey_versions v on v.workspace_id = m.workspace_id and v.id = m.version_id
         where m.workspace_id = $1
           and m.id = any($2::uuid[])
           and m.channel <> $3
           and btrim(coalesce(v.running #>> array['nodes', m.node, 'config', $4], '')) <> ''
           and not exists (
             select 1
             from messages o
             where o.workspace_id = m.workspace_id
               and o.enrollment_id = m.enrollment_id
               and o.node = m.node
               and o.visit = m.visit
               and o.channel = $3
           )
       ), made as (
         insert into messages (
           workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, origin, data, queued_at,
             run_offset_ms, resend_of, resend_number, lane
         )
         select workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, $3, origin, data,
           now() + case when origin = 'live' then 0 else run_offset_ms end * interval '1 millisecond', run_offset_ms,
           first,
           (
             select max(o.resend_number) + 1
             from messages o
             where o.workspace_id = lost.workspace_id
               and o.enrollment_id = lost.enrollment_id
               and o.node = lost.node
               and o.visit = lost.visit
           ),
           -- The class of its lane, and no receiver yet.
           lane - lane % 4096
         from lost
         on conflict (workspace_id, enrollment_id, node, visit, resend_number) do nothing
         returning id, resend_of, queued_at
       ), told as (
         insert into message_events (workspace_id, message_id, status, at, detail)
         select $1, id, 'queued', queued_at, 'Sent instead of a message that could not be delivered' from made
       ), counted as (
         update messages m set resends = m.resends + 1 from made where m.workspace_id = $1 and m.id = made.resend_of
       )
       select id, resend_of as first from made`,
      [scope.workspaceId, ids, fallbackChannel, fallbackSetting],
    );
  }

  /** Those that are still as they were read. */
  async removeDevices(
    scope: Scope,
    { sql, devices }: { sql: Sql; devices: { id: string; updatedAt: string }[] },
  ): Promise<void> {
    if (devices.length === 0) return;
    await sql.query(
      `delete from devices d
       using unnest($2::uuid[], $3::timestamptz[]) as g (id, updated_at)
       where d.workspace_id = $1 and d.id = g.id and d.updated_at = g.updated_at`,
      [scope.workspaceId, devices.map(({ id }) => id), devices.map(({ updatedAt }) => updatedAt)],
    );
  }

  /** `tallies` are appended with them, in one statement: this is asked for with every message. */
  async addDeltas(
    scope: Scope,
    { sql, deltas, tallies = [] }: { sql: Sql; deltas: StatDelta[]; tallies?: Tally[] },
  ): Promise<void> {
    if (deltas.length === 0 && tallies.length === 0) return;
    await sql.send(
      `with tallied as (
         insert into delivery_deltas (workspace_id, journey_id, connection_id, channel, tried, sent, failed)
         select $1, journey_id, connection_id, channel, sum(tried)::int, sum(sent)::int, sum(failed)::int
         from unnest(
           $7::uuid[], $8::uuid[], $9::text[], $10::int[], $11::int[], $12::int[]
         ) as t (journey_id, connection_id, channel, tried, sent, failed)
         group by 2, 3, 4
       )
       insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count)
       select $1, version_id, node, measure, date_trunc('hour', at), sum(count)::int
       from unnest(
         $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::int[]
       ) as t (version_id, node, measure, at, count)
       group by 2, 3, 4, 5`,
      [
        scope.workspaceId,
        deltas.map(({ versionId }) => versionId),
        deltas.map(({ node }) => node),
        deltas.map(({ measure }) => measure),
        deltas.map(({ at }) => at),
        deltas.map(({ count }) => count),
        tallies.map(({ journeyId }) => journeyId),
        tallies.map(({ connectionId }) => connectionId),
        tallies.map(({ channel }) => channel),
        tallies.map(({ tried }) => tried),
        tallies.map(({ sent }) => sent),
        tallies.map(({ failed }) => failed),
      ],
    );
  }
}
