import { Injectable } from '@nestjs/common';
import type { ArmCount, JsonObject, Rule, RunEvent, ShiftInput, StepInput } from '@wend/contract';
import { Gathering, isLater, matchesArm, pickPaths } from '@wend/engine';
import type { CommitRequest, RunSignal } from '@wend/temporal';
import { latestPause } from '../journeys/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { commitMove, commitStep, depthOfEvents, eventsBefore, eventsMissed, exitsBeforeEntry } from './commit.sql.js';
import { exitCriterionOf } from './commit-writes.js';
import type { WaitInsert, Writes } from './commit-writes.js';

/** `answered`: the step goes on without an answer that was given in time; it is a new event. */
export type CommitVerdict = 'applied' | 'exists' | 'stopped' | 'held' | 'gone' | 'answered';
type CommitRow = { outcome: CommitVerdict; reason: string; wrote: number; queued: number; acted: number };
/** `paths` null: all properties. `origin`: of the run. */
export type WaitRow = {
  wait: string;
  arm: number;
  rule: Rule | null;
  message_of: string | null;
  message_visit: number | null;
  not_before: Date | null;
  paths: string[] | null;
  /** What must be seen together; null: one event is enough. */
  ways: ArmCount[][] | null;
  origin: 'live' | 'demo' | 'test';
};
export type EventRow = {
  id: string;
  name: string;
  time: Date;
  received_at: Date;
  properties: JsonObject;
  position: string;
  snapshot: string;
};

/**
 * Events looked through at once: few at first, since nearly always there are few; more and more for who has very many,
 * since each page reads them all.
 */
const pages = { first: 500, growth: 4, most: 8_000 };
/** What an event may weigh that comes with all its properties, in characters of JSON. */
const wholeEventLimit = 64 * 1024;

type PausesInOptions = { journeyId: string; enrollmentId: string; wait: string; step: number; known: string[] };

type LookOptions = {
  enrollmentId: string;
  known: string[];
  question: string;
  values: unknown[];
  enough: (found: ReadonlyMap<string, RunSignal>) => boolean;
};

@Injectable()
export class CommitRepository {
  constructor(private readonly database: Database) {}

  /** Writes a step and all that follows from it, or nothing. */
  async write(
    scope: Scope,
    { request, writes }: { request: CommitRequest; writes: Writes },
  ): Promise<{ verdict: CommitVerdict; reason: string; queued: number; acted: number }> {
    const { identity } = request;
    const depth = await this.depthOf(scope, writes.actsBecauseOf);
    const [row] = await this.database.query<CommitRow>(writes.moved ? commitMove : commitStep, [
      scope.workspaceId,
      identity.journeyId,
      identity.enrollmentId,
      request.step,
      time(request.at),
      request.format,
      JSON.stringify(request.inputs),
      identity.origin === 'test',
      writes.cancelled,
      JSON.stringify(writes.entered),
      JSON.stringify(writes.left),
      JSON.stringify(writes.messages),
      JSON.stringify(writes.waits),
      writes.closed,
      writes.timer && JSON.stringify(writes.timer),
      writes.closed.length > 0 || writes.end !== null,
      JSON.stringify(writes.traits),
      request.node,
      writes.end && JSON.stringify(writes.end),
      JSON.stringify(writes.deltas),
      identity.versionId,
      request.workflowId,
      JSON.stringify(request.run),
      identity.origin,
      request.starting ?? false,
      JSON.stringify(writes.acts),
      depth,
      writes.expired,
      JSON.stringify(writes.asked),
      ...(writes.moved ? [JSON.stringify(writes.moved)] : []),
    ]);
    if (!row) throw new Error('The commit gave no answer.');
    return {
      verdict: row.outcome === 'applied' && row.wrote === 0 ? 'exists' : row.outcome,
      reason: row.reason,
      queued: row.queued,
      acted: row.acted,
    };
  }

  /** Asked apart: in the statement of every step it would open all partitions of events, whether or not it asks for anything. */
  private async depthOf(scope: Scope, eventIds: string[]): Promise<number> {
    if (eventIds.length === 0) return 0;
    const [row] = await this.database.query<{ depth: number | null }>(depthOfEvents, [scope.workspaceId, eventIds]);
    return row?.depth ?? 0;
  }

  /** The inputs of the steps that are stored, from this one on, in order. */
  async storedSteps(
    scope: Scope,
    { enrollmentId, from }: { enrollmentId: string; from: number },
  ): Promise<StepInput[][]> {
    const rows = await this.database.query<{ inputs: StepInput[] }>(
      'select inputs from steps where workspace_id = $1 and enrollment_id = $2 and step >= $3 order by step',
      [scope.workspaceId, enrollmentId, from],
    );
    return rows.map((row) => row.inputs);
  }

