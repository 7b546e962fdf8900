import { Injectable } from '@nestjs/common';
import { paceOf, spendPace, stopReason } from '../journeys/index.js';
import { Database } from '../platform/database/index.js';
import type { SignalledRun } from './run-signals.js';

/** A run that was taken by a sweep: nobody else takes it again before `retrySeconds` have passed. */
export type SweptRun = SignalledRun & { id: string };

/**
 * How long a run that was taken is left alone: so long what was told to it may need, and so far behind the others goes
 * what fails.
 */
const retrySeconds = 10;
/**
 * A planner whose statistics are old takes the table for next to empty, and then every index for as good as the next one.
 * So each question asks for the order of the one index that holds its answers, and nothing else may make that order.
 */
const lookUps = ['enable_seqscan', 'enable_sort', 'enable_hashjoin', 'enable_mergejoin'].map((name) => `${name} = off`);
/** What a sweep needs to know of a run. */
const swept = `e.workspace_id, e.id, e.workflow_id, e.start, (select v.program_hash from journey_versions v where v.workspace_id = e.workspace_id and v.id = e.version_id) as program_hash`;

/** Runs of a stopped journey that nobody has asked to end. Test runs go on. */
const toStop = `ended_at is null and cancel_reason is null and origin <> 'test'`;

type CloseLostOptions = {
  workspace_id: string;
  id: string;
  status: 'cancelled' | 'failed';
  reason: string;
};

/**
 * Work that is left over. Runs are claimed: two sweepers never take the same, and what fails goes to the back of the
 * queue. Every question has an index that holds nothing but its answers, and names its order; what it found and locked is written where it
 * lies (ctid), because a planner with old statistics looks a run up by its id through any index that begins with the
 * workspace, and reads all its runs. A run that changed in between is taken next time. Without scope: it sweeps all
 * workspaces; every row carries its own.
 */
@Injectable()
export class SweeperRepository {
  constructor(private readonly database: Database) {}

  /** Takes runs whose workflow is not known to be started although they entered some seconds ago. */
  async claimStarting(limit: number): Promise<SweptRun[]> {
    return this.byIndex<SweptRun>(
      `with due as materialized (
         select ctid
         from enrollments
         where status = 'starting' and not held and cancel_reason is null and start is not null and sweep_after <= now()
         order by sweep_after limit ${limit} for update skip locked
       )
       update enrollments e
       set sweep_after = now() + interval '${retrySeconds} seconds'
       from due
       where e.ctid = due.ctid
       returning ${swept}`,
    );
  }

  /**
   * Takes runs that a pause held and whose journey is live again, some of each journey. A run that has not taken its
   * first step yet begins now: what was known of the person when it came in is left out of its start. The journeys with
   * held runs are found by going from one to the next in the index, so that the many runs of a journey that stays
   * paused are not read. Who resumed a journey may have said how fast.
   */
  async claimHeld(limit: number): Promise<SweptRun[]> {
    return this.byIndex<SweptRun>(
      `with recursive holding as (
         (
           select workspace_id, journey_id
           from enrollments
           where held and ended_at is null
           order by workspace_id, journey_id, sweep_after
           limit 1
         )
         union all
         select next.workspace_id, next.journey_id from holding cross join lateral (
           select e.workspace_id, e.journey_id
           from enrollments e
           where e.held
             and e.ended_at is null
             and (e.workspace_id, e.journey_id) > (holding.workspace_id, holding.journey_id)
           order by e.workspace_id, e.journey_id, e.sweep_after
           limit 1
         ) next
       ), live as materialized (
         select c.workspace_id, c.journey_id, pace.id as pause,
           least(greatest(1, ${limit} / count(*) over ()), coalesce(pace.room, ${limit})) as share
         from holding
         join journey_control c on c.workspace_id = holding.workspace_id and c.journey_id = holding.journey_id
         left join lateral ${paceOf('c')} pace on true
         where c.state = 'live' and (pace.room is null or pace.room > 0)
       ), due as materialized (
         select run.ctid, live.pause from live cross join lateral (
           select e.ctid from enrollments e
           where e.workspace_id = live.workspace_id
             and e.journey_id = live.journey_id
             and e.held
             and e.ended_at is null
             and e.cancel_reason is null
             and e.sweep_after <= now()
           order by e.sweep_after limit live.share for update skip locked
         ) run
       ), spent as (${spendPace('(select pause as id, count(*)::int as count from due group by pause)')})
       update enrollments e set sweep_after = now() + interval '${retrySeconds} seconds',
         start = case
           when e.step = 0 then jsonb_set(
             e.start, '{first}',
               (e.start -> 'first') - 'facts' || jsonb_build_object(
                 'at', (extract(epoch from clock_timestamp()) * 1000)::bigint + e.run_offset_ms
               )
           )
           else e.start
           end
       from due where e.ctid = due.ctid returning ${swept}`,
    );
  }

