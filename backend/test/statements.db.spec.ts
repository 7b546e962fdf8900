import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeadLetterRepository } from '../src/enrollments/dead-letter.repository.js';
import { RouterRepository } from '../src/enrollments/router.repository.js';
import type { QueuedEvent } from '../src/enrollments/router.repository.js';
import { TestRunRepository } from '../src/enrollments/test-run.repository.js';
import { EventsService } from '../src/events/index.js';
import { FeedbackRepository } from '../src/messages/feedback.repository.js';
import { LedgerRepository } from '../src/messages/ledger.repository.js';
import { SuppressionRepository } from '../src/suppressions/index.js';
import { mergeProfiles } from '../src/profiles/index.js';
import { ErasureRepository, ensurePartitions } from '../src/upkeep/index.js';
import { RunReads } from '../src/insights/run-reads.repository.js';
import { JourneyRepository } from '../src/journeys/journey.repository.js';
import type { Database } from '../src/platform/database/index.js';
import { testDatabase } from './database.js';
import { listening, planOf } from './listening.js';
import type { Sent } from './listening.js';
import { insertEnrollment, insertEvent, seedJourney } from './seed.js';
import type { Seeded } from './seed.js';

let database: Database;
let drop: () => Promise<void>;
let asked: Database;
let sent: Sent[];
let seeded: Seeded;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop?.());
beforeEach(async () => {
  seeded = await seedJourney(database);
  ({ database: asked, sent } = listening(database));
});

