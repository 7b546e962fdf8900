import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { DueAction } from './run-action.js';

const due = `a.workspace_id, a.enrollment_id, a.node, a.visit, a.kind, a.settings, a.depth, a.at, a.attempts,
  e.profile_id, case e.origin when 'demo' then 'demo' else 'live' end as origin, e.journey_id, j.name as journey_name,
  e.run_offset_ms::float8 as run_offset_ms
  from run_actions a
  join enrollments e on e.workspace_id = a.workspace_id and e.id = a.enrollment_id
  join journeys j on j.workspace_id = e.workspace_id and j.id = e.journey_id`;
/** Each the first of its run, which is asked of it alone. */
const isDue = `a.state = 'waiting' and a.next_at <= now()
  and a.position = (
    select min(b.position) from run_actions b
    where b.workspace_id = a.workspace_id and b.enrollment_id = a.enrollment_id and b.state = 'waiting'
  )`;
const key = 'workspace_id = $1 and enrollment_id = $2 and node = $3 and visit = $4 and kind = $5';

/** Without scope: whoever carries actions out does so for all workspaces; every row names its own. */
@Injectable()
export class RunActionRepository {
  constructor(private readonly database: Database) {}

  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /**
   * The action that has been due for longest, held until the transaction ends; null when none is. What one run asked for
   * comes in its order: who comes first is waited for. It is found before anything is joined to it, or all that are due
   * would be.
   */
  async claim(sql: Sql): Promise<DueAction | null> {
    const [row] = await sql.query<DueAction>(
      `with first as materialized (
         select a.workspace_id, a.enrollment_id, a.node, a.visit, a.kind from run_actions a
         where ${isDue} and (
             select e.journey_id from enrollments e where e.workspace_id = a.workspace_id and e.id = a.enrollment_id
           ) is not null
         order by a.next_at limit 1 for update skip locked
       )
       select ${due}
       join first f on f.workspace_id = a.workspace_id and f.enrollment_id = a.enrollment_id and f.node = a.node
         and f.visit = a.visit and f.kind = a.kind`,
    );
    return row ?? null;
  }

  /**
   * Others that are due, of the same kind and workspace and of other runs, not tried yet; held with it. Whether one is the
   * first of its run is asked of each as it comes by the index, never of all that are due.
   */
  claimAlike(scope: Scope, { sql, action, most }: { sql: Sql; action: DueAction; most: number }): Promise<DueAction[]> {
    return sql.query<DueAction>(
      `with alike as materialized (
         select workspace_id, enrollment_id, node, visit, kind from run_actions a
         where a.workspace_id = $1 and a.kind = $2 and a.state = 'waiting' and a.next_at <= now()
           and a.attempts = 0 and a.enrollment_id <> $3
           and a.position = (
             select min(b.position) from run_actions b
             where b.workspace_id = a.workspace_id and b.enrollment_id = a.enrollment_id and b.state = 'waiting'
           )
         order by a.next_at limit $4 for update skip locked
       )
       select ${due}
       join alike k on k.workspace_id = a.workspace_id and k.enrollment_id = a.enrollment_id and k.node = a.node
         and k.visit = a.visit and k.kind = a.kind
       order by a.next_at, a.position`,
      [scope.workspaceId, action.kind, action.enrollment_id, most],
    );
  }

  /** Those that came off together. */
  async settleAll(
    scope: Scope,
    { sql, actions, results }: { sql: Sql; actions: readonly DueAction[]; results: readonly (JsonObject | null)[] },
  ): Promise<void> {
    await sql.query(
      `update run_actions a
       set state = 'done', result = d.result::jsonb, error = null, settled_at = now(), attempts = a.attempts + 1
       from unnest($2::uuid[], $3::text[], $4::int[], $5::text[], $6::text[])
         as d (enrollment_id, node, visit, kind, result)
       where a.workspace_id = $1 and a.enrollment_id = d.enrollment_id and a.node = d.node and a.visit = d.visit
         and a.kind = d.kind and a.state = 'waiting'`,
      [
        scope.workspaceId,
        actions.map((each) => each.enrollment_id),
        actions.map((each) => each.node),
        actions.map((each) => each.visit),
        actions.map((each) => each.kind),
        results.map((each) => each && JSON.stringify(each)),
      ],
    );
  }

  /** One of a test run whose kind says what would come of it; null when there is none. */
  async claimRehearsal(sql: Sql, kinds: string[]): Promise<DueAction | null> {
    const [row] = await sql.query<DueAction>(
      `select ${due}
       where a.state = 'recorded' and a.settled_at is null and a.kind = any($1::text[]) and a.next_at <= now()
       order by a.next_at limit 1 for update of a skip locked`,
      [kinds],
    );
    return row ?? null;
  }

  async rehearsed(
    scope: Scope,
    { sql, action, result, error }: { sql: Sql; action: DueAction; result: JsonObject | null; error: string | null },
  ): Promise<void> {
    await sql.query(
      `update run_actions set result = $6, error = $7, settled_at = now() where ${key} and state = 'recorded'`,
      [...keyOf(scope, action), result && JSON.stringify(result), error],
    );
  }

  async settle(
    scope: Scope,
    { sql, action, result, error }: { sql: Sql; action: DueAction; result: JsonObject | null; error: string | null },
  ): Promise<void> {
    await sql.query(
      `update run_actions
       set state = case when $7::text is null then 'done' else 'failed' end, result = $6, error = $7,
         settled_at = now(), attempts = least(attempts + 1, 1000)
       where ${key} and state = 'waiting'`,
      [...keyOf(scope, action), result && JSON.stringify(result), error],
    );
  }

  /** It is tried again at a time; who has done it meanwhile has. */
  async postpone(scope: Scope, { action, at, error }: { action: DueAction; at: Date; error: string }): Promise<void> {
    await this.database.query(
      `update run_actions set next_at = $6, error = $7, attempts = least(attempts + 1, 1000)
       where ${key} and state = 'waiting'`,
      [...keyOf(scope, action), at, error],
    );
  }
}

function keyOf({ workspaceId }: Scope, { enrollment_id, node, visit, kind }: DueAction): unknown[] {
  return [workspaceId, enrollment_id, node, visit, kind];
}