  /**
   * Signals for the first event that each of the run's waits had to see, except those that are known; `waits` limits it
   * to these.
   */
  async missed(
    scope: Scope,
    { enrollmentId, waits, known }: { enrollmentId: string; waits?: string[]; known: string[] },
  ): Promise<RunSignal[]> {
    return this.look(scope, {
      enrollmentId,
      known,
      question: eventsMissed,
      values: [waits ?? null],
      enough: (found) => waits !== undefined && waits.every((wait) => found.has(wait)),
    });
  }

  /**
   * The signal for the first event that goes before the timer or the answer of a custom node which this step would
   * take.
   */
  async before(
    scope: Scope,
    { enrollmentId, step, live, known }: { enrollmentId: string; step: number; live: boolean; known: string[] },
  ): Promise<RunSignal[]> {
    return this.look(scope, {
      enrollmentId,
      known,
      question: eventsBefore,
      values: [live, step],
      enough: (found) => found.size > 0,
    });
  }

  /**
   * The signal for the first event that ends the run and is `event` or was received before it. What completes a wait for
   * several events may have been found before it, or what came earlier, was worked on.
   */
  async exitBefore(
    scope: Scope,
    { enrollmentId, step, live, event }: { enrollmentId: string; step: number; live: boolean; event: RunEvent },
  ): Promise<RunSignal[]> {
    const found = await this.look(scope, {
      enrollmentId,
      known: [],
      question: eventsBefore,
      values: [live, step],
      enough: (signals) => [...signals.values()].some(({ type }) => type === 'exit'),
    });
    return found.filter((signal) => signal.type === 'exit' && !isLater(signal.event.mark, event.mark));
  }

  /** The signal for the first event that ends a run before its first step, which would open these exit criteria. */
  async beforeEntry(
    scope: Scope,
    { enrollmentId, step, exits, known }: { enrollmentId: string; step: number; exits: WaitInsert[]; known: string[] },
  ): Promise<RunSignal[]> {
    return this.look(scope, {
      enrollmentId,
      known,
      question: exitsBeforeEntry,
      values: [JSON.stringify(exits), step],
      enough: (found) => found.size > 0,
    });
  }

  /**
   * Looks through the events a page at a time, so that the filters, which only the engine reads, come before any limit.
   * One signal per wait.
   */
  private async look(
    scope: Scope,
    { enrollmentId, known, question, values, enough }: LookOptions,
  ): Promise<RunSignal[]> {
    const found = new Map<string, RunSignal>();
    const gatherings = new Map<string, Gathering>();
    let after: [string, string, number] = ['-1', '', 0];
    for (let page = pages.first; ; page = Math.min(pages.most, page * pages.growth)) {
      const rows = await this.database.query<WaitRow & EventRow>(question, [
        scope.workspaceId,
        enrollmentId,
        known,
        ...after,
        page,
        ...values,
      ]);
      for (const row of rows) {
        if (found.has(row.wait)) continue;
        const signal = completed(gatherings, { wait: row, signal: signalFor({ wait: row, event: row, enrollmentId }) });
        if (signal) found.set(row.wait, signal);
      }
      const last = rows.at(-1);
      if (!last || rows.length < page || enough(found)) return exitsFirst([...found.values()]);
      after = [last.position, last.wait, last.arm];
    }
  }

  /**
   * The pauses that moved what a run waits for, and that it has not been told of, in order; none when the step is stored
   * already.
   */
  async pausesIn(
    scope: Scope,
    { journeyId, enrollmentId, wait, step, known }: PausesInOptions,
  ): Promise<ShiftInput['pauses']> {
    return this.database.query<ShiftInput['pauses'][number]>(
      `select p.id, floor(extract(epoch from p.started_at) * 1000)::float8 as from,
         floor(extract(epoch from p.resumed_at) * 1000)::float8 as to
       from journey_pauses p
       join enrollments e on e.workspace_id = p.workspace_id and e.id = $3
       join timers t on t.workspace_id = p.workspace_id and t.enrollment_id = $3 and t.wait = $4
       where p.workspace_id = $1
         and p.journey_id = $2
         and p.overdue = 'shift'
         and p.resumed_at > e.node_since
         and p.started_at < t.until
         and p.id <> all($5::uuid[])
         and not exists (select 1 from steps s where s.workspace_id = $1 and s.enrollment_id = $3 and s.step = $6)
       order by p.started_at`,
      [scope.workspaceId, journeyId, enrollmentId, wait, known, step],
    );
  }