  /** Takes runs that somebody asked to end. */
  async claimCancelled(limit: number): Promise<(SweptRun & { reason: string })[]> {
    return this.byIndex(
      `with due as materialized (
         select ctid
         from enrollments
         where cancel_reason is not null and ended_at is null and sweep_after <= now()
         order by sweep_after
         limit ${limit}
         for update skip locked
       )
       update enrollments e
       set sweep_after = now() + interval '${retrySeconds} seconds'
       from due
       where e.ctid = due.ctid
       returning ${swept}, e.cancel_reason as reason`,
    );
  }

  /** Asks runs of stopped journeys to end, some of each journey, and takes them. */
  async claimStopped(limit: number): Promise<(SweptRun & { reason: string })[]> {
    return this.byIndex(
      `with stopped as materialized (
         select workspace_id, journey_id, greatest(1, ${limit} / count(*) over ()) as share
         from journey_control
         where ending
       ), due as materialized (
         select run.ctid from stopped cross join lateral (
           select e.ctid from journey_versions v cross join lateral (
             select ctid
             from enrollments
             where workspace_id = v.workspace_id and version_id = v.id and ${toStop}
             order by node
             limit stopped.share
             for update skip locked
           ) e
           where v.workspace_id = stopped.workspace_id and v.journey_id = stopped.journey_id limit stopped.share
         ) run
       )
       update enrollments e
       set cancel_reason = ${stopReason('e')}, sweep_after = now() + interval '${retrySeconds} seconds'
       from due where e.ctid = due.ctid returning ${swept}, e.cancel_reason as reason`,
    );
  }

  /**
   * Journeys all of whose runs were asked to end need no further look. Who enters holds the control row, so nobody
   * comes in unseen.
   */
  async settleStopped(): Promise<void> {
    await this.byIndex(
      `update journey_control c set ending = false from journey_control stopped left join lateral (
         select 1 as run
         from journey_versions v
         cross join lateral (
           select 1
           from enrollments
           where workspace_id = v.workspace_id and version_id = v.id and ${toStop}
           order by node
           limit 1
         ) e
         where v.workspace_id = stopped.workspace_id and v.journey_id = stopped.journey_id limit 1
       ) one on true
       where stopped.ending
         and one.run is null
         and c.workspace_id = stopped.workspace_id
         and c.journey_id = stopped.journey_id
         and c.ending`,
    );
  }

  /**
   * Few runs are ever due, and each is looked up. The planner, who cannot know that, would now and then read the whole
   * table beside them.
   */
  private byIndex<Row extends object>(text: string): Promise<Row[]> {
    return this.database.transaction((sql) => sql.query<Row & Record<string, unknown>>(text), { settings: lookUps });
  }

  /** Ends a run whose workflow is not there any more (terminated by hand, or lost with the Temporal server's data). */
  async closeLost({ workspace_id, id, status, reason }: CloseLostOptions): Promise<void> {
    await this.database.query(
      `with ended as (
           update enrollments
           set status = $3, ended_at = now() + run_offset_ms * interval '1 millisecond', end_reason = $4, held = false,
             held_in = null, start = null
           where workspace_id = $1 and id = $2 and ended_at is null
           returning id, ended_at
         ),
         waits_gone as (delete from waits where workspace_id = $1 and enrollment_id in (select id from ended)),
         unasked as (
           update approvals a
           set state = 'withdrawn', closed_at = ended.ended_at
           from ended
           where a.workspace_id = $1 and a.enrollment_id = ended.id and a.state in ('new', 'open')
         )
       delete from timers where workspace_id = $1 and enrollment_id in (select id from ended)`,
      [workspace_id, id, status, reason],
    );
  }

  /** Adds what commits appended to the figures, in key order. Returns how many rows were taken. */
  async rollUpStats(): Promise<number> {
    const [row] = await this.database.query<{ taken: number }>(
      `with taken as (
         delete from journey_stat_deltas d
         using (select id from journey_stat_deltas order by id limit 5000 for update skip locked) t
         where d.id = t.id
         returning d.workspace_id, d.version_id, d.node, d.measure, d.hour, d.count, d.seconds
       ), summed as (
         insert into journey_stats (workspace_id, version_id, node, measure, hour, count, seconds)
         select workspace_id, version_id, node, measure, hour, sum(count), sum(seconds)
         from taken
         group by 1, 2, 3, 4, 5
         order by 1, 2, 3, 4, 5
         on conflict (workspace_id, version_id, node, measure, hour)
         do update set count = journey_stats.count + excluded.count, seconds = journey_stats.seconds + excluded.seconds
       ), totalled as (
         insert into journey_totals (workspace_id, version_id, measure, node, count)
         select workspace_id, version_id, measure, node, sum(count) from taken group by 1, 2, 3, 4 order by 1, 2, 3, 4
         on conflict (workspace_id, version_id, measure, node)
         do update set count = journey_totals.count + excluded.count
       ) select count(*)::int as taken from taken`,
    );
    return row?.taken ?? 0;
  }
}