describe("a repository's own statement", () => {
  it('finds the last events of a person by index, however many others have some', async () => {
    await database.query(
      `insert into events (workspace_id, id, profile_id, name, message_id, properties, time, received_at)
       select $1, gen_random_uuid(), case when n % 100 = 0 then $2 else gen_random_uuid() end, 'Seen', n, '{}', now(),
         now()
       from generate_series(1, 4000) n`,
      [seeded.workspaceId, seeded.profileId],
    );
    await database.query('analyze events');
    expect(await new RunReads(asked).recentEvents(seeded, seeded.profileId)).toHaveLength(40);
    const plan = await planOf({ database, sent, words: 'order by time desc' });
    expect(plan).toMatch(/Index Cond: .*profile_id = /);
    expect(plan).not.toContain('Seq Scan');
  });

  it('finds whom a person took in by index, when people are merged and erased', async () => {
    const { workspaceId, profileId } = seeded;
    const made = await database.query<{ id: string }>(
      'insert into profiles (workspace_id) select $1 from generate_series(1, 4000) returning id',
      [workspaceId],
    );
    await database.query('analyze profiles');
    const merges = [{ from: made[0]!.id, into: profileId }];
    await asked.transaction((sql) => mergeProfiles(seeded, { sql, merges }));
    await new ErasureRepository(asked).workflowsOf(seeded, made[0]!.id);
    for (const words of ['set merged_into', 'for update of p']) {
      const plan = await planOf({ database, sent, words });
      expect(plan).toContain('profiles_merged');
      expect(plan).not.toContain('Seq Scan');
    }
  });

  it('looks an event up by its id also with a plan from when its partition was empty', async () => {
    await ensurePartitions({ database, now: new Date(Date.UTC(2041, 0, 15)) });
    const event = await insertEvent(database, seeded, { name: 'Dead' });
    const [letter] = await database.query<{ id: string }>(
      `insert into dead_letters (workspace_id, event_id, received_at, event_name, error, run_offset_ms)
       values ($1, $2, $3, 'Dead', 'broken', 0) returning id::text`,
      [seeded.workspaceId, event.id, event.receivedAt],
    );
    expect(await new DeadLetterRepository(asked).retry(seeded, letter!.id)).toBe(true);
    const plan = await planOf({ database, sent, words: 'from events e', generic: true });
    const conditions = plan.split('\n').filter((line) => line.includes('Index Cond'));
    expect(conditions).not.toEqual([]);
    // The other index knows the workspace and the time as well, but would be read from end to end.
    for (const condition of conditions) expect(condition).toMatch(/\bid = \$2\)/);
  });

  it('finds profiles by identity from the primary key', async () => {
    await database.query(
      `insert into identities (workspace_id, kind, value, profile_id)
       select $1, 'user', 'u' || n, $2 from generate_series(1, 4000) n`,
      [seeded.workspaceId, seeded.profileId],
    );
    await database.query('analyze identities');
    await new EventsService(asked).ingest({ scope: seeded, events: [{ name: 'Came', userId: 'u5' }] });
    for (const generic of [false, true])
      expect(await planOf({ database, sent, words: 'left join lateral', generic })).toContain('identities_pkey');
  });

  it('matches waits by their index', async () => {
    await database.query(
      `insert into waits (
         workspace_id, profile_id, event_name, enrollment_id, wait, arm, workflow_id, since_position, since_snapshot,
           since_time
       )
       select $1, gen_random_uuid(), 'Bought', gen_random_uuid(), 'w', 0, 'x', 0, pg_current_snapshot(), now()
       from generate_series(1, 5000)`,
      [seeded.workspaceId],
    );
    await database.query('analyze waits');
    const event = await insertEvent(database, seeded, { name: 'Bought' });
    const queued = {
      workspace_id: seeded.workspaceId,
      profile_id: seeded.profileId,
      name: 'Bought',
      id: event.id,
      origin: 'live',
      enrollment_id: null,
      position: event.position,
      received_at: event.receivedAt,
      transaction: '1',
    } as QueuedEvent;
    expect(await new RouterRepository(database).waitsFor(asked, [queued])).toEqual([]);
    for (const generic of [false, true])
      expect(await planOf({ database, sent, words: 'from waits', generic })).toContain('waits_match');
  });

  it('looks through a lane of the queue, not through all of it, for what of a test run is under way', async () => {
    const { identity } = await insertEnrollment(database, seeded);
    await database.query(
      `insert into event_queue (lane, position, workspace_id, event_id, received_at)
       select n % 16, 1000000 + n, gen_random_uuid(), gen_random_uuid(), now() from generate_series(1, 30000) n`,
    );
    await database.query('analyze event_queue');
    expect(await new TestRunRepository(asked).isPending(seeded, identity)).toBe(false);
    expect(await planOf({ database, sent, words: 'from event_queue' })).not.toContain('Seq Scan on event_queue');
    await database.query('delete from event_queue');
  });

  it('knows by index who is in a journey and whether anybody ever was', async () => {
    const crowded = randomUUID();
    await database.query(`insert into journeys (workspace_id, id, name, draft) values ($1, $2, 'Crowded', '{}')`, [
      seeded.workspaceId,
      crowded,
    ]);
    await database.query(
      `insert into enrollments (
         workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, workflow_id, entered_at
       )
       select $1, case when n <= 3 then $2::uuid else $4::uuid end, $3, gen_random_uuid(), gen_random_uuid(), now(), 'w', now()
       from generate_series(1, 5000) n`,
      [seeded.workspaceId, seeded.journeyId, seeded.versionId, crowded],
    );
    await database.query('analyze enrollments');
    const journeys = new JourneyRepository(database);
    await asked.transaction(async (sql) => {
      expect(await journeys.countActive(seeded, { id: seeded.journeyId, sql })).toEqual({ people: 3, tests: 0 });
      expect(await journeys.hasHistory(seeded, { id: seeded.journeyId, sql })).toBe(true);
    });
    for (const words of ['::int as tests', 'or exists']) {
      const plan = await planOf({ database, sent, words });
      expect(plan).toMatch(/Index.* on enrollments/);
      expect(plan).not.toContain('Seq Scan on enrollments');
    }
  });

  it('finds the messages that a provider names, and what its addresses are suppressed by, by index', async () => {
    await database.query(
      `insert into messages (
         workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, status, provider,
           provider_id, connection_id, queued_at
       )
       select $1, gen_random_uuid(), $2, $3, $4, 'mail', n, 'email', 'sent', 'relay', 'p' || n, $2, now()
       from generate_series(1, 5000) n`,
      [seeded.workspaceId, seeded.journeyId, seeded.versionId, seeded.profileId],
    );
    await database.query(
      `insert into suppressions (workspace_id, channel, address, address_key, reason, source)
       select $1, 'email', n || '@example.com', 'k' || n, 'bounced', 'provider' from generate_series(1, 5000) n`,
      [seeded.workspaceId],
    );
    await database.query('analyze messages, suppressions');
    const found = await new FeedbackRepository(asked).find(seeded, {
      ids: [],
      providerIds: ['p7', 'p8'],
      provider: 'relay',
    });
    expect(found.map(({ providerId }) => providerId).sort()).toEqual(['p7', 'p8']);
    const suppressions = new SuppressionRepository(asked);
    expect((await suppressions.blocked(seeded, [{ channel: 'email', key: 'k9' }])).size).toBe(1);
    expect(
      (await suppressions.list(seeded, { state: 'active', prefix: '9@%', keys: [], limit: 50 })).rows,
    ).toHaveLength(1);
    for (const generic of [false, true]) {
      const messages = await planOf({ database, sent, words: 'provider_id = any', generic });
      expect(messages).toContain('messages_provider_id');
      expect(messages).not.toContain('Seq Scan on messages');
      const blocked = await planOf({ database, sent, words: 'with ordinality as q', generic });
      expect(blocked).toMatch(/suppressions_(active|address_key)/);
      expect(blocked).not.toContain('Seq Scan');
    }
    expect(await planOf({ database, sent, words: 's.address like' })).not.toContain('Seq Scan');
  });

  it('counts the visits of a version without asking for its id at each of them', async () => {
    expect(
      await new LedgerRepository(asked).counts(seeded, {
        journeyId: seeded.journeyId,
        nodes: ['mail'],
        range: { version: 1 },
      }),
    ).toEqual([]);
    // Looked up once, before all.
    expect(await planOf({ database, sent, words: 'left_run' })).toMatch(/InitPlan/);
  });
});
