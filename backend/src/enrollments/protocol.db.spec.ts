import { randomUUID } from 'node:crypto';
import type { Command, RunEvent } from '@wend/contract';
import { calmScenarios, playThrough, referenceStory, scenarios } from '@wend/temporal/testing';
import type { Happening, Scenario, Store, Turn } from '@wend/temporal/testing';
import type { CommitAnswer, CommitRequest, RunIdentity, RunSignal } from '@wend/temporal';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import type { Database } from '../platform/database/index.js';
import { AwaitedNameRepository } from './awaited-name.repository.js';
import { AwaitedNames } from './awaited-names.js';
import { CommitRepository } from './commit.repository.js';
import { CommitService } from './commit.service.js';
import { RouterRepository } from './router.repository.js';
import { RouterService } from './router.service.js';
import { testFacts } from '../../test/facts.js';

/*
 * The same model and the same random journeys as in workflows/temporal/src/driver.spec.ts, on the real statements:
 * events are stored, routed, matched with waits and committed in PostgreSQL. WEND_MODEL_RUNS=5000 plays more, with a
 * new seed.
 */
const asked = Number(process.env['WEND_MODEL_RUNS'] ?? 0);
const options = asked > 0 ? { numRuns: asked } : { numRuns: 150, seed: 20_261_128 };

let database: Database;
let drop: () => Promise<void>;
let seeded: Seeded;

beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  seeded = await seedJourney(database);
});
afterAll(() => drop());

/** One run's events, waits and steps in PostgreSQL; the run itself is the test's. */
class PostgresStore implements Store {
  readonly commands: Command[] = [];
  readonly steps: Command[][] = [];
  private readonly told: RunSignal[] = [];
  private readonly router: RouterService;
  private waiting = 0;

  constructor(readonly identity: RunIdentity) {
    const send = async (_: unknown, signal: RunSignal): Promise<boolean> => Boolean(this.told.push(signal));
    this.router = new RouterService(
      new RouterRepository(database),
      ...([{}, {}, { send }, new CommitRepository(database)] as never as [never, never, never, never]),
    );
  }

  get queued(): number {
    return this.waiting;
  }

  async ingest(happenings: Happening[]): Promise<void> {
    for (const happening of happenings) await this.store(happening, { queued: true });
    this.waiting += happenings.length;
  }

  private async store(
    { at, happened, name, properties, messageOf, visit }: Happening,
    { queued }: { queued: boolean },
  ): Promise<RunEvent & { receivedAt: Date }> {
    const { workspaceId, profileId, enrollmentId } = this.identity;
    const id = randomUUID();
    const message =
      messageOf === undefined ? {} : { enrollmentId, nodeId: messageOf, ...(visit === undefined ? {} : { visit }) };
    const [row] = await database.query<{ position: string; snapshot: string }>(
      `insert into events (workspace_id, id, profile_id, name, message_id, properties, time, received_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        returning position::text, pg_current_snapshot()::text as snapshot`,
      [
        workspaceId,
        id,
        profileId,
        name,
        id,
        JSON.stringify({ ...properties, ...message }),
        new Date(happened),
        new Date(at),
      ],
    );
    if (queued)
      await database.query(
        'insert into event_queue (lane, position, workspace_id, event_id, received_at) values (0, $1, $2, $3, $4)',
        [row!.position, workspaceId, id, new Date(at)],
      );
    return {
      id,
      name,
      time: happened,
      properties: {},
      mark: { position: row!.position, snapshot: row!.snapshot, time: happened },
      receivedAt: new Date(at),
    };
  }

  async enter(at: number): Promise<RunEvent> {
    const { receivedAt, ...event } = await this.store(
      { at, happened: at, name: 'Entry', properties: {} },
      { queued: false },
    );
    const { workspaceId, enrollmentId, journeyId, versionId, profileId } = this.identity;
    await database.query(
      `insert into enrollments (
          workspace_id, id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, workflow_id,
            entered_at
        )
        values ($1, $2, $3, $4, $5, $6, $7, $8, $7)`,
      [workspaceId, enrollmentId, journeyId, versionId, profileId, event.id, receivedAt, `enrollment/${enrollmentId}`],
    );
    const [{ snapshot } = { snapshot: '' }] = await database.query<{ snapshot: string }>(
      'select pg_current_snapshot()::text as snapshot',
    );
    return { ...event, mark: { ...event.mark, snapshot } };
  }

