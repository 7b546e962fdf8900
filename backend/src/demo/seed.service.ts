import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { messageEvents } from '@wend/contract';
import type { FastForward } from '@wend/contract';
import { demoJourneys } from '@wend/contract/fixtures';
import { ConnectionsService } from '../channels/index.js';
import { FastForwardService } from '../enrollments/index.js';
import { EventsService } from '../events/index.js';
import type { EventInput } from '../events/index.js';
import { JourneysService, PublishPreviewService, PublishingService } from '../journeys/index.js';
import { MessagesService } from '../messages/index.js';
import { UserError } from '../platform/errors/index.js';
import type { Caller } from '../platform/http/index.js';
import { DemoRepository } from './demo.repository.js';
import type { DemoRun } from './demo.repository.js';
import { makePerson } from './people.js';
import type { DemoPerson } from './people.js';
import { seededRandom } from './random.js';
import { storyFor, untilNow } from './stories.js';
import type { Act, Story } from './stories.js';

const atOnce = 6;
/** A filter may not want the event, or the person may have done it before: then the run takes nothing. */
const takenLimitMs = 5_000;
const enterLimitMs = 120_000;
/** A run whose time is this close to now counts as having arrived there. */
const arrivedMs = 5_000;

type Part = { caller: Caller; person: DemoPerson; story: Story; journeyId: string };

type SeedOptions = {
  caller: Caller;
  people: number;
  progress: (line: string) => void;
};

type BringOptions = {
  caller: Caller;
  number: number;
  journeyIds: Map<string, string>;
  progress: (line: string) => void;
};

/**
 * Fills the demo workspace with people who lived the last days: they come in through ingestion with their entry in the
 * past, and their runs are fast-forwarded on the real engine, doing on the way what people do. At the end of each run's
 * script its time is now, so that what it waits for is still ahead. Everything has a message id of its own: a seed that
 * was cut off goes on where it stopped.
 */
@Injectable()
export class SeedService {
  constructor(
    private readonly repository: DemoRepository,
    private readonly journeys: JourneysService,
    private readonly previews: PublishPreviewService,
    private readonly publishing: PublishingService,
    private readonly events: EventsService,
    private readonly fastForwards: FastForwardService,
    private readonly messages: MessagesService,
    private readonly connections: ConnectionsService,
  ) {}

