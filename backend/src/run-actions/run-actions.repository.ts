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
   * comes in its order: who comes first is waited for.
   */
  async claim(sql: Sql): Promise<DueAction | null> {
    const [row] = await sql.query<DueAction>(
      `select ${due}
       where a.state = 'waiting' and a.next_at <= now()
         and not exists (
           select 1 from run_actions b
           where b.workspace_id = a.workspace_id and b.enrollment_id = a.enrollment_id
             and b.state = 'waiting' and b.position < a.position
         )
       order by a.next_at limit 1 for update of a skip locked`,
    );
    return row ?? null;
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
