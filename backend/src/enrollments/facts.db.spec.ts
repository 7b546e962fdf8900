import type { Fact, JsonObject } from '@wend/contract';
import type { RunIdentity } from '@wend/temporal';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { insertEnrollment, insertEvent, seedJourney } from '../../test/seed.js';
import type { Seeded } from '../../test/seed.js';
import type { Database } from '../platform/database/index.js';
import { FactsRepository } from './facts.repository.js';
import { FactsService } from './facts.service.js';

let database: Database;
let drop: () => Promise<void>;
let seeded: Seeded;
let identity: RunIdentity;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop());
beforeEach(async () => {
  seeded = await seedJourney(database);
  ({ identity } = await insertEnrollment(database, seeded));
});

const hour = 3_600_000;
const traits = (value: JsonObject) => database.query('update profiles set traits = $3 where workspace_id = $1 and id = $2', [seeded.workspaceId, seeded.profileId, JSON.stringify(value)]);
async function ask(fact: Fact, at = Date.now()) {
  const answers = await new FactsService(new FactsRepository(database)).answer({ identity, at, facts: [{ index: 7, fact }] });
  return answers[7];
}

describe('facts', () => {
  it('are those of the person whom a merge left, also before the run is stored', async () => {
    const survivor = await seedJourney(database);
    await database.query('update profiles set workspace_id = $1, traits = $3 where id = $2', [seeded.workspaceId, survivor.profileId, '{"plan":"pro"}']);
    await insertEvent(database, { ...seeded, profileId: survivor.profileId }, { name: 'Bought' });
    await database.query('update profiles set merged_into = $3 where workspace_id = $1 and id = $2', [seeded.workspaceId, seeded.profileId, survivor.profileId]);
    await database.query('delete from enrollments where workspace_id = $1', [seeded.workspaceId]);
    expect(await ask({ kind: 'trait', path: 'plan' })).toBe('pro');
    expect(await ask({ kind: 'eventCount', event: 'Bought' }, Date.now() + 1_000)).toBe(1);
  });

  it('are the traits as they are now, with what a test run set laid over them', async () => {
    await traits({ plan: 'free', address: { city: 'Oslo' } });
    expect([await ask({ kind: 'trait', path: 'plan' }), await ask({ kind: 'trait', path: 'address.city' }), await ask({ kind: 'trait', path: 'none' })]).toEqual(['free', 'Oslo', null]);
    await database.query(`insert into test_traits (workspace_id, enrollment_id, traits) values ($1, $2, '{"plan":"pro"}')`, [identity.workspaceId, identity.enrollmentId]);
    expect(await ask({ kind: 'trait', path: 'plan' })).toBe('pro');
  });

  it('count events up to the time of the run, not of the clock', async () => {
    const now = Date.now();
    for (const ago of [1, 5, 30]) await insertEvent(database, seeded, { name: 'Bought', receivedAt: new Date(now - ago * hour) });
    expect(await ask({ kind: 'eventCount', event: 'Bought' })).toBe(3);
    expect(await ask({ kind: 'eventCount', event: 'Bought', withinSeconds: 6 * 3_600 })).toBe(2);
    expect(await ask({ kind: 'eventCount', event: 'Bought', withinSeconds: 6 * 3_600 }, now - 3 * hour)).toBe(1);
    expect(await ask({ kind: 'eventCount', event: 'Bought' }, now + 100 * hour)).toBe(3);
  });

  it('count only what the filter wants, of this person, in this workspace', async () => {
    await insertEvent(database, seeded, { name: 'Bought', properties: { total: 5 } });
    await insertEvent(database, seeded, { name: 'Bought', properties: { total: 50 } });
    await insertEvent(database, await seedJourney(database), { name: 'Bought', properties: { total: 50 } });
    expect(await ask({ kind: 'eventCount', event: 'Bought', where: { op: 'compare', left: { source: 'property', path: 'total' }, is: 'atLeast', value: 10 } }, Date.now() + 1_000)).toBe(1);
  });

  it('do not count events of somebody\'s test run', async () => {
    const other = (await insertEnrollment(database, seeded)).identity.enrollmentId;
    const event = await insertEvent(database, seeded, { name: 'Bought' });
    await database.query(`update events set origin = 'test', enrollment_id = $3 where workspace_id = $1 and id = $2`, [seeded.workspaceId, event.id, other]);
    expect(await ask({ kind: 'eventCount', event: 'Bought' }, Date.now() + 1_000)).toBe(0);
  });

  it('say whether a person can be reached: address, device and consent', async () => {
    expect(await ask({ kind: 'reachable', channel: 'email' })).toBe(false);
    await traits({ email: 'mina@example.com' });
    expect(await ask({ kind: 'reachable', channel: 'email' })).toBe(true);
    await database.query(`insert into consents (workspace_id, profile_id, channel, state) values ($1, $2, 'email', 'unsubscribed')`, [seeded.workspaceId, seeded.profileId]);
    expect(await ask({ kind: 'reachable', channel: 'email' })).toBe(false);
    await database.query(`insert into devices (workspace_id, profile_id, kind, token, permission) values ($1, $2, 'fcm', 't', 'denied')`, [seeded.workspaceId, seeded.profileId]);
    expect(await ask({ kind: 'reachable', channel: 'push' })).toBe(false);
    await database.query(`update devices set permission = 'provisional' where workspace_id = $1`, [seeded.workspaceId]);
    expect(await ask({ kind: 'reachable', channel: 'push' })).toBe(true);
  });

  it('tell the time where the person lives, or where the company does', async () => {
    const at = Date.parse('2026-05-03T20:00:00Z');
    expect(await ask({ kind: 'localTime', part: 'date' }, at)).toBe('2026-05-03');
    await database.query(`update workspaces set time_zone = 'Europe/Berlin' where id = $1`, [seeded.workspaceId]);
    expect(await ask({ kind: 'localTime', part: 'hour' }, at)).toBe(22);
    await traits({ timezone: 'Asia/Seoul' });
    expect(await ask({ kind: 'localTime', part: 'hour' }, at)).toBe(5);
    expect(await ask({ kind: 'nextLocalTime', time: '09:00', weekdays: [] }, at)).toBe(Date.parse('2026-05-04T00:00:00Z'));
  });
});