  /** All that is queued is one batch of the router. */
  async route(): Promise<RunSignal[]> {
    this.waiting = 0;
    await this.router.routeOnce();
    return this.told.splice(0);
  }

  async commit(request: CommitRequest, turn: Turn): Promise<CommitAnswer> {
    const repository = new CommitRepository(database);
    const write = repository.write.bind(repository);
    repository.write = async (...args) => {
      const written = await write(...args);
      // What is written counts, whether anybody hears of it or not.
      if (written.verdict === 'applied') {
        this.commands.push(...request.commands);
        this.steps.push(request.commands);
      }
      return written;
    };
    const between = <Name extends 'write' | 'before' | 'beforeEntry' | 'missed' | 'storedSteps'>(name: Name): void => {
      const own = repository[name].bind(repository) as (...args: unknown[]) => Promise<unknown>;
      Object.assign(repository, { [name]: async (...args: unknown[]) => (await turn(), own(...args)) });
    };
    for (const name of ['write', 'before', 'beforeEntry', 'missed', 'storedSteps'] as const) between(name);
    const service = new CommitService(
      repository,
      testFacts(database),
      new AwaitedNames(new AwaitedNameRepository(database)),
    );
    const [answer] = await service.commit([request]);
    return answer!;
  }
}

async function storyInPostgres(scenario: Scenario, seed: number) {
  const profileId = randomUUID();
  await database.query('insert into profiles (workspace_id, id) values ($1, $2)', [seeded.workspaceId, profileId]);
  const identity: RunIdentity = { ...seeded, profileId, enrollmentId: randomUUID(), origin: 'live' };
  let state = seed >>> 0;
  const choices = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
  const store = new PostgresStore(identity);
  const story = await playThrough({ scenario, store, identity, choices });
  const asked = await database.query<{ act: string }>(
    `select 'act ' || kind || ' ' || node || '#' || visit as act from run_actions
     where workspace_id = $1 and enrollment_id = $2 order by position`,
    [identity.workspaceId, identity.enrollmentId],
  );
  expect(asked.map(({ act }) => act)).toEqual(story.filter((each) => each.startsWith('act ')));
  expect(await questionsOf(identity)).toEqual(questionsAsked(store.steps));
  return story;
}

function questionsOf({ workspaceId, enrollmentId }: RunIdentity): Promise<{ wait: string; open: boolean }[]> {
  return database.query<{ wait: string; open: boolean }>(
    `select wait, state = 'new' as open
     from approvals
     where workspace_id = $1 and enrollment_id = $2
     order by node, visit`,
    [workspaceId, enrollmentId],
  );
}

/** A question for each wait that asks, open as long as its wait is; none where it was over within its step. */
function questionsAsked(steps: readonly Command[][]): { wait: string; open: boolean }[] {
  const asked = new Map<string, boolean>();
  for (const commands of steps) {
    const closed = new Set(commands.flatMap((command) => (command.type === 'closeWait' ? [command.wait] : [])));
    for (const command of commands)
      if (command.type === 'openWait' && command.asks && !closed.has(command.wait)) asked.set(command.wait, true);
    for (const wait of closed) if (asked.has(wait)) asked.set(wait, false);
  }
  const place = (wait: string) => [wait.split('#')[0]!, Number(wait.split('#')[1])] as const;
  return [...asked]
    .map(([wait, open]) => ({ wait, open }))
    .sort((one, other) => {
      const [[node, visit], [otherNode, otherVisit]] = [place(one.wait), place(other.wait)];
      return node === otherNode ? visit - otherVisit : node < otherNode ? -1 : 1;
    });
}

it.each([
  ['with outages and slow custom nodes', scenarios],
  ['with nobody away', calmScenarios],
])(
  'a run in PostgreSQL does what the model says, %s',
  async (_, journeys) => {
    await fc.assert(
      fc.asyncProperty(journeys, fc.integer({ min: 1 }), async (scenario, seed) => {
        expect(await storyInPostgres(scenario, seed)).toEqual(referenceStory(scenario));
      }),
      options,
    );
  },
  900_000,
);
