import { afterAll, beforeAll, expect, it } from 'vitest';
import { Runs } from '../src/enrollments/index.js';
import { publishDraft } from './api.js';
import { identify, publish, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
}, 120_000);
afterAll(() => chain?.close());

const waiting: Step = { id: 'wait', type: 'wend/wait', config: { duration: { amount: 30, unit: 'days' } } };
const told: Step = {
  id: 'told',
  type: 'wend/wait-for-events',
  config: {
    events: [{ id: 'go', label: 'Go', trigger: { kind: 'event', event: 'Told' } }],
    timeout: { amount: 30, unit: 'days' },
    lookBack: false,
  },
  to: { go: 'wait' },
};
async function control(id: string, body: object): Promise<void> {
  const { status, body: answer } = await chain.owner.send('POST', `/api/journeys/${id}/control`, body);
  expect(status, JSON.stringify(answer)).toBe(200);
}
const stopOf = async (id: string) => (await chain.owner.get(`/api/journeys/${id}/stop`)).body.stop;
const inside = (id: string, node: string, count: number) =>
  until(
    async () =>
      (await runsOf(chain, id)).filter((run) => run.node === node && run.status === 'running').length === count,
    `${count} to be at ${node}`,
    60_000,
  );
const allEnded = (id: string) =>
  until(async () => (await runsOf(chain, id)).every(({ status }) => status === 'cancelled'), 'all runs to end', 60_000);

it('ends waiting runs, held ones and those whose workflow is gone, with the reason, and says how far it is', async () => {
  const id = await publish(chain, { name: 'Stopped', graph: graphOf([entry('Came', 'told'), told, waiting]) });
  expect(await stopOf(id)).toBeNull();
  for (const userId of ['waits', 'held', 'lost']) await track(chain, { userId, event: 'Came' });
  await inside(id, 'told', 3);
  const [profile] = (await chain.api.database.query<{ id: string }>(
    `select e.id from enrollments e join profiles p on p.id = e.profile_id where e.journey_id = $1 and p.external_id = 'lost'`,
    [id],
  )) as [{ id: string }];
  await chain.api.app.get(Runs, { strict: false }).client.terminate(`enrollment/${profile.id}`, 'by hand');
  await control(id, { action: 'pause' });
  await track(chain, { userId: 'held', event: 'Told' });
  await until(async () => (await runsOf(chain, id)).some(({ held }) => held), 'a run to be held');
  await track(chain, { userId: 'late', event: 'Came' });
  await until(async () => (await runsOf(chain, id)).length === 4, 'who comes late');
  await control(id, { action: 'stop', reason: 'Wrong offer' });
  await allEnded(id);
  expect((await runsOf(chain, id)).map(({ endReason }) => endReason)).toEqual(
    Array.from({ length: 4 }, () => 'The journey was stopped: Wrong offer'),
  );
  expect(await stopOf(id)).toMatchObject({
    runs: 4,
    left: 0,
    reason: 'Wrong offer',
    stoppedBy: expect.stringContaining('@'),
  });
}, 120_000);

it('enters nobody when it is started again who had ended, by event or by segment', async () => {
  const segment = await chain.owner.send('POST', '/api/segments', {
    name: 'VIPs',
    rule: { op: 'compare', left: { source: 'trait', path: 'vip' }, is: 'equals', value: true },
  });
  expect(segment.status, JSON.stringify(segment.body)).toBe(201);
  await until(
    async () => (await chain.owner.get(`/api/segments/${segment.body.id}`)).body.build === null,
    'the segment to be built',
  );
  const bySegment: Step = {
    id: 'member',
    type: 'wend/entry-segment',
    config: { segment: segment.body.id, on: 'entered', present: true },
    to: { next: 'wait' },
  };
  const always = { reentry: { rule: 'always' as const } };
  const byEvent = await publish(chain, {
    name: 'By event',
    graph: graphOf([entry('Ordered', 'wait'), waiting], always),
  });
  await identify(chain, { userId: 'before', traits: { vip: true } });
  await until(
    async () =>
      (await chain.api.database.query('select 1 from segment_members where segment_id = $1', [segment.body.id]))
        .length === 1,
    'who is in it before',
  );
  const members = await publish(chain, { name: 'By segment', graph: graphOf([bySegment, waiting], always) });
  await identify(chain, { userId: 'after', traits: { vip: true } });
  await track(chain, { userId: 'buyer', event: 'Ordered' });
  await inside(members, 'wait', 2);
  await inside(byEvent, 'wait', 1);
  for (const id of [members, byEvent]) {
    await control(id, { action: 'stop' });
    await allEnded(id);
    expect((await publishDraft(chain.owner, id)).status).toBeLessThan(300);
  }
  const done = () =>
    chain.api.database.query(
      `select 1 from entry_batches where journey_id = $1 and state not in ('gathering', 'running')`,
      [members],
    );
  await until(async () => (await done()).length > 0, 'the batch to be done');
  // Somebody new still enters, after whom nobody else comes.
  await identify(chain, { userId: 'new', traits: { vip: true } });
  await track(chain, { userId: 'other', event: 'Ordered' });
  await inside(members, 'wait', 1);
  await inside(byEvent, 'wait', 1);
  expect(await runsOf(chain, members)).toHaveLength(3);
  expect(await runsOf(chain, byEvent)).toHaveLength(2);
}, 120_000);
