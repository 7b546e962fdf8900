import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Entry, EntryRefusalReason, Json, JsonObject, Program } from '@wend/contract';
import { evaluate, valueAt } from '@wend/engine';
import type { EnrollmentStart, RunIdentity } from '@wend/temporal';
import type { Sql } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { Audience } from './audience.js';
import { EnrollingRepository } from './enrolling.repository.js';
import type { Candidate, Cause, Occasion } from './candidate.js';
import type { Decision, Refused } from './enrolling.repository.js';
import { EnteringRepository } from './entering.repository.js';
import type { OpenJourney } from './entering.repository.js';
import { entryKeyOf } from './entry-match.js';
import { arrivalOf, EntryStarts } from './entry-start.service.js';
import type { Arrival } from './entry-start.service.js';
import { FirstStepService } from './first-step.service.js';
import { isOutage } from './outage.js';
import { keyOf, ProgramRepository } from './program.repository.js';
import type { EntryRow, QueuedEvent } from './router.repository.js';
import { RouterRepository } from './router.repository.js';
import { Runs } from './runs.js';

/** Somebody at the door of a journey: the entries that she may come in by, in their order, and those she is late for. */
export type AtDoor = {
  entry: EntryRow;
  fits: Entry[];
  late?: Entry[];
  arrival: Arrival;
  cause: Cause;
  occasions?: readonly Occasion[] | undefined;
  program: Program;
  decided?: boolean;
  bulk?: boolean;
};

/** Somebody who may come in. See `Entering.enter`. */
export type EntryCandidate = {
  workspaceId: string;
  journeyId: string;
  /** The entry: a step of the published version. */
  node: string;
  profileId: string;
  /**
   * What lets the person in, once per journey: an event, or a name that carries the person,
   * `<kind>/<what>/<profileId>`.
   */
  cause: Cause;
  /** Where other causes may be for the same: what it is about. */
  occasions?: readonly Occasion[] | undefined;
  /** What it is called in the run's history, such as `API call`. */
  name: string;
  /** When it happened, ms. */
  at: number;
  /** What messages and rules find under `entry`. */
  data: JsonObject;
  /** The event that it came from, if there is one. */
  event?: QueuedEvent;
  /** The entry's filter and audience were asked when it was found out who comes: they are not asked again. */
  decided?: boolean;
  /** One of many who come in together: their messages let those of single people pass. */
  bulk?: boolean;
  /** What a run asked for: how many actions led here, one by the other, and its time. */
  by?: { depth: number; origin: 'live' | 'demo'; runOffsetMs: number };
};

/**
 * What became of a candidate. `already`: the same cause let the person in before, or has been taken back (`still`).
 */
export type EntryOutcome =
  | { outcome: 'entered' | 'held'; profileId: string; enrollmentId: string }
  | { outcome: 'refused'; profileId: string; reason: EntryRefusalReason | 'already' | 'unknown-person'; seen: Json };

type Coming = Candidate & { place: number };
/** What became of somebody at a door; what could not be found out has failed. */
export type DoorOutcome = Decision<Coming> | { refused: EntryRefusalReason; seen: Json } | { failed: unknown };
type Kept = Refused & { place: number };
type Asked = { candidate: Coming } | { refused: Kept } | { failed: unknown };

type EnterOptions = {
  /**
   * Asked in the transaction that lets people in, when they are held: the places of those candidates, and who they are
   * now, that still have what brought them; also of those whom a filter keeps out. The others do not come in, and nothing
   * is written down about them. May be asked more than once.
   */
  still?: (given: { sql: Sql; people: ReadonlyMap<number, string> }) => Promise<ReadonlySet<number>>;
  /** Written in the transaction that lets people in; may be tried more than once. */
  also?: (given: { sql: Sql; outcomes: EntryOutcome[] }) => Promise<void>;
  /** The answer does not wait until the workflows have begun: whoever is left is begun by the sweeper. */
  later?: boolean;
};

/**
 * Lets people into journeys, whatever brings them: asks the entry's audience, the re-entry rule, limits and holdout,
 * enrols, takes the first step and begins the workflow. Who is kept out is written down.
 */
@Injectable()
export class Entering {
  constructor(
    private readonly repository: EnteringRepository,
    private readonly enrolling: EnrollingRepository,
    private readonly programs: ProgramRepository,
    private readonly entryStarts: EntryStarts,
    private readonly audience: Audience,
    private readonly firstSteps: FirstStepService,
    private readonly router: RouterRepository,
    private readonly runs: Runs,
  ) {}

