import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { bindFact, holds, valueAt } from '@wend/engine';
import type { Json, Program } from '@wend/contract';

import type { EnrollmentStart, RunIdentity } from '@wend/temporal';
import type { Sql } from '../platform/database/index.js';
import { isOutage as isDatabaseOutage } from '../platform/http/index.js';
import { signalFor } from './commit.repository.js';
import { FactsService } from './facts.service.js';
import { FirstStepService } from './first-step.service.js';
import { keyOf, ProgramRepository } from './program.repository.js';
import type { StoredStart } from './program.repository.js';
import { entryKeyOf, RouterRepository } from './router.repository.js';
import type { Candidate, EntryRow, MatchedWait, QueuedEvent } from './router.repository.js';
import { RunSignals } from './run-signals.js';
import { Runs } from './runs.js';

/** What one loop takes at once: half of the lanes, so that another finds some free while this one waits for the Temporal server. */
const share = { lanes: 8, batch: 200 };
/** An event that fails this often on its own is put aside where people can see it. */
const maximumAttempts = 5;

type Task = { event: QueuedEvent; run: () => Promise<void> };

/**
 * From accepted events to runs: starts those that enter, signals those that wait. A queue row goes only when everything that follows
 * from its event is acknowledged; what the Temporal server could not take is tried again, in the order of the person's events.
 */
@Injectable()
export class RouterService {
  constructor(
    private readonly repository: RouterRepository,
    private readonly programs: ProgramRepository,
    private readonly facts: FactsService,
    private readonly firstSteps: FirstStepService,
    private readonly runs: Runs,
    private readonly runSignals: RunSignals,
  ) {}

  /** Works on what is due in a few lanes; true when there is more to do at once. */
  async routeOnce(): Promise<boolean> {
    return this.repository.withLanes(share, async ({ sql, events }) => {
      const failed = await this.route(sql, events);
      const resting = new Set<number>();
      for (const event of events) {
        const error = failed.get(event.id);
        if (error === undefined) continue;
        if (isOutage(error)) resting.add(event.lane);
        else if (event.attempts + 1 < maximumAttempts) await this.repository.postpone(sql, { event, seconds: 2 ** event.attempts });
        else await this.repository.bury(sql, { event, error: messageOf(error) });
      }
      if (resting.size > 0) await this.repository.rest(sql, { lanes: [...resting], seconds: 2 });
      await this.repository.remove(sql, events.filter((event) => !failed.has(event.id)));
    });
  }

  /** Carries out what follows from a batch; returns what failed, by event id. */
  private async route(sql: Sql, events: QueuedEvent[]): Promise<Map<string, unknown>> {
    const failed = new Map<string, unknown>();
    const [entries, waits] = await Promise.all([this.repository.entriesFor(sql, events), this.repository.waitsFor(sql, events)]);
    const started: RunIdentity[] = [];
    const starts = await this.enter({ events, entries, failed, started });
    const tasks: Task[] = [...starts, ...events.flatMap((event) => alone(failed, event, () => this.signals(event, waits)))];
    await Promise.all(tasks.map(async ({ event, run }) => run().catch((error: unknown) => failed.set(event.id, error))));
    await this.repository.markStarted(started);
    return failed;
  }

  /** One signal per run and wait. An event that ends a run by an exit criterion does nothing else in it. */
  private signals(event: QueuedEvent, waits: MatchedWait[]): Task[] {
    const matched = waits.flatMap((wait) => {
      const signal = wait.event_id === event.id ? signalFor({ wait, event, enrollmentId: wait.enrollment_id }) : null;
      return signal ? [{ wait, signal }] : [];
    });
    const exiting = new Set(matched.filter(({ signal }) => signal.type === 'exit').map(({ wait }) => wait.enrollment_id));
    const sent = new Set<string>();
    return matched.flatMap(({ wait, signal }): Task[] => {
      const key = exiting.has(wait.enrollment_id) ? wait.enrollment_id : `${wait.enrollment_id}/${wait.wait}`;
      if (sent.has(key) || (exiting.has(wait.enrollment_id) && signal.type !== 'exit')) return [];
      sent.add(key);
      return [{ event, run: async () => void (await this.runSignals.send(wait, signal)) }];
    });
  }