  /** What somebody was asked is to be answered by when the wait is over now. */
  async postponeQuestions(scope: Scope, { enrollmentId }: { enrollmentId: string }): Promise<void> {
    await this.database.query(
      `update approvals a
       set due_at = t.until
       from timers t
       where t.workspace_id = $1
         and t.enrollment_id = $2
         and a.workspace_id = t.workspace_id
         and a.enrollment_id = t.enrollment_id
         and a.wait = t.wait
         and a.state in ('new', 'open')`,
      [scope.workspaceId, enrollmentId],
    );
  }

  /** Unless the run has made this step meanwhile. */
  async markHeld(scope: Scope, { enrollmentId, step }: { enrollmentId: string; step: number }): Promise<void> {
    await this.database.query(
      `update enrollments e set held = true, held_in = coalesce(e.held_in, ${latestPause('e')})
       where e.workspace_id = $1 and e.id = $2 and e.ended_at is null and e.step = $3`,
      [scope.workspaceId, enrollmentId, step],
    );
  }

  async markFailed(
    scope: Scope,
    { enrollmentId, at, reason }: { enrollmentId: string; at: number; reason: string },
  ): Promise<void> {
    await this.database.transaction(async (sql) => {
      await sql.query(
        `update enrollments
          set status = 'failed', ended_at = $3, end_reason = $4, start = null, held = false, held_in = null
          where workspace_id = $1 and id = $2 and ended_at is null`,
        [scope.workspaceId, enrollmentId, time(at), reason],
      );
      await sql.query('delete from waits where workspace_id = $1 and enrollment_id = $2', [
        scope.workspaceId,
        enrollmentId,
      ]);
      await sql.query('delete from timers where workspace_id = $1 and enrollment_id = $2', [
        scope.workspaceId,
        enrollmentId,
      ]);
      await sql.query(
        `update approvals set state = 'withdrawn', closed_at = $3
          where workspace_id = $1 and enrollment_id = $2 and state in ('new', 'open')`,
        [scope.workspaceId, enrollmentId, time(at)],
      );
    });
  }
}

/** The signal as it is; of a wait that takes several events once they are there, with all of them. */
function completed(
  gatherings: Map<string, Gathering>,
  { wait: { wait, ways }, signal }: { wait: WaitRow; signal: RunSignal | null },
): RunSignal | null {
  if (!ways || signal?.type !== 'event') return signal;
  const gathering = gatherings.get(wait) ?? new Gathering(ways);
  gatherings.set(wait, gathering);
  const completion = gathering.add({ arm: signal.arm, event: signal.event });
  return completion && { ...signal, gathered: completion.gathered };
}

/** An event that ends the run by a criterion does nothing else in it. */
function exitsFirst(signals: RunSignal[]): RunSignal[] {
  const exits = new Set(signals.flatMap((signal) => (signal.type === 'exit' ? [signal.event.id] : [])));
  return signals.filter((signal) => signal.type !== 'event' || !exits.has(signal.event.id));
}

type SignalForOptions = {
  wait: WaitRow;
  event: EventRow;
  enrollmentId: string;
};

/**
 * The signal that an event is for a wait, or null when the wait does not want it. Only the fields that the program
 * reads travel, unless the wait asks for all.
 */
export function signalFor({ wait, event, enrollmentId }: SignalForOptions): RunSignal | null {
  const at = event.time.getTime();
  const arm = {
    event: event.name,
    ...(wait.rule ? { where: wait.rule } : {}),
    ...(wait.message_of ? { messageOf: wait.message_of } : {}),
    ...(wait.message_visit === null ? {} : { messageVisit: wait.message_visit }),
    ...(wait.not_before ? { notBefore: wait.not_before.getTime() } : {}),
  };
  if (!matchesArm(arm, { ...event, time: at }, enrollmentId)) return null;
  const runEvent: RunEvent = {
    id: event.id,
    name: event.name,
    time: at,
    properties: wait.paths ? pickPaths(event.properties, wait.paths) : within(wholeEventLimit, event.properties),
    mark: {
      position: event.position,
      snapshot: event.snapshot,
      time: at,
      ...(wait.origin === 'live' ? { received: event.received_at.getTime() } : {}),
    },
  };
  const exit = exitCriterionOf(wait.wait);
  return exit === null
    ? { type: 'event', wait: wait.wait, arm: wait.arm, event: runEvent }
    : { type: 'exit', criterion: exit, event: runEvent };
}

/**
 * The properties without those by which they would weigh more than `limit` characters of JSON; what ingestion accepts
 * never does.
 */
function within(limit: number, properties: JsonObject): JsonObject {
  let left = limit;
  return Object.fromEntries(
    Object.entries(properties).filter(([key, value]) => {
      const weight = JSON.stringify([key, value]).length;
      if (weight <= left) left -= weight;
      else return false;
      return true;
    }),
  );
}

function time(ms: number): Date {
  return new Date(ms);
}
