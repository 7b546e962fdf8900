import { Injectable } from '@nestjs/common';
import type { DeliveryOverview } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { ratesSql } from './overview-rates.sql.js';

export type QueueRow = {
  channel: string;
  due: number;
  later: number;
  sending: number;
  oldest: Date | null;
};
export type ActRow = { rule: string; what: string; act: 'held' | 'suppressed'; day: number; week: number };

/** Of each lane so many are counted at most. */
export const mostCounted = 100_000;
/** Receivers have lanes of their own: so many are looked at. */
const lanesWalked = 2_000;
const pending = `status in ('queued', 'sending') and not parked`;

/** What waits and what rules did, for whoever looks. Each question keeps to an index and to so many rows. */
@Injectable()
export class OverviewRepository {
  constructor(private readonly database: Database) {}

  /** By channel: lane by lane, as senders claim, so that a lane of millions costs what so many rows do. */
  queues(scope: Scope): Promise<QueueRow[]> {
    return this.database.query<QueueRow>(
      `with recursive lane as (
         (select m.channel, m.lane, 1 as place from messages m
           where ${pending} and m.workspace_id = $1
           order by m.channel, m.lane limit 1)
         union all
         select following.*, lane.place + 1 from lane cross join lateral (
           select m.channel, m.lane from messages m
           where ${pending} and m.workspace_id = $1 and (m.channel, m.lane) > (lane.channel, lane.lane)
           order by m.channel, m.lane limit 1) following
         where lane.place < ${lanesWalked}
       ), counted as (
         select lane.channel, due.count as due, due.oldest, later.count as later
         from lane
         cross join lateral (
           select count(*)::int as count, min(d.at) as oldest from (
             select m.next_attempt_at as at from messages m
             where ${pending} and m.workspace_id = $1 and m.channel = lane.channel and m.lane = lane.lane
               and m.next_attempt_at <= now()
             order by m.next_attempt_at
             limit ${mostCounted + 1}
           ) d
         ) due
         cross join lateral (
           select count(*)::int as count from (
             select 1 from messages m
             where ${pending} and m.workspace_id = $1 and m.channel = lane.channel and m.lane = lane.lane
               and m.next_attempt_at > now() and m.next_attempt_at < 'infinity'
             limit ${mostCounted + 1}
           ) l
         ) later
       )
       select c.channel, sum(c.due)::int as due, sum(c.later)::int as later, min(c.oldest) as oldest,
         (
           select count(*)::int from messages m
           where m.workspace_id = $1 and m.channel = c.channel and m.status = 'sending'
         ) as sending
       from counted c
       group by c.channel
       order by c.channel`,
      [scope.workspaceId],
    );
  }

  /** What rules keep back, from an index of what is held. */
  held(scope: Scope): Promise<{ rule: string; count: number }[]> {
    return this.database.query(
      `select held_by as rule, count(*)::int as count
       from messages
       where workspace_id = $1 and held_by is not null and status = 'queued'
       group by held_by
       order by count desc, rule`,
      [scope.workspaceId],
    );
  }

  async nextRelease(scope: Scope): Promise<Date | null> {
    const [row] = await this.database.query<{ at: Date | null }>(
      `select min(held_until) as at from messages where workspace_id = $1 and held_by is not null and status = 'queued'`,
      [scope.workspaceId],
    );
    return row?.at ?? null;
  }

  /**
   * How fast messages went in the last whole minute, as senders have noted it (delivery_minutes, and what is not added
   * up to those yet), beside what limits them. Journeys are shown where they have a limit.
   */
  rates(scope: Scope): Promise<DeliveryOverview['rates']> {
    return this.database.query(ratesSql, [scope.workspaceId]);
  }

  /** Of the last 7 days, to the hour. */
  acts(scope: Scope): Promise<ActRow[]> {
    return this.database.query<ActRow>(
      `select rule, what, act, coalesce(sum(count) filter (where hour > now() - interval '24 hours'), 0)::int as day,
         sum(count)::int as week
       from rule_counts
       where workspace_id = $1 and hour > now() - interval '7 days'
       group by rule, what, act`,
      [scope.workspaceId],
    );
  }
}
