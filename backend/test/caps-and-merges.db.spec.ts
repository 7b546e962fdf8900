import { afterAll, beforeAll, expect, it } from 'vitest';
import { testCaps } from './caps.js';
import { deliveryFixture, enroll, makeJourney, queue } from './delivery-fixture.js';
import { Database } from '../src/platform/database/index.js';
import { logger } from '../src/platform/logging/index.js';
import { mergeProfiles } from '../src/profiles/merge.repository.js';

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
beforeAll(async () => {
  logger.level = 'fatal';
  fixture = await deliveryFixture();
});
afterAll(() => fixture.close());

it(
  'a merge in the same instant as two sends gives the one who stays no more than the limit',
  { timeout: 30_000 },
  async () => {
    const { database } = fixture;
    const journey = await makeJourney(database, {
      mail: { type: 'wend/email', config: { subject: 'Hi', html: 'Hi' } },
    });
    const scope = { workspaceId: journey.workspaceId };
    await fixture.rules.saveCaps(scope, {
      limits: [{ most: 1, per: { kind: 'rolling', amount: 1, unit: 'days' } }],
      countTransactional: false,
    });
    const [goes, stays] = await Promise.all([enroll(database, { journey }), enroll(database, { journey })]);
    const [first, second] = await Promise.all(
      [goes, stays].map((person) => queue(database, { journey, person, node: 'mail', channel: 'email' })),
    );
    await database.query(`update messages set lease_owner = 'me' where workspace_id = $1`, [journey.workspaceId]);
    const sender = await Database.connect({ url: fixture.url, poolSize: 2 });
    // As two processes have them: what one asks does not wait for the other.
    const [caps, others] = [testCaps(sender), testCaps(sender)];
    const reserve = (by: typeof caps, message: typeof first, profileId: string) =>
      by.reserve(scope, {
        id: message!.id,
        owner: 'me',
        profileId,
        channel: 'email',
        topic: null,
        messageClass: 'marketing',
        origin: 'live',
        priority: 3,
        journeyCaps: null,
        queuedAt: Date.now(),
        counted: false,
        zone: 'UTC',
      });
    const waiting = async () =>
      (
        await database.query<{ count: number }>(
          `select count(*)::int as count from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'`,
        )
      )[0]!.count;
    let late: ReturnType<typeof reserve> | undefined;
    await database.transaction(async (sql) => {
      await sql.query('select 1 from profiles where workspace_id = $1 order by id for update', [journey.workspaceId]);
      await mergeProfiles(scope, { sql, merges: [{ from: goes.profileId, into: stays.profileId }] });
      // Whoever read their person before the merge waits for it, with what it has counted.
      late = reserve(caps, first, goes.profileId);
      await expect.poll(waiting, { timeout: 10_000 }).toBeGreaterThan(0);
      expect((await reserve(others, second, stays.profileId)).kind).toBe('go');
    });
    expect((await late!).kind).toBe('later');
    // Asked again as whose it is now.
    expect((await reserve(others, first, stays.profileId)).kind).toBe('capped');
    await sender.close();
  },
);
