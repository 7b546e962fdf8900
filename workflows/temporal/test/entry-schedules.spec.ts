import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EntrySchedulesClient } from '../src/index.js';
import type { EntryScheduleName } from '../src/index.js';
import { createRunWorker } from '../src/worker.js';
import type { RunWorker } from '../src/worker.js';
import { MemoryCarrier } from './memory-carrier.js';
import { noPrograms, until } from './environment.js';

const address = process.env['TEMPORAL_ADDRESS'] ?? '';
const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'wend-test';
const taskQueue = `test-${randomUUID()}`;
const called: (EntryScheduleName & { at: number })[] = [];
let failures = 0;
let worker: RunWorker;
let running: Promise<void>;
let schedules: EntrySchedulesClient;

beforeAll(async () => {
  worker = await createRunWorker({
    address,
    namespace,
    taskQueue,
    nodes: {},
    programs: noPrograms,
    activities: Object.assign(new MemoryCarrier(), {
      runEntrySchedule: async (schedule: EntryScheduleName & { at: number }) => {
        called.push(schedule);
        if (failures-- > 0) throw new Error('the database is away');
      },
    }),
  });
  running = worker.run();
  schedules = new EntrySchedulesClient(worker.client, { taskQueue });
});

afterAll(async () => {
  worker.shutdown();
  await running;
  await worker.close();
});

function newName(): EntryScheduleName {
  return { workspaceId: randomUUID(), journeyId: randomUUID(), node: 'every day' };
}

const of = ({ journeyId }: EntryScheduleName) => called.filter((each) => each.journeyId === journeyId);
/** Far enough for a busy machine to be told of it before: what has passed when it is told of is not called any more. */
const soon = (seconds: number): number => (Math.floor(Date.now() / 1_000) + seconds) * 1_000;

it('starts what looks after an entry at the instants that it was told, and not before', async () => {
  const name = newName();
  const times = [soon(5), soon(7)];
  await schedules.set(name, { times, paused: false });
  await until(() => of(name).length === 2, 'two calls');
  expect(of(name)[0]).toMatchObject(name);
  for (const [index, time] of times.entries()) expect(of(name)[index]?.at).toBeGreaterThanOrEqual(time);
  await schedules.remove(name);
  await schedules.remove(name);
  expect(await schedules.describe(name)).toBeNull();
});

it('calls again when the backend is away', async () => {
  const name = newName();
  failures = 1;
  await schedules.set(name, { times: [soon(5)], paused: false });
  await until(() => of(name).length === 2, 'a second call');
  await schedules.remove(name);
});

it('takes other instants and holds them while it is paused', async () => {
  const name = newName();
  const later = soon(3_600);
  const [first, last] = [soon(8), soon(9)];
  await schedules.set(name, { times: [first], paused: false });
  await schedules.set(name, { times: [later], paused: true });
  expect(await schedules.describe(name)).toEqual({ paused: true, next: [later] });
  await schedules.set(name, { times: [last], paused: false });
  await until(() => of(name).length > 0, 'a call');
  // Neither the first instants nor the paused ones came.
  expect(of(name)).toHaveLength(1);
  await schedules.remove(name);
});
