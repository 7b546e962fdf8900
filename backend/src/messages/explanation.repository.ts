import { Injectable } from '@nestjs/common';
import { channelOf, titleOf } from '@wend/contract';
import type { DeliveryCheck, JsonObject, MessageStatus } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

/** What is stored of how a message was decided, beside the message itself. */
export type DecisionFacts = {
  /** The check that it ended by; null where none did, or it was not written down. */
  stopped_by: DeliveryCheck | null;
  /** Its place under the limits: `none` where its journey leaves it out of all; null where it needed none. */
  place: 'taken' | 'none' | null;
  message_class: string | null;
  topic: string | null;
  parked: boolean;
  /** Its server takes nothing at the moment. */
  away: boolean;
  leased: boolean;
  expires_at: Date | null;
  /** When the message was last decided about. */
  decided_at: Date | null;
  connection: string | null;
  control: boolean;
};
export type CountedMessage = { id: string; title: string; journey: string; at: Date };
/** Where a person was last in a step, and the message of that. */
export type StepVisit = {
  /** Whether there is a run of the person in the journey at all. */
  runs: number;
  status: string | null;
  node: string | null;
  /** Of the last visit to the step. */
  entered_at: Date | null;
  left_at: Date | null;
  port: string | null;
  message_id: string | null;
  /** Of the person. */
  traits: JsonObject | null;
};

/** So many are counted before a message, at most. */
const mostAhead = 100_000;

/** Reads for “Why did she not get it?”. */
@Injectable()
export class ExplanationRepository {
  constructor(private readonly database: Database) {}

  async facts(scope: Scope, id: string): Promise<DecisionFacts | null> {
    const [row] = await this.database.query<DecisionFacts>(
      `select m.stopped_by, m.message_class, m.topic, m.parked, m.away_since is not null as away, m.expires_at,
         k.name as connection,
         m.lease_until is not null and m.lease_until > now() as leased, e.control is true as control,
         case when m.counted_at = '-infinity' then 'none' when m.counted_at is not null then 'taken' end as place,
         (select max(x.at) from message_events x where x.workspace_id = $1 and x.message_id = m.id and x.by = 'person') as decided_at
       from messages m
       left join connections k on k.workspace_id = m.workspace_id and k.id = m.connection_id
       left join enrollments e on e.workspace_id = m.workspace_id and e.id = m.enrollment_id
       where m.workspace_id = $1 and m.id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** How many wait in the lane of a queued message to go before it, and when it is due itself. */
  async ahead(scope: Scope, id: string): Promise<{ count: number; due: Date } | null> {
    const [row] = await this.database.query<{ count: number; due: Date }>(
      `select m.next_attempt_at as due,
         (
           select count(*)::int
           from (
             select 1
             from messages o
             where o.workspace_id = $1 and o.channel = m.channel and o.lane = m.lane and o.next_attempt_at < m.next_attempt_at
               and o.status in ('queued', 'sending') and not o.parked
             limit ${mostAhead}
           ) before
         ) as count
       from messages m
       where m.workspace_id = $1 and m.id = $2 and m.status = 'queued'`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** In the order given; those that are gone are left out. */
  async counted(scope: Scope, ids: readonly string[]): Promise<CountedMessage[]> {
    if (ids.length === 0) return [];
    const rows = await this.database.query<{
      id: string;
      channel: string;
      status: MessageStatus;
      content: JsonObject | null;
      node: string;
      journey: string | null;
      at: Date;
    }>(
      `select m.id, m.channel, m.content, coalesce(v.running #>> array['nodes', m.node, 'name'], m.node) as node,
         j.name as journey, coalesce(m.sent_at, nullif(m.counted_at, '-infinity'), m.queued_at) as at
       from unnest($2::uuid[]) with ordinality as c (id, n)
       join messages m on m.workspace_id = $1 and m.id = c.id
       left join journeys j on j.workspace_id = $1 and j.id = m.journey_id
       left join journey_versions v on v.workspace_id = $1 and v.id = m.version_id
       order by c.n`,
      [scope.workspaceId, ids],
    );
    return rows.map(({ id, channel, content, node, journey, at }) => ({
      id,
      title: titleOf(channelOf(channel), content) ?? node,
      journey: journey ?? 'Deleted journey',
      at,
    }));
  }

  /** Of the person's last run that came to the step, else of the last one; of `run` only, where it is given. */
  async visit(
    scope: Scope,
    {
      journeyId,
      profileId,
      node,
      run,
    }: { journeyId: string; profileId: string; node: string; run?: string | undefined },
  ): Promise<StepVisit | null> {
    const [row] = await this.database.query<StepVisit & { known: boolean }>(
      `with person as (
         select coalesce(p.merged_into, p.id) as id from profiles p where p.workspace_id = $1 and p.id = $3
       ), run as (
         select e.id, e.status, e.node, e.created_at
         from enrollments e
         where e.workspace_id = $1 and e.journey_id = $2 and e.profile_id = (select id from person)
           and case when $5::uuid is null then e.origin <> 'test' else e.id = $5 end
       ), visit as (
         select v.enrollment_id, v.visit, v.entered_at, v.left_at, v.port
         from run
         join visits v on v.workspace_id = $1 and v.enrollment_id = run.id and v.node = $4
         order by v.entered_at desc
         limit 1
       )
       select exists (select 1 from person) and exists (
           select 1 from journeys j where j.workspace_id = $1 and j.id = $2
         ) as known,
         (select q.traits from profiles q where q.workspace_id = $1 and q.id = (select id from person)) as traits,
         (select count(*)::int from run) as runs, r.status, r.node, v.entered_at, v.left_at, v.port,
         (
           select m.id from messages m
           where m.workspace_id = $1 and m.enrollment_id = v.enrollment_id and m.node = $4 and m.visit = v.visit
           order by m.resend_number desc
           limit 1
         ) as message_id
       from (select 1) one
       left join visit v on true
       left join lateral (
         select status, node from run where v.enrollment_id is null or run.id = v.enrollment_id
         order by created_at desc limit 1
       ) r on true`,
      [scope.workspaceId, journeyId, profileId, node, run ?? null],
    );
    return row?.known ? row : null;
  }
}
