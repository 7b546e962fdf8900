import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { placeEvents, segmentEvents } from '@wend/contract';
import type { Entry, JsonObject } from '@wend/contract';
import { holds } from '@wend/engine';
import { EventsService } from '../events/index.js';
import { JourneysService } from '../journeys/index.js';
import type { Scope } from '../platform/database/index.js';
import { OperationalError, UserError } from '../platform/errors/index.js';
import { ProfilesService } from '../profiles/index.js';
import { FastForwardRepository } from './fast-forward.repository.js';
import { arrivalOf, EntryStarts } from './entry-start.service.js';
import { RunClock, until } from './run-clock.js';
import { Runs } from './runs.js';
import { TestRunRepository } from './test-run.repository.js';

/** A signal is acknowledged before the run takes it in its next wake-up. Milliseconds. */
const takenLimitMs = 1_500;

type StartOptions = {
  scope: Scope;
  journeyId: string;
  profileId?: string | undefined;
  traits?: JsonObject | undefined;
  /** The entry to come in by; the first when absent. */
  entry?: string | undefined;
  properties: JsonObject;
};

type SendEventOptions = {
  scope: Scope;
  enrollmentId: string;
  event: string;
  properties: JsonObject;
};

/** Test runs on the real engine, started from the draft. */
@Injectable()
export class TestRunService {
  constructor(
    private readonly repository: TestRunRepository,
    private readonly journeys: JourneysService,
    private readonly profiles: ProfilesService,
    private readonly events: EventsService,
    private readonly entryStarts: EntryStarts,
    private readonly runs: Runs,
    private readonly clock: RunClock,
    private readonly fastForwards: FastForwardRepository,
  ) {}

  /** Starts a test run of the draft for a chosen person, or for one made up from `traits`. */
  async start({ scope, journeyId, profileId, traits, entry: node, properties }: StartOptions): Promise<string> {
    const { versionId, program, entries } = await this.journeys.snapshotDraft({ scope, journeyId });
    const by = chosen(entries, node);
    const name = eventNameOf(by);
    if (!holds(by.where, { property: properties })) {
      throw new UserError(
        'would-not-enter',
        `With these properties "${name}" wouldn’t let this person in: the entry’s filter doesn’t match.`,
        {
          status: 422,
          errors: [{ path: 'properties', message: 'Change them so they match the entry’s filter.' }],
        },
      );
    }
    const person = profileId
      ? (await this.profiles.get(scope, profileId)).id
      : await this.repository.makeProfile(scope, traits ?? {});
    const enrollmentId = randomUUID();
    const { eventIds } = await this.events.ingest({
      scope,
      origin: 'test',
      events: [{ name, profileId: person, properties, enrollmentId }],
    });
    const event = eventIds[0] ? await this.repository.event(scope, eventIds[0]) : null;
    if (!event) throw new OperationalError('event-not-stored', 'The entry event could not be stored; try again.');
    const entry = { workspace_id: scope.workspaceId, journey_id: journeyId, version_id: versionId };
    const start = await this.entryStarts.prepare({
      arrival: { ...arrivalOf(event), origin: 'test' },
      entry,
      node: by.node,
      program,
      enrollmentId,
    });
    await this.repository.insert(scope, {
      id: enrollmentId,
      journeyId,
      versionId,
      profileId: person,
      node: by.node,
      event,
      start,
      enteredAt: start.first.at,
    });
    await this.runs.client.start({ ...start, program });
    return enrollmentId;
  }

  /** Lets an event happen in a test run only. True when the run took it. */
  async sendEvent({ scope, enrollmentId, event, properties }: SendEventOptions): Promise<boolean> {
    const run = await this.clock.run(scope, enrollmentId);
    if (await this.fastForwards.isRunning(scope, enrollmentId))
      throw new UserError(
        'fast-forward-running',
        'Time is being skipped in this run. Cancel that or wait until it’s done, then send the event.',
        { status: 409 },
      );
    await this.clock.settle(scope, run);
    const { eventIds } = await this.events.ingest({
      scope,
      origin: 'test',
      events: [{ name: event, profileId: run.profile_id, properties, enrollmentId, time: this.clock.now(run) }],
    });
    const id = eventIds[0];
    const after = await this.clock.settle(scope, run);
    if (!id) return false;
    return (
      (await until(async () => (await this.repository.took(scope, { enrollmentId, eventId: id })) || null, {
        limitMs: after.ended_at ? 0 : takenLimitMs,
      })) ?? false
    );
  }
}

/** What runs say that they began by where no event let them in. */
const causeNames = { api: 'API call', schedule: 'Schedule', date: 'Date', journey: 'Journey' };

/** What a test run begins by, whatever lets people in: nothing outside of the run sees the event. */
function eventNameOf(entry: Entry): string {
  if ('event' in entry) return entry.event;
  if (entry.kind === 'place') return placeEvents[entry.on];
  return entry.kind === 'segment' ? segmentEvents[entry.on] : causeNames[entry.kind];
}

function chosen(entries: readonly Entry[], node: string | undefined): Entry {
  const found = node === undefined ? entries[0] : entries.find((entry) => entry.node === node);
  if (found) return found;
  throw new UserError('unknown-entry', 'This entry isn’t in the saved draft.', {
    status: 422,
    errors: [{ path: 'entry', message: 'Choose one of the journey’s entries.' }],
  });
}
