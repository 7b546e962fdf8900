import { setTimeout as delay } from 'node:timers/promises';
import type { Schedule } from '@wend/contract';
import { connectClient, EntrySchedulesClient } from '@wend/temporal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identify, publish, runsOf, startChain, until } from './chain.js';
import type { Chain } from './chain.js';
import { graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

const minute = 60_000;
let chain: Chain;
let segment: string;
beforeAll(async () => {
  chain = await startChain();
  for (const userId of ['ann', 'bob']) await identify(chain, { userId, traits: { name: userId } });
  const created = await chain.owner.send('POST', '/api/segments', { name: 'Friends' });
  segment = created.body.id as string;
  await chain.owner.send('POST', `/api/segments/${segment}/members`, { externalIds: ['ann', 'bob'] });
});
afterAll(() => chain?.close());

/** The next whole minute that leaves time to get ready, in the workspace's zone, which is UTC. */
function nextMinute(atLeastMs = 8_000): { at: number; day: string; time: string } {
  const at = (Math.floor((Date.now() + atLeastMs) / minute) + 1) * minute;
  const text = new Date(at).toISOString();
  return { at, day: text.slice(0, 10), time: text.slice(11, 16) };
}

function scheduled(when: Partial<Schedule> & Pick<Schedule, 'time' | 'start'>, grace = 3_600): Step {
  return {
    id: 'door',
    type: 'wend/entry-schedule',
    config: {
      when: { zone: 'workspace', repeats: 'once', ...when },
      segment,
      grace: { amount: grace, unit: 'seconds' },
    },
    to: { next: 'end' },
  };
}
const end: Step = { id: 'end', type: 'wend/exit', config: { reason: 'Done' } };

const timesOf = async (journeyId: string): Promise<any> =>
  (await chain.owner.get(`/api/journeys/${journeyId}/schedules`)).body.schedules[0];
const stateOf = async (journeyId: string): Promise<string | undefined> => (await timesOf(journeyId))?.past[0]?.state;

it('lets people in at their time by Temporal, by a date of theirs, and after an outage within its grace', async () => {
  const first = nextMinute();
  const byTime = await publish(chain, {
    name: 'By time',
    graph: graphOf([scheduled({ start: first.day, time: first.time }), end]),
  });
  const byDate = await publish(chain, {
    name: 'By date',
    graph: graphOf([
      {
        id: 'door',
        type: 'wend/entry-date',
        config: { trait: 'birthday', time: first.time, repeats: 'yearly' },
        to: { next: 'end' },
      },
      end,
    ]),
  });
  // Told of after the journey was published: whoever changes is heard of.
  await identify(chain, { userId: 'ann', traits: { birthday: `1990${first.day.slice(4)}` } });
  await identify(chain, { userId: 'cid', traits: { birthday: `2001${first.day.slice(4)}` } });
  await identify(chain, { userId: 'bob', traits: { birthday: '1990-13-45' } });
  expect((await timesOf(byTime)).next).toEqual([new Date(first.at).toISOString()]);
  await until(
    async () => (await stateOf(byTime)) === 'ran',
    'the schedule to have run',
    first.at - Date.now() + 30_000,
  );
  const runs = await runsOf(chain, byTime);
  expect(runs.map((run) => run.profile.externalId).sort()).toEqual(['ann', 'bob']);
  expect(await timesOf(byTime)).toMatchObject({ next: [], past: [{ people: 2, entered: 2, refused: 0 }] });
  // Temporal called, long before anybody here would have looked.
  const [noted] = await chain.api.database.query<{ late: number }>(
    `select extract(epoch from noted_at - due_at)::float8 as late from schedule_occurrences`,
  );
  expect(noted?.late).toBeLessThan(10);
  const born = await until(
    async () => {
      const found = await runsOf(chain, byDate);
      return found.length === 2 && found;
    },
    'two to come in by their birthday',
    30_000,
  );
  expect(born.map((run: any) => run.profile.externalId).sort()).toEqual(['ann', 'cid']);

  const second = nextMinute();
  const caughtUp = await publish(chain, {
    name: 'Caught up with',
    graph: graphOf([scheduled({ start: second.day, time: second.time }), end]),
  });
  const missed = await publish(chain, {
    name: 'Missed',
    graph: graphOf([scheduled({ start: second.day, time: second.time }, 1), end]),
  });
  const told = await until(
    async () =>
      (await chain.api.database.query('select 1 from entry_schedules where told is not null and next_at > now()'))
        .length === 2,
    'Temporal to be told',
  );
  expect(told).toBe(true);
  await chain.stopWorker();
  await delay(second.at - Date.now() + 3_000);
  await chain.restartWorker();
  await until(async () => (await stateOf(caughtUp)) === 'ran', 'what was missed to run', 60_000);
  await until(async () => (await stateOf(missed)) === 'missed', 'what is too late to be listed', 60_000);
  expect(await runsOf(chain, caughtUp)).toHaveLength(2);
  expect(await runsOf(chain, missed)).toEqual([]);
}, 300_000);

it('keeps a Temporal Schedule as long as the journey wants one', async () => {
  const client = await connectClient({
    address: process.env['TEMPORAL_ADDRESS'] ?? '',
    namespace: process.env['TEMPORAL_NAMESPACE'] ?? 'wend-test',
  });
  const schedules = new EntrySchedulesClient(client);
  const journeyId = await publish(chain, {
    name: 'Every day',
    graph: graphOf([scheduled({ repeats: 'daily', every: 1, start: '2026-01-01', time: '09:00' } as never), end]),
  });
  const name = { workspaceId: chain.workspace.scope.workspaceId, journeyId, node: 'door' };
  const described = () => schedules.describe(name);
  const [first] = await until(async () => (await described())?.next, 'a Temporal Schedule');
  expect(new Date(first ?? 0).toISOString()).toMatch(/T09:00:00.000Z$/);
  await chain.owner.send('POST', `/api/journeys/${journeyId}/control`, { action: 'pause' });
  await until(async () => (await described())?.paused, 'it to be paused', 40_000);
  await chain.owner.send('POST', `/api/journeys/${journeyId}/control`, { action: 'resume' });
  await until(async () => (await described())?.paused === false, 'it to go on', 40_000);
  await chain.owner.send('POST', `/api/journeys/${journeyId}/archive`, {});
  await until(async () => (await described()) === null, 'it to be gone', 40_000);
  await client.connection.close();
}, 120_000);