  /** `started` gets the runs that were started asleep, in their first wait. */
  private async enter({ events, entries, failed, started }: { events: QueuedEvent[]; entries: EntryRow[]; failed: Map<string, unknown>; started: RunIdentity[] }): Promise<Task[]> {
    if (entries.length === 0) return [];
    const programs = await this.programs.all(entries);
    const preparing: Promise<Candidate | null>[] = [];
    for (const event of events) {
      if (event.origin === 'test') continue;
      for (const entry of entries) {
        if (entry.workspace_id !== event.workspace_id || entry.event_name !== event.name) continue;
        const program = programs.get(keyOf(entry));
        if (!program) failed.set(event.id, new Error(`The program of journey ${entry.journey_id} is missing.`));
        else {
          const entering = alone(failed, event, () => (holds(entry.trigger.where, { property: event.properties }) ? [event] : []));
          for (const each of entering) preparing.push(this.candidate({ event: each, entry, program }).catch((error: unknown) => (failed.set(event.id, error), null)));
        }
      }
    }
    const candidates = (await Promise.all(preparing)).filter((candidate) => candidate !== null);
    const entered = await this.enrol(candidates, failed);
    return Promise.all(entered.map(async (candidate): Promise<Task> => {
      const start = await this.firstSteps.take(await this.programs.startOf({ ...candidate.entry, start: candidate.start }));
      return { event: candidate.event, run: async () => {
        await this.runs.client.start(start);
        if (start.snapshot) started.push(start.identity);
      } };
    }));
  }

  /** All in one transaction; when the database refuses that, each alone, so that one person's data holds up nobody else. */
  private async enrol(candidates: Candidate[], failed: Map<string, unknown>): Promise<Candidate[]> {
    try {
      return await this.repository.enrol(candidates);
    } catch (error) {
      if (isOutage(error)) throw error;
    }
    const entered: Candidate[] = [];
    for (const candidate of candidates) await this.repository.enrol([candidate]).then((one) => entered.push(...one), (error: unknown) => failed.set(candidate.event.id, error));
    return entered;
  }

  private async candidate({ event, entry, program }: { event: QueuedEvent; entry: EntryRow; program: Program }): Promise<Candidate> {
    const enrollmentId = randomUUID();
    const start = await this.prepareStart({ event, entry, program, enrollmentId });
    const key = entry.reentry.key ? entryKeyOf(valueAt(event.properties, entry.reentry.key)) : '';
    return { entry, event, key, enrollmentId, start };
  }

  /** What a run starts with: the facts of its first stretch go with it, so that it need not ask. */
  async prepareStart({ event, entry, program, enrollmentId, origin }: { event: QueuedEvent; entry: Pick<EntryRow, 'workspace_id' | 'journey_id' | 'version_id'>; program: Program; enrollmentId: string; origin?: 'test' }): Promise<StoredStart> {
    const identity = { workspaceId: entry.workspace_id, enrollmentId, journeyId: entry.journey_id, versionId: entry.version_id, profileId: event.profile_id, origin: origin ?? (event.origin === 'demo' ? 'demo' as const : 'live' as const) };
    const at = Date.now() + event.run_offset_ms;
    const facts = program.firstReads.flatMap((index) => (program.facts[index] ? [{ index, fact: bindFact(program.facts[index], { entry: event.properties, run: {} }) }] : []));
    const answers: Record<number, Json> = facts.length > 0 ? await this.facts.answer({ identity, at, facts }) : {};
    const first: EnrollmentStart['first'] = {
      type: 'enrolled', at, seed: enrollmentId, facts: answers,
      entry: { id: event.id, name: event.name, time: event.time.getTime(), properties: event.properties, mark: { position: event.position, snapshot: event.snapshot, time: event.time.getTime() } },
    };
    return { identity, offset: event.run_offset_ms, first: { ...first, entry: { ...first.entry, properties: keepRead(first.entry.properties, program) } } };
  }
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

function keepRead(properties: EnrollmentStart['first']['entry']['properties'], program: Program) {
  const kept: typeof properties = {};
  for (const path of program.entryPaths) {
    const root = path.split('.')[0] ?? path;
    const value = properties[root];
    if (value !== undefined) kept[root] = value;
  }
  return kept;
}

/** The Temporal server or the database cannot be reached: not the event's fault. */
export function isOutage(error: unknown): boolean {
  const code = (error as { code?: unknown }).code ?? (error as { cause?: { code?: unknown } }).cause?.code;
  return isDatabaseOutage(error) || code === 14 || code === 4 || code === 8 || code === 1 || /UNAVAILABLE|DEADLINE_EXCEEDED|RESOURCE_EXHAUSTED|ECONNREFUSED|ECONNRESET|terminating connection|Connection terminated|timeout/i.test(messageOf(error));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

