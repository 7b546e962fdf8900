import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { StoredStart } from './program.repository.js';
import type { SignalledRun } from './run-signals.js';

/** Work that is left over. Without scope: it sweeps all workspaces; every row carries its own. */
@Injectable()
export class SweeperRepository {
  constructor(private readonly database: Database) {}

  /** Enrollments whose workflow was not started within `seconds`. */
  async leftStarting(seconds: number): Promise<{ workspace_id: string; start: StoredStart; program_hash: string }[]> {
    return this.database.query(
      `select e.workspace_id, e.start, v.program_hash from enrollments e join journey_versions v on v.workspace_id = e.workspace_id and v.id = e.version_id
       where e.status = 'starting' and e.start is not null and e.created_at < now() - make_interval(secs => $1) order by e.created_at limit 100`,
      [seconds],
    );
  }

  /** Runs that a pause held and whose journey is live again. */
  async heldOfLiveJourneys(limit: number): Promise<{ workflow_id: string }[]> {
    return this.database.query(
      `select e.workflow_id from enrollments e join journey_control c on c.workspace_id = e.workspace_id and c.journey_id = e.journey_id
       where e.held and c.state = 'live' and e.ended_at is null order by e.node_since limit $1`,
      [limit],
    );
  }

  /** Runs that should end: their journey was stopped, or somebody cancelled them. */
  async toCancel(limit: number): Promise<(SignalledRun & { id: string; reason: string })[]> {
    return this.database.query(
      `select e.workspace_id, e.id, e.workflow_id, coalesce(e.cancel_reason, 'The journey was stopped') as reason, e.start, v.program_hash from enrollments e
       join journey_versions v on v.workspace_id = e.workspace_id and v.id = e.version_id
       left join journey_control c on c.workspace_id = e.workspace_id and c.journey_id = e.journey_id
       where e.ended_at is null and e.status = 'running' and ((c.state = 'stopped' and e.origin <> 'test') or e.cancel_reason is not null) order by e.created_at limit $1`,
      [limit],
    );
  }

  /** Ends a run whose workflow is not there any more (terminated by hand, or lost with the Temporal server's data). */
  async closeLost({ workspace_id, id, reason }: { workspace_id: string; id: string; reason: string }): Promise<void> {
    await this.database.query(
      `with ended as (update enrollments set status = 'cancelled', ended_at = now(), end_reason = $3, held = false where workspace_id = $1 and id = $2 and ended_at is null returning id),
         waits_gone as (delete from waits where workspace_id = $1 and enrollment_id in (select id from ended))
       delete from timers where workspace_id = $1 and enrollment_id in (select id from ended)`,
      [workspace_id, id, reason],
    );
  }

  /** Adds what commits appended to the figures, in key order. Returns how many rows were taken. */
  async rollUpStats(): Promise<number> {
    const [row] = await this.database.query<{ taken: number }>(
      `with taken as (
         delete from journey_stat_deltas d using (select id from journey_stat_deltas order by id limit 5000 for update skip locked) t where d.id = t.id
         returning d.workspace_id, d.version_id, d.node, d.measure, d.hour, d.count, d.seconds
       ), summed as (
         insert into journey_stats (workspace_id, version_id, node, measure, hour, count, seconds)
         select workspace_id, version_id, node, measure, hour, sum(count), sum(seconds) from taken group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
         on conflict (workspace_id, version_id, node, measure, hour) do update set count = journey_stats.count + excluded.count, seconds = journey_stats.seconds + excluded.seconds
       ) select count(*)::int as taken from taken`,
    );
    return row?.taken ?? 0;
  }
}
