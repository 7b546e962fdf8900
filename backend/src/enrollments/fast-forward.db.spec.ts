import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { insertEnrollment, insertEvent, seedJourney } from '../../test/seed.js';
import { laneOf } from '../events/index.js';
import type { Database } from '../platform/database/index.js';
import { FastForwardRepository } from './fast-forward.repository.js';
import { TestRunRepository } from './test-run.repository.js';

let database: Database;
let drop: () => Promise<void>;
let repository: FastForwardRepository;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  repository = new FastForwardRepository(database);
});
afterAll(() => drop());

const leaseMs = 15_000;
async function enrolled() {
  const seeded = await seedJourney(database);
  const {
    identity: { enrollmentId },
  } = await insertEnrollment(database, seeded);
  const begin = (id: string = randomUUID()) => repository.begin(seeded, { enrollmentId, id, target: 'end', leaseMs });
  const expire = () =>
    database.query(`update fast_forwards set lease_until = now() - interval '1 second' where enrollment_id = $1`, [
      enrollmentId,
    ]);
  return { seeded, enrollmentId, begin, expire };
}

it('lets one begin of many at the same moment', async () => {
  const { seeded, enrollmentId, begin } = await enrolled();
  const began = await Promise.all(Array.from({ length: 8 }, () => begin()));
  expect(began.filter(Boolean)).toHaveLength(1);
  expect(await repository.isRunning(seeded, enrollmentId)).toBe(true);
});

it('takes one over whose process is gone, which then may write nothing more', async () => {
  const { seeded, enrollmentId, begin, expire } = await enrolled();
  const [first, second] = [randomUUID(), randomUUID()];
  await begin(first);
  await expire();
  expect(await repository.find(seeded, enrollmentId)).toMatchObject({ id: first, state: 'interrupted' });
  expect(await repository.isRunning(seeded, enrollmentId)).toBe(false);
  expect(await repository.askToCancel(seeded, enrollmentId)).toBeNull();
  expect(await begin(second)).toBe(true);
  expect(await repository.keep(seeded, { enrollmentId, id: first, waits: 9, until: null, leaseMs })).toBeNull();
  await repository.finish(seeded, {
    enrollmentId,
    id: first,
    state: 'failed',
    waits: 9,
    error: { code: 'x', message: 'x' },
  });
  await repository.release(seeded, { enrollmentId, id: first });
  expect(await repository.find(seeded, enrollmentId)).toMatchObject({
    id: second,
    state: 'running',
    waits: 0,
    error: null,
  });
});

it('passes a cancel on to whoever works on it', async () => {
  const { seeded, enrollmentId, begin } = await enrolled();
  const id = randomUUID();
  await begin(id);
  expect(await repository.keep(seeded, { enrollmentId, id, waits: 1, until: null, leaseMs })).toEqual({
    cancelAsked: false,
  });
  expect(await repository.askToCancel(seeded, enrollmentId)).toBe(id);
  expect(await repository.find(seeded, enrollmentId)).toMatchObject({ state: 'running', cancelling: true });
  expect(await repository.keep(seeded, { enrollmentId, id, waits: 2, until: null, leaseMs })).toEqual({
    cancelAsked: true,
  });
  await repository.finish(seeded, { enrollmentId, id, state: 'cancelled', waits: 2 });
  expect(await repository.find(seeded, enrollmentId)).toMatchObject({
    state: 'cancelled',
    waits: 2,
    cancelling: false,
  });
});

it("keeps the first base of a run's time, begins for no run that has ended, and shows nothing to another workspace", async () => {
  const { seeded, enrollmentId, begin, expire } = await enrolled();
  const [first, second] = [randomUUID(), randomUUID()];
  await begin(first);
  expect(await repository.baseOffset(seeded, { enrollmentId, id: first, otherwise: -500 })).toBe(-500);
  await expire();
  await begin(second);
  expect(await repository.baseOffset(seeded, { enrollmentId, id: second, otherwise: 99 })).toBe(-500);
  const other = { workspaceId: randomUUID() };
  expect([
    await repository.find(other, enrollmentId),
    await repository.askToCancel(other, enrollmentId),
    await repository.begin(other, { enrollmentId, id: first, target: 'end', leaseMs }),
  ]).toEqual([null, null, false]);
  await database.query('update enrollments set ended_at = now() where id = $1', [enrollmentId]);
  await expire();
  expect(await begin()).toBe(false);
});

it('knows what of a run is still under way', async () => {
  const { seeded, enrollmentId } = await enrolled();
  const runs = new TestRunRepository(database);
  const pending = () => runs.isPending(seeded, { enrollmentId, profileId: seeded.profileId });
  expect(await pending()).toBe(false);
  const event = await insertEvent(database, seeded, { name: 'Any' });
  const queue = (id: string) =>
    database.query(
      `insert into event_queue (lane, position, workspace_id, event_id, received_at) select ${laneOf('$1')}, $2, $3,
          $4, $5`,
      [id, event.position, seeded.workspaceId, event.id, event.receivedAt],
    );
  await queue(seeded.profileId);
  expect(await pending()).toBe(true);
  await database.query('delete from event_queue');
  expect(await pending()).toBe(false);
});
