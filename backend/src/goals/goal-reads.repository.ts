import { Injectable } from '@nestjs/common';
import type { Goal, RunGoal } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

export type GoalTotals = {
  /** Of the versions that were asked for, as the newest that has a goal says it; in the order of the settings. */
  goals: Pick<Goal, 'id' | 'name' | 'event' | 'withinSeconds'>[];
  totals: { goal: string; control: boolean; currency: string; runs: number; hits: number; value: number }[];
  touches: { goal: string; node: string; first: number; last: number }[];
};
export type RunGoalRow = Omit<RunGoal, 'at'> & { enrollmentId: string; at: Date };

/** What reached goals, for screens. Reads only. */
@Injectable()
export class GoalReads {
  constructor(private readonly database: Database) {}

  /** Figures of versions of one journey, from what is kept. */
  async totals({ workspaceId }: Scope, versionIds: string[]): Promise<GoalTotals> {
    const values = [workspaceId, versionIds];
    const [goals, totals, touches] = await Promise.all([
      this.database.query<GoalTotals['goals'][number]>(
        `select goal as id, name, event, within as "withinSeconds" from (
           select distinct on (g.goal) g.goal, g.definition ->> 'name' as name, g.event, g.within_seconds as within,
             v.number, g.place
           from journey_versions v
           cross join lateral (
             select j.*, (
               select n.place from jsonb_array_elements(v.graph #> '{settings,goals}') with ordinality as n (goal, place)
               where n.goal ->> 'id' = j.goal limit 1
             ) as place
             from journey_goals j where j.workspace_id = $1 and j.version_id = v.id
           ) g
           where v.workspace_id = $1 and v.id = any($2::uuid[])
           order by g.goal, v.number desc
         ) newest
         order by number desc, place, goal`,
        values,
      ),
      this.database.query<GoalTotals['totals'][number]>(
        `select goal, control, currency, sum(runs)::float8 as runs, sum(hits)::float8 as hits, sum(value)::float8 as value
         from goal_totals
         where workspace_id = $1 and version_id = any($2::uuid[])
         group by goal, control, currency
         order by goal, control, currency`,
        values,
      ),
      this.database.query<GoalTotals['touches'][number]>(
        `select goal, node, sum(first_hits)::float8 as first, sum(last_hits)::float8 as last
         from goal_touches
         where workspace_id = $1 and version_id = any($2::uuid[])
         group by goal, node
         order by goal, node`,
        values,
      ),
    ]);
    return { goals, totals, touches };
  }

  /** What reached goals of these runs, in the order in which it happened. */
  ofRuns({ workspaceId }: Scope, ids: string[]): Promise<RunGoalRow[]> {
    return this.database.query<RunGoalRow>(
      `select h.enrollment_id as "enrollmentId", h.goal as id, coalesce(g.definition ->> 'name', h.goal) as name,
         coalesce(g.event, '') as event, h.event_id as "eventId", h.at, h.value::float8 as value, h.currency,
         h.first_touch as "firstTouch", h.last_touch as "lastTouch"
       from goal_hits h
       join enrollments e on e.workspace_id = h.workspace_id and e.id = h.enrollment_id
       left join journey_goals g on g.workspace_id = h.workspace_id and g.version_id = e.version_id and g.goal = h.goal
       where h.workspace_id = $1 and h.enrollment_id = any($2::uuid[])
       order by h.at, h.event_id, h.goal`,
      [workspaceId, ids],
    );
  }
}