  /**
   * Lets people in by an entry of a published journey, in one transaction; asked again by the same cause nobody comes
   * in twice. The outcomes are in the order of the candidates. Throws when the database cannot be reached: then nobody
   * came in.
   */
  async enter(
    candidates: readonly EntryCandidate[],
    { still, also, later = false }: EnterOptions = {},
  ): Promise<EntryOutcome[]> {
    const journeys = await this.repository.journeys(candidates);
    const programs = await this.programs.all([...journeys.values()]);
    const doors = candidates.map((candidate) => {
      const entry = journeys.get(candidate.journeyId);
      const program = entry && programs.get(keyOf(entry));
      const fits = entry?.entries.filter(({ node }) => node === candidate.node) ?? [];
      return entry && program && fits.length > 0
        ? { entry, program, fits, arrival: arrivalBy(candidate, entry), ...doorOf(candidate) }
        : null;
    });
    const asked = await Promise.all(
      doors.map((door, place) =>
        door ? this.ask(door, place) : this.notOpen(candidates[place]!, { place, journeys }),
      ),
    );
    /** Of those who are kept out: those who have nothing any more that brought them. */
    const over = new Set<number>();
    const outcomesOf = (decisions: Decision<Coming>[]): EntryOutcome[] => {
      const byPlace = new Map(decisions.map((decision) => [decision.candidate.place, decision]));
      return asked.map((each, place) =>
        outcomeOf({ asked: each, over: over.has(place), decision: byPlace.get(place), given: candidates[place]! }),
      );
    };
    const decisions = await this.enrolling.enrol<Coming, Kept>(
      asked.flatMap((each) => ('candidate' in each ? [each.candidate] : [])),
      {
        refused: asked.flatMap((each) => ('refused' in each ? [each.refused] : [])),
        still:
          still &&
          (async ({ sql, candidates: coming, refused }) => {
            const held = [...coming, ...refused];
            const places = await still({ sql, people: new Map(held.map((each) => [each.place, each.profileId])) });
            over.clear();
            for (const { place } of refused) if (!places.has(place)) over.add(place);
            return new Set(held.filter(({ place }) => places.has(place)));
          }),
        also: also && (({ sql, decisions }) => also({ sql, outcomes: outcomesOf(decisions) })),
      },
    );
    const begun = this.begin(decisions);
    if (!later) await begun;
    return outcomesOf(decisions);
  }

  /**
   * Asks for each who may come in, and lets in those who may: all in one transaction; when the database refuses that,
   * each alone, so that one person's data holds up nobody else. Throws when the database cannot be reached.
   */
  async decide(doors: readonly AtDoor[]): Promise<DoorOutcome[]> {
    if (doors.length === 0) return [];
    const asked = await Promise.all(
      doors.map((door, place): Promise<Asked> => this.ask(door, place).catch((failed: unknown) => ({ failed }))),
    );
    const outcomes = asked.map((each): DoorOutcome =>
      'refused' in each
        ? { refused: each.refused.reason, seen: each.refused.seen }
        : 'failed' in each
          ? each
          : { candidate: each.candidate, missed: 'gone' },
    );
    const settle = async (some: readonly Asked[]): Promise<void> => {
      const candidates = some.flatMap((each) => ('candidate' in each ? [each.candidate] : []));
      const refused = some.flatMap((each) => ('refused' in each ? [each.refused] : []));
      if (candidates.length + refused.length === 0) return;
      for (const decision of await this.enrolling.enrol(candidates, { refused }))
        outcomes[decision.candidate.place] = decision;
    };
    try {
      await settle(asked);
    } catch (error) {
      if (isOutage(error)) throw error;
      for (const [place, each] of asked.entries())
        await settle([each]).catch((failed: unknown) => (outcomes[place] = { failed }));
    }
    return outcomes;
  }

  /**
   * The whole start of who came in, after the first step where that can be taken; null when it is all that there is to do.
   */
  async startOf({ entry, start }: Pick<Candidate, 'entry' | 'start'>): Promise<EnrollmentStart | null> {
    return this.firstSteps.take(await this.programs.startOf({ ...entry, start }));
  }

  /** Begins a workflow; `asleep` gets those that begin in their first wait. */
  async start(start: EnrollmentStart, asleep: RunIdentity[]): Promise<void> {
    await this.runs.client.start(start);
    if (start.snapshot) asleep.push(start.identity);
  }

  /** Begins the workflows of those who came in. What does not come off is left to the sweeper. */
  private async begin(decisions: readonly Decision<Coming>[]): Promise<void> {
    const asleep: RunIdentity[] = [];
    const failed: unknown[] = [];
    await Promise.all(
      decisions.map(async (each) => {
        if (!('entered' in each) || each.entered.held) return;
        try {
          const start = await this.startOf(each.candidate);
          if (start) await this.start(start, asleep);
        } catch (error) {
          failed.push(error);
        }
      }),
    );
    if (failed.length > 0)
      logger.warn({ err: failed[0], runs: failed.length }, 'runs could not be begun; the sweeper will');
    await this.router
      .markStarted(asleep)
      .catch((error: unknown) => logger.warn({ err: error }, 'runs that began are looked at again by the sweeper'));
  }