  /** Returns how many people could not be brought to now. `people`: how many to make. */
  async seed({ caller, people, progress }: SeedOptions): Promise<number> {
    if (await this.repository.isSeeded(caller)) return 0;
    await this.connectBrowsers(caller);
    progress('Publishing the demo journeys');
    const journeyIds = await this.publishJourneys(caller);
    const numbers = Array.from({ length: people }, (_, number) => number);
    let done = 0;
    let failed = 0;
    const work = async (): Promise<void> => {
      for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
        const arrived = await this.bring({ caller, number, journeyIds, progress });
        done += 1;
        if (!arrived) failed += 1;
        progress(`${done} of ${people} people`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    if (failed === 0) await this.repository.markSeeded(caller);
    return failed;
  }

  /**
   * Web push needs no account, only keys: with them the demo shop really subscribes a browser and shows it messages. The
   * made-up people have no browsers, so nothing goes out to anybody else.
   */
  private async connectBrowsers(caller: Caller): Promise<void> {
    const { items } = await this.connections.list(caller);
    if (items.some(({ kind }) => kind === 'vapid')) return;
    await this.connections.add(caller, { kind: 'vapid', settings: { contact: 'demo@example.com' } });
  }

  /** The golden journeys, published; those that are there (by name) are kept. */
  private async publishJourneys(caller: Caller): Promise<Map<string, string>> {
    const existing = new Map(
      (await this.journeys.list(caller, { archived: 'any' })).map((journey) => [journey.name, journey]),
    );
    const ids = new Map<string, string>();
    for (const { name, graph } of demoJourneys) {
      const known = existing.get(name);
      const id = known?.id ?? (await this.journeys.create(caller, { name, graph })).id;
      if (known === undefined || known.version === null) {
        const { token } = await this.previews.preview(caller, { id });
        await this.publishing.publish(caller, { id, token });
      }
      ids.set(name, id);
    }
    return ids;
  }

  private async bring({ caller, number, journeyIds, progress }: BringOptions): Promise<boolean> {
    const random = seededRandom(7_919 * (number + 1));
    const person = makePerson({ number, random, prefix: 'nw-' });
    const story = untilNow(storyFor({ number, random }));
    const journeyId = journeyIds.get(story.journey);
    if (journeyId === undefined) throw new Error(`There is no demo journey "${story.journey}".`);
    try {
      await this.liveAgain({ caller, person, story, journeyId });
      return true;
    } catch (error) {
      // One person who is stuck (no worker, a journey that was paused meanwhile) must not keep the others away.
      progress(`${person.userId}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }

  /** A run may end in the moment in which its time is to be skipped: what is left of the script is looked at anew. */
  private async liveAgain(part: Part): Promise<void> {
    try {
      await this.live(part);
    } catch (error) {
      const run = await this.runOf(part);
      if (!run) throw error;
      await delay(1_000);
      await this.live(part);
    }
  }

  private async live(part: Part): Promise<void> {
    const run = (await this.runOf(part)) ?? (await this.enter(part));
    if (run.ended || run.offsetMs > -arrivedMs) return;
    for (const [index, act] of part.story.acts.entries()) {
      const at = run.enteredAt + act.afterMs;
      await this.pass(part, { run, until: at });
      await this.act({ ...part, run, act, at, index });
    }
    await this.arrive(part, run);
  }

  /** Lets the rest of the time pass. Skipping takes a moment itself, so the last bit is done again. */
  private async arrive(part: Part, run: DemoRun): Promise<void> {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const passed = await this.pass(part, { run, until: Date.now() });
      if (!passed || passed.reached === 'end' || Date.now() - Date.parse(passed.runTime) < arrivedMs) return;
    }
  }

  /** Brings a run to an instant; null when it has ended before. */
  private pass({ caller }: Part, { run, until }: { run: DemoRun; until: number }): Promise<FastForward | null> {
    return this.fastForwards.pass({ scope: caller, enrollmentId: run.id, to: { until } }).catch((error: unknown) => {
      if (error instanceof UserError && error.code === 'run-ended') return null;
      throw error;
    });
  }

  private runOf({ caller, person, story, journeyId }: Part): Promise<DemoRun | null> {
    return this.repository.run(caller, { messageId: messageId(person, 'entry', story.journey), journeyId });
  }

  /** What led up to it, then the event that lets the person in; waits for the run. */
  private async enter(part: Part): Promise<DemoRun> {
    const { person, story } = part;
    const entered = Date.now() - story.agoMs;
    const named = { userId: person.userId, anonymousId: person.anonymousId, context: person.context };
    const before = story.before.map(({ beforeMs, event, properties }, index): EventInput => ({
      name: event,
      properties,
      anonymousId: person.anonymousId,
      time: entered - beforeMs,
      messageId: messageId(person, `before-${index}`, story.journey),
    }));
    const identify: EventInput = {
      kind: 'identify',
      ...named,
      traits: person.traits,
      time: entered - 2_000,
      messageId: messageId(person, 'identify', story.journey),
    };
    const entry: EventInput = {
      name: story.entry.event,
      ...named,
      properties: story.entry.properties,
      time: entered,
      messageId: messageId(person, 'entry', story.journey),
    };
    await this.ingest(part, [...before, identify, entry], entered);
    const deadline = Date.now() + enterLimitMs;
    for (;;) {
      const run = await this.runOf(part);
      if (run) return run;
      if (Date.now() > deadline)
        throw new Error(
          `did not come into "${story.journey}" within ${enterLimitMs / 1_000} s. Is a worker running, and is the journey live?`,
        );
      await delay(100);
    }
  }

  /** Does it, and waits until the run has taken what it waits for: only then may its time be skipped. */
  private async act({
    act,
    at,
    run,
    index,
    ...part
  }: Part & { run: DemoRun; act: Act; at: number; index: number }): Promise<void> {
    const events =
      'event' in act
        ? [act.event]
        : act.action === 'open'
          ? [messageEvents.opened]
          : [messageEvents.opened, messageEvents.clicked];
    const before = await this.repository.listening(part.caller, { enrollmentId: run.id, events });
    await this.perform({ act, at, run, index, ...part });
    const deadline = Date.now() + (before.listens ? takenLimitMs : 0);
    while (
      Date.now() < deadline &&
      (await this.repository.listening(part.caller, { enrollmentId: run.id, events })).step === before.step
    )
      await delay(25);
  }

  private async perform({
    act,
    at,
    run,
    index,
    ...part
  }: Part & { run: DemoRun; act: Act; at: number; index: number }): Promise<void> {
    const { caller, person, story } = part;
    if ('event' in act) {
      await this.ingest(
        part,
        [
          {
            name: act.event,
            userId: person.userId,
            properties: act.properties,
            context: person.context,
            time: at,
            messageId: messageId(person, `act-${index}`, story.journey),
          },
        ],
        at,
      );
      return;
    }
    const id = await this.repository.readableMessage(caller, { enrollmentId: run.id, node: act.message });
    // A way that this run did not take, or a channel that did not reach the person.
    if (id === null) return;
    await this.messages.act(caller, { id, action: act.action }).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
    });
  }

  private async ingest({ caller }: Part, events: EventInput[], at: number): Promise<void> {
    await this.events.ingest({
      scope: caller,
      events,
      origin: 'demo',
      runOffsetMs: Math.round(Math.min(0, at - Date.now())),
    });
  }
}

function messageId(person: DemoPerson, what: string, journey: string): string {
  return `demo:${person.userId}:${journey}:${what}`;
}
