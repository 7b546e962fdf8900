import { Injectable } from '@nestjs/common';
import type { Input, JsonObject, Rule, RunEvent } from '@wend/contract';
import { matchesArm, pickPaths } from '@wend/engine';
import type { CommitRequest, RunSignal } from '@wend/temporal';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { commitStep, eventsSince } from './commit.sql.js';
import { writesOf } from './commit-writes.js';

export type CommitVerdict = 'applied' | 'exists' | 'stopped' | 'held' | 'gone';
export type WaitRow = { wait: string; arm: number; rule: Rule | null; message_of: string | null; paths: string[] };
export type EventRow = { id: string; name: string; time: Date; properties: JsonObject; position: string; snapshot: string };

@Injectable()
export class CommitRepository {
  constructor(private readonly database: Database) {}

  /** Writes a step and all that follows from it, or nothing. */
  async write(scope: Scope, request: CommitRequest): Promise<{ verdict: CommitVerdict; reason: string }> {
    const { identity } = request;
    const writes = writesOf(request);
    const [row] = await this.database.query<{ outcome: CommitVerdict; reason: string; wrote: number }>(commitStep, [
      scope.workspaceId, identity.journeyId, identity.enrollmentId, request.step, time(request.at), request.format, JSON.stringify(request.inputs),
      identity.origin === 'test', writes.cancelled, JSON.stringify(writes.entered), JSON.stringify(writes.left), JSON.stringify(writes.messages),
      JSON.stringify(writes.waits), writes.closed, writes.timer && JSON.stringify(writes.timer), writes.closed.length > 0 || writes.end !== null,
      JSON.stringify(writes.traits), request.node, writes.end && JSON.stringify(writes.end), JSON.stringify(writes.deltas), identity.versionId,
      request.workflowId, JSON.stringify(request.run), identity.origin, request.starting ?? false,
    ]);
    if (!row) throw new Error('The commit gave no answer.');
    return { verdict: row.outcome === 'applied' && row.wrote === 0 ? 'exists' : row.outcome, reason: row.reason };
  }

  async storedInputs(scope: Scope, { enrollmentId, step }: { enrollmentId: string; step: number }): Promise<Input[]> {
    const [row] = await this.database.query<{ inputs: Input[] }>('select inputs from steps where workspace_id = $1 and enrollment_id = $2 and step = $3', [scope.workspaceId, enrollmentId, step]);
    return row?.inputs ?? [];
  }

  /** Signals for the events that the run's waits had to see, except those that are known; `waits` limits it to these. */
  async missed(scope: Scope, { enrollmentId, waits, except }: { enrollmentId: string; waits?: string[]; except: string[] }): Promise<RunSignal[]> {
    return this.signalsSince(scope, { enrollmentId, values: [waits ?? null, except, false, null] });
  }

  /** Signals for the events that go before a timer: received by when it was due (for live runs). None when the step is stored already: it is not decided again, and its waits are those after it. */
  async beforeTimer(scope: Scope, { enrollmentId, step, live, except }: { enrollmentId: string; step: number; live: boolean; except: string[] }): Promise<RunSignal[]> {
    return this.signalsSince(scope, { enrollmentId, values: [null, except, live, step] });
  }

  private async signalsSince(scope: Scope, { enrollmentId, values }: { enrollmentId: string; values: unknown[] }): Promise<RunSignal[]> {
    const rows = await this.database.query<WaitRow & EventRow>(eventsSince, [scope.workspaceId, enrollmentId, ...values]);
    return rows.flatMap((row) => signalFor({ wait: row, event: row, enrollmentId }) ?? []);
  }

  async markHeld(scope: Scope, enrollmentId: string): Promise<void> {
    await this.database.query('update enrollments set held = true where workspace_id = $1 and id = $2 and ended_at is null', [scope.workspaceId, enrollmentId]);
  }

  async markFailed(scope: Scope, { enrollmentId, at, reason }: { enrollmentId: string; at: number; reason: string }): Promise<void> {
    await this.database.transaction(async (sql) => {
      await sql.query(`update enrollments set status = 'failed', ended_at = $3, end_reason = $4, start = null where workspace_id = $1 and id = $2 and ended_at is null`, [scope.workspaceId, enrollmentId, time(at), reason]);
      await sql.query('delete from waits where workspace_id = $1 and enrollment_id = $2', [scope.workspaceId, enrollmentId]);
      await sql.query('delete from timers where workspace_id = $1 and enrollment_id = $2', [scope.workspaceId, enrollmentId]);
    });
  }
}

/** The signal that an event is for a wait, or null when the wait's filter does not want it. Only the fields that the program reads travel. */
export function signalFor({ wait, event, enrollmentId }: { wait: WaitRow; event: EventRow; enrollmentId: string }): RunSignal | null {
  const arm = { event: event.name, ...(wait.rule ? { where: wait.rule } : {}), ...(wait.message_of ? { messageOf: wait.message_of } : {}) };
  if (!matchesArm(arm, event, enrollmentId)) return null;
  const runEvent: RunEvent = {
    id: event.id, name: event.name, time: event.time.getTime(), properties: pickPaths(event.properties, wait.paths),
    mark: { position: event.position, snapshot: event.snapshot, time: event.time.getTime() },
  };
  const exit = wait.wait.startsWith('exit:') ? wait.wait.slice(5) : null;
  return exit === null ? { type: 'event', wait: wait.wait, arm: wait.arm, event: runEvent } : { type: 'exit', criterion: exit, event: runEvent };
}

export function time(ms: number): Date {
  return new Date(ms);
}