  /** Whether somebody at the door is of those whom an entry is for: by the first that she is, she may come in. */
  private async ask(
    { entry, fits, late = [], arrival, cause, occasions, program, decided = false, bulk = false }: AtDoor,
    place: number,
  ): Promise<Asked> {
    const enrollmentId = randomUUID();
    const key = entry.reentry.key ? entryKeyOf(valueAt(arrival.properties, entry.reentry.key)) : '';
    const who = { entry, profileId: arrival.profileId, place, key };
    const no = (node: string, reason: EntryRefusalReason, seen: Json): Asked => ({
      refused: { ...who, node, reason, at: Date.now() + arrival.runOffsetMs, seen },
    });
    let refused: Asked | null = null;
    for (const { node, where, audience } of fits) {
      // The filter of an event was asked before: who does not do the right thing is not at the door.
      const trace =
        where && 'name' in cause && !decided ? evaluate(where, { property: arrival.properties }) : { result: true };
      const seen =
        trace.result && audience && !decided
          ? await this.audience.ask({
              workspaceId: entry.workspace_id,
              profileId: arrival.profileId,
              audience,
              at: Date.now() + arrival.runOffsetMs,
              data: arrival.properties,
            })
          : trace;
      if (!seen.result) {
        refused ??= no(node, 'filter', seen as unknown as Json);
        continue;
      }
      const start = await this.entryStarts.prepare({ arrival, entry, node, program, enrollmentId });
      const data = 'name' in cause ? { data: arrival.properties } : {};
      const { receivedAt, depth } = arrival;
      return { candidate: { ...who, node, cause, occasions, receivedAt, depth, enrollmentId, bulk, start, ...data } };
    }
    return (
      refused ?? no(late[0]?.node ?? '', 'too-old', { time: arrival.time, received: arrival.receivedAt.getTime() })
    );
  }

  /** The journey lets nobody in, or not by this step. */
  private notOpen(
    { workspaceId, journeyId, node, profileId }: EntryCandidate,
    { place, journeys }: { place: number; journeys: ReadonlyMap<string, OpenJourney> },
  ): Asked {
    const entry = {
      workspace_id: workspaceId,
      journey_id: journeyId,
      version_id: journeys.get(journeyId)?.version_id ?? '',
    };
    // A journey that is open has this step no more.
    const seen = journeys.has(journeyId) ? { removed: true } : null;
    return { refused: { place, entry, node, profileId, reason: 'stopped', key: '', at: Date.now(), seen } };
  }
}

function doorOf({
  cause,
  occasions,
  decided = false,
  bulk = false,
}: EntryCandidate): Pick<AtDoor, 'cause' | 'occasions' | 'decided' | 'bulk'> {
  return { cause, occasions, decided, bulk };
}

function arrivalBy(candidate: EntryCandidate, { snapshot }: OpenJourney): Arrival {
  const { event, profileId, name, at, data, by } = candidate;
  if (event) return { ...arrivalOf(event), profileId, name, properties: data };
  return {
    id: randomUUID(),
    profileId,
    name,
    time: at,
    properties: data,
    // Whatever is not seen yet comes after it.
    mark: { position: '9223372036854775807', snapshot, time: at },
    receivedAt: new Date(),
    runOffsetMs: by?.runOffsetMs ?? 0,
    depth: by?.depth ?? 0,
    origin: by?.origin ?? 'live',
  };
}

function outcomeOf({
  asked,
  over,
  decision,
  given: { profileId },
}: {
  asked: Asked;
  over: boolean;
  decision: Decision<Coming> | undefined;
  given: EntryCandidate;
}): EntryOutcome {
  if (over) return { outcome: 'refused', profileId, reason: 'already', seen: null };
  if ('refused' in asked)
    return { outcome: 'refused', profileId, reason: asked.refused.reason, seen: asked.refused.seen };
  if (decision === undefined || 'missed' in decision)
    return {
      outcome: 'refused',
      profileId,
      reason: decision === undefined || decision.missed === 'gone' ? 'unknown-person' : 'already',
      seen: null,
    };
  if ('refused' in decision) return { outcome: 'refused', profileId, reason: decision.refused, seen: decision.seen };
  const { candidate, entered } = decision;
  return {
    outcome: entered.held ? 'held' : 'entered',
    profileId: candidate.profileId,
    enrollmentId: candidate.enrollmentId,
  };
}
