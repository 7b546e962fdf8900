import { Injectable } from '@nestjs/common';
import type { RunIdentity, RunSignal } from '@wend/temporal';
import type { Sql } from '../platform/database/index.js';
import { CommitRepository, signalFor } from './commit.repository.js';
import { Entering } from './entering.service.js';
import type { AtDoor } from './entering.service.js';
import { entriesFor } from './entry-match.js';
import { arrivalOf } from './entry-start.service.js';
import { isOutage, messageOf } from './outage.js';
import { keyOf, ProgramRepository } from './program.repository.js';
import { RouterRepository } from './router.repository.js';
import type { MatchedWait, NamedEntryRow, QueuedEvent } from './router.repository.js';
import { RunSignals } from './run-signals.js';

/**
 * What one loop takes at once: half of the lanes, so that another finds some free while this one waits for the Temporal
 * server.
 */
const share = { lanes: 8, batch: 200 };
/** An event that fails this often on its own is put aside where people can see it. */
const maximumAttempts = 5;
/**
 * Events that are tried one by one may each take as long as the database lets a statement take: after this the rest of
 * them is left for another turn.
 */
const oneByOneMs = 10_000;

type Task = { eventId: string; run: () => Promise<void> };
/** Who comes by an event. */
type ByEvent<Of> = Of & { eventId: string };
type Signal = { event: QueuedEvent; wait: MatchedWait; signal: RunSignal };
/** What did not come off, by event id, and what nobody got to. */
type Turn = { failed: Map<string, unknown>; left: Set<string> };

type SignalsOptions = {
  events: QueuedEvent[];
  waits: MatchedWait[];
  gathered: ReadonlyMap<string, RunSignal>;
  failed: Map<string, unknown>;
};

type EnterOptions = {
  events: QueuedEvent[];
  entries: NamedEntryRow[];
  failed: Map<string, unknown>;
  started: RunIdentity[];
};

/**
 * From accepted events to runs: starts those that enter, signals those that wait. A queue row goes only when everything
 * that follows from its event is acknowledged; what the Temporal server could not take is tried again, in the order of
 * the person's events.
 */
@Injectable()
export class RouterService {
  constructor(
    private readonly repository: RouterRepository,
    private readonly programs: ProgramRepository,
    private readonly entering: Entering,
    private readonly runSignals: RunSignals,
    private readonly commits: CommitRepository,
  ) {}

  /** Works on what is due in a few lanes; true when there is more to do at once. */
  async routeOnce(): Promise<boolean> {
    return this.repository.withLanes(share, async ({ sql, events }) => {
      const { failed, left } = await this.routeAll(sql, events);
      const resting = new Set<number>();
      for (const event of events) {
        const error = failed.get(event.id);
        if (error === undefined) continue;
        if (isOutage(error)) resting.add(event.lane);
        else if (event.attempts + 1 < maximumAttempts)
          await this.repository.postpone(sql, { event, seconds: 2 ** event.attempts });
        else await this.repository.bury(sql, { event, error: messageOf(error) });
      }
      if (resting.size > 0) await this.repository.rest(sql, { lanes: [...resting], seconds: 2 });
      await this.repository.remove(
        sql,
        events.filter(({ id }) => !failed.has(id) && !left.has(id)),
      );
    });
  }

  /**
   * New events together. When what they share fails, and for what failed before, each alone: a statement that fails, or
   * takes too long, for one event is counted against that one, and keeps nobody else's waiting.
   */
  private async routeAll(sql: Sql, events: QueuedEvent[]): Promise<Turn> {
    const turn: Turn = { failed: new Map(), left: new Set() };
    const again = events.filter(({ attempts }) => attempts > 0);
    const fresh = events.filter(({ attempts }) => attempts === 0);
    try {
      await this.route(sql, fresh, turn.failed);
    } catch (error) {
      if (isOutage(error)) throw error;
      again.unshift(...fresh.filter(({ id }) => !turn.failed.has(id)));
    }
    const until = performance.now() + oneByOneMs;
    for (const event of again) {
      if (performance.now() > until) turn.left.add(event.id);
      else await this.routeAlone(sql, event, turn.failed);
    }
    return turn;
  }

  private async routeAlone(sql: Sql, event: QueuedEvent, failed: Turn['failed']): Promise<void> {
    try {
      await this.route(sql, [event], failed);
    } catch (error) {
      if (isOutage(error)) throw error;
      failed.set(event.id, error);
    }
  }

  /** Carries out what follows from a batch; `failed` gets what did not come off for one event. */
  private async route(sql: Sql, events: QueuedEvent[], failed: Turn['failed']): Promise<void> {
    if (events.length === 0) return;
    const [entries, waits] = await this.repository.attempt(sql, () =>
      Promise.all([this.repository.entriesFor(sql, events), this.repository.waitsFor(sql, events)]),
    );
    const gathered = await this.gathered(events, waits, failed);
    const started: RunIdentity[] = [];
    const starts = await this.enter({ events, entries, failed, started });
    await Promise.all([
      ...starts.map(async ({ eventId, run }) => run().catch((error: unknown) => failed.set(eventId, error))),
      ...this.signals({ events, waits, gathered, failed }).map((signals) => this.send(signals, failed)),
    ]);
    await this.repository.markStarted(started);
  }

