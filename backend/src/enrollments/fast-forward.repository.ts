import { Injectable } from '@nestjs/common';
import type { FastForward } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

/** Times in ms since 1970 (run time). */
export type FastForwardTarget = { seconds: number } | { until: number } | 'next' | 'end';
export type Reached = NonNullable<FastForward['reached']>;
type Row = {
  id: string;
  target: FastForwardTarget;
  state: Exclude<FastForward['state'], 'interrupted'>;
  interrupted: boolean;
  from_time: Date;
  until_time: Date | null;
  run_time: Date;
  waits: number;
  reached: Reached | null;
  cancel_asked: boolean;
  error_code: string | null;
  error: string | null;
  started_at: Date;
  ended_at: Date | null;
};
/** Names one fast-forward: a later one of the same run has another id. */
export type FastForwardKey = { enrollmentId: string; id: string };

/**
 * What becomes of letting time pass in a run. Only whoever holds the row's id, and the row is still running, may write
 * to it.
 */
@Injectable()
export class FastForwardRepository {
  constructor(private readonly database: Database) {}

  /**
   * Begins one, or false: another one is running, or the run has ended or does not exist. One whose process is gone
   * makes room.
   */
  async begin(
    scope: Scope,
    { enrollmentId, id, target, leaseMs }: FastForwardKey & { target: FastForwardTarget; leaseMs: number },
  ): Promise<boolean> {
    const rows = await this.database.query(
      `insert into fast_forwards as f (workspace_id, enrollment_id, id, target, from_time, lease_until)
       select $1, $2, $3, $4, now() + e.run_offset_ms * interval '1 millisecond', now() + $5 * interval '1 millisecond'
       from enrollments e
       where e.workspace_id = $1 and e.id = $2 and e.ended_at is null
       on conflict (workspace_id, enrollment_id)
       do update set id = excluded.id, target = excluded.target, state = 'running', from_time = excluded.from_time,
         until_time = null, waits = 0, reached = null,
         cancel_asked = false, error_code = null, error = null, lease_until = excluded.lease_until, started_at = now(),
           ended_at = null
       where f.state <> 'running' or f.lease_until < now()
       returning f.id`,
      [scope.workspaceId, enrollmentId, id, JSON.stringify(target), leaseMs],
    );
    return rows.length > 0;
  }

  /** The last fast-forward of a run. */
  async find(scope: Scope, enrollmentId: string): Promise<FastForward | null> {
    const [row] = await this.database.query<Row>(
      `select f.id, f.target, f.state, f.state = 'running'
           and f.lease_until < now() as interrupted, f.from_time, f.until_time,
         coalesce(e.ended_at, now() + e.run_offset_ms * interval '1 millisecond') as run_time, f.waits, f.reached,
           f.cancel_asked, f.error_code, f.error, f.started_at, f.ended_at
       from fast_forwards f
       join enrollments e on e.workspace_id = $1 and e.id = f.enrollment_id
       where f.workspace_id = $1 and f.enrollment_id = $2`,
      [scope.workspaceId, enrollmentId],
    );
    return row ? fastForwardOf(row) : null;
  }

  async isRunning(scope: Scope, enrollmentId: string): Promise<boolean> {
    const rows = await this.database.query(
      `select 1
        from fast_forwards
        where workspace_id = $1 and enrollment_id = $2 and state = 'running' and lease_until >= now()`,
      [scope.workspaceId, enrollmentId],
    );
    return rows.length > 0;
  }

  /**
   * Says how far it is and that it is still worked on. Null when it is no longer ours: another one took its place, or
   * the run is gone.
   */
  async keep(
    scope: Scope,
    {
      enrollmentId,
      id,
      waits,
      until,
      leaseMs,
    }: FastForwardKey & { waits: number; until: number | null; leaseMs: number },
  ): Promise<{ cancelAsked: boolean } | null> {
    const [row] = await this.database.query<{ cancel_asked: boolean }>(
      `update fast_forwards set waits = $4, until_time = $5, lease_until = now() + $6 * interval '1 millisecond'
       where workspace_id = $1 and enrollment_id = $2 and id = $3 and state = 'running' returning cancel_asked`,
      [scope.workspaceId, enrollmentId, id, waits, until === null ? null : new Date(until), leaseMs],
    );
    return row ? { cancelAsked: row.cancel_asked } : null;
  }

  async finish(
    scope: Scope,
    {
      enrollmentId,
      id,
      ...end
    }: FastForwardKey & {
      state: 'done' | 'cancelled' | 'failed';
      waits: number;
      reached?: Reached;
      error?: { code: string; message: string };
    },
  ): Promise<void> {
    await this.database.query(
      `update fast_forwards
        set state = $4, waits = $5, reached = $6, error_code = $7, error = $8, ended_at = now()
        where workspace_id = $1 and enrollment_id = $2 and id = $3 and state = 'running'`,
      [
        scope.workspaceId,
        enrollmentId,
        id,
        end.state,
        end.waits,
        end.reached ?? null,
        end.error?.code ?? null,
        end.error?.message ?? null,
      ],
    );
  }

  /** Gives it up unfinished, so that it shows at once as interrupted. */
  async release(scope: Scope, { enrollmentId, id }: FastForwardKey): Promise<void> {
    await this.database.query(
      `update fast_forwards
        set lease_until = now() - interval '1 millisecond'
        where workspace_id = $1 and enrollment_id = $2 and id = $3 and state = 'running'`,
      [scope.workspaceId, enrollmentId, id],
    );
  }

  /** Asks whoever works on it to stop; its id, or null when nobody does. */
  async askToCancel(scope: Scope, enrollmentId: string): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(
      `update fast_forwards
        set cancel_asked = true
        where workspace_id = $1 and enrollment_id = $2 and state = 'running' and lease_until >= now()
        returning id`,
      [scope.workspaceId, enrollmentId],
    );
    return row?.id ?? null;
  }

  /**
   * The run's offset before any time was skipped: as it was noted the first time, else as given, which is noted now.
   */
  async baseOffset(
    scope: Scope,
    { enrollmentId, id, otherwise }: FastForwardKey & { otherwise: number },
  ): Promise<number> {
    const [row] = await this.database.query<{ base: number }>(
      `update fast_forwards
        set base_offset_ms = coalesce(base_offset_ms, $4)
        where workspace_id = $1 and enrollment_id = $2 and id = $3
        returning base_offset_ms::float8 as base`,
      [scope.workspaceId, enrollmentId, id, Math.round(otherwise)],
    );
    return row?.base ?? otherwise;
  }
}

function fastForwardOf(row: Row): FastForward {
  const { target } = row;
  return {
    id: row.id,
    state: row.interrupted ? 'interrupted' : row.state,
    to: typeof target === 'object' && 'until' in target ? { until: new Date(target.until).toISOString() } : target,
    from: row.from_time.toISOString(),
    until: row.until_time?.toISOString() ?? null,
    runTime: row.run_time.toISOString(),
    waits: row.waits,
    reached: row.reached,
    cancelling: row.cancel_asked && row.state === 'running' && !row.interrupted,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error ?? '' },
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