  /**
   * What is complete now of the waits that take several events, by an event of the batch and the wait: the event that
   * completes it, or, where that is none of the batch, the first that it takes.
   */
  private async gathered(
    events: QueuedEvent[],
    waits: MatchedWait[],
    failed: Turn['failed'],
  ): Promise<Map<string, RunSignal>> {
    const found = new Map<string, RunSignal>();
    const taken = new Map<string, { wait: MatchedWait; events: QueuedEvent[] }>();
    for (const wait of waits) {
      if (!wait.ways) continue;
      const event = events.find(({ id }) => id === wait.event_id);
      if (!event) continue;
      const [fits] = alone(failed, event, () => [signalFor({ wait, event, enrollmentId: wait.enrollment_id })]);
      if (!fits) continue;
      const known = taken.get(waitKey(wait));
      if (known) known.events.push(event);
      else taken.set(waitKey(wait), { wait, events: [event] });
    }
    for (const [key, { wait, events: own }] of taken) {
      const scope = { workspaceId: wait.workspace_id };
      const looked = { enrollmentId: wait.enrollment_id, waits: [wait.wait], known: [] };
      try {
        const signals = await this.commits.missed(scope, looked);
        const signal = signals.find((each) => each.type === 'event' && each.wait === wait.wait);
        if (signal?.type !== 'event') continue;
        const last = own.find(({ id }) => id === signal.event.id) ?? own[0]!;
        found.set(`${last.id} ${key}`, signal);
      } catch (error) {
        if (isOutage(error)) throw error;
        for (const { id } of own) failed.set(id, error);
      }
    }
    return found;
  }

  /**
   * What the batch tells each run, in the order of the events. An event that ends a run by an exit criterion does
   * nothing else in it.
   */
  private signals({ events, waits, gathered, failed }: SignalsOptions): Signal[][] {
    const runs = new Map<string, Signal[]>();
    for (const event of events) {
      const matched = alone(failed, event, () =>
        waits.flatMap((wait): Signal[] => {
          if (wait.event_id !== event.id) return [];
          const signal = wait.ways
            ? gathered.get(`${event.id} ${waitKey(wait)}`)
            : signalFor({ wait, event, enrollmentId: wait.enrollment_id });
          return signal ? [{ event, wait, signal }] : [];
        }),
      );
      const exiting = new Set(
        matched.flatMap(({ wait, signal }) => (signal.type === 'exit' ? [wait.enrollment_id] : [])),
      );
      for (const each of matched) {
        const { enrollment_id: id } = each.wait;
        if (each.signal.type === 'exit' || !exiting.has(id)) runs.set(id, [...(runs.get(id) ?? []), each]);
      }
    }
    return [...runs.values()];
  }

  /**
   * One run's signals, one after the other, and one per wait: when the first is taken, the commit that then opens the
   * next wait finds the others, and when it ends the run they are of no use. What follows one that did not come off is
   * tried again with it, so that the order is kept.
   */
  private async send(signals: Signal[], failed: Turn['failed']): Promise<void> {
    const told = new Set<string>();
    for (const [index, { wait, signal }] of signals.entries()) {
      if (told.has(wait.wait)) continue;
      try {
        await this.runSignals.send(wait, signal);
      } catch (error) {
        for (const { event } of signals.slice(index)) failed.set(event.id, error);
        return;
      }
      if (signal.type === 'exit') return;
      told.add(wait.wait);
    }
  }

  /** `started` gets the runs that were started asleep, in their first wait. */
  private async enter({ events, entries, failed, started }: EnterOptions): Promise<Task[]> {
    if (entries.length === 0) return [];
    const programs = await this.programs.all(entries);
    const doors: ByEvent<AtDoor>[] = [];
    for (const event of events) {
      if (event.origin === 'test') continue;
      for (const entry of entries) {
        if (entry.workspace_id !== event.workspace_id || entry.event_name !== event.name) continue;
        const program = programs.get(keyOf(entry));
        if (!program) failed.set(event.id, new Error(`The program of journey ${entry.journey_id} is missing.`));
        else {
          const [found] = alone(failed, event, () => [entriesFor(entry.entries, event)]);
          if (found && found.fits.length + found.late.length > 0)
            doors.push({
              eventId: event.id,
              entry,
              program,
              ...found,
              arrival: arrivalOf(event),
              cause: { event: event.id },
            });
        }
      }
    }
    const outcomes = await this.entering.decide(doors);
    // First steps are taken before anything is signalled: an event of the batch that a new run waits for finds its
    // wait.
    const starts = await Promise.all(
      outcomes.map(async (outcome, place): Promise<Task[]> => {
        const { eventId } = doors[place]!;
        if ('failed' in outcome) failed.set(eventId, outcome.failed);
        if (!('entered' in outcome) || outcome.entered.held) return [];
        try {
          const start = await this.entering.startOf(outcome.candidate);
          return start ? [{ eventId, run: () => this.entering.start(start, started) }] : [];
        } catch (error) {
          failed.set(eventId, error);
          return [];
        }
      }),
    );
    return starts.flat();
  }
}

function waitKey({ enrollment_id, wait }: MatchedWait): string {
  return `${enrollment_id} ${wait}`;
}

/** What follows from one event; when that cannot be worked out, the event has failed and no other. */
function alone<Result>(failed: Map<string, unknown>, event: QueuedEvent, work: () => Result[]): Result[] {
  try {
    return work();
  } catch (error) {
    failed.set(event.id, error);
    return [];
  }
}
