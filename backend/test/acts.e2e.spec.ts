import type { EnrollmentDetail, JsonObject } from '@wend/contract';
import type { Graph } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identify, publish, runsOf as runsIn, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
}, 120_000);
afterAll(() => chain?.close());

const day: Step = { id: 'day', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } } };
const settings: Partial<Graph['settings']> = { reentry: { rule: 'always' } };

/** One step after the other, entered by an event or by an entry step. */
function line(by: string | Step, steps: Step[]): Graph {
  const first = typeof by === 'string' ? entry(by, '') : by;
  const all = [first, ...steps];
  return graphOf(
    all.map((step, index) => {
      const next = all[index + 1]?.id;
      return { ...step, to: next ? { next } : {} };
    }),
    settings,
  );
}
const runsOf = (journey: string): Promise<any[]> => runsIn(chain, journey);
async function detailOf(id: string): Promise<EnrollmentDetail> {
  return (await chain.owner.send('GET', `/api/enrollments/${id}`)).body;
}
async function manualSegment(name: string): Promise<{ id: string; name: string }> {
  const made = await chain.owner.send('POST', '/api/segments', { name, rule: null });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return { id: made.body.id, name };
}
async function compiled(graph: Graph, name: string) {
  const made = await chain.owner.send('POST', '/api/journeys', { name, graph });
  const answer = await chain.owner.send('POST', `/api/journeys/${made.body.id}/publish`, {});
  return { id: made.body.id as string, answer };
}

it('steps start and end journeys, send events, change segments and consent; later steps and other journeys see it', async () => {
  const segment = await manualSegment('거절 VIP');
  const other = await publish(chain, {
    name: 'Other',
    graph: line({ id: 'door', type: 'wend/entry-journey', config: { fields: [{ id: 'a', path: 'plan' }] } }, [day]),
  });
  const old = await publish(chain, { name: 'Old', graph: line('Began Old', [day]) });
  const byEvent = await publish(chain, { name: 'By event', graph: line('Upgraded 한글', [day]) });
  const inIt: JsonObject = {
    op: 'all',
    rules: [
      { op: 'compare', left: { source: 'segment', segment: segment.id }, is: 'equals', value: true },
      { op: 'compare', left: { source: 'consent', channel: 'email' }, is: 'equals', value: 'unsubscribed' },
    ],
  };
  const main = await publish(chain, {
    name: 'Main',
    graph: line('Signed Up', [
      {
        id: 'send',
        type: 'wend/emit-event',
        config: {
          event: 'Upgraded 한글',
          properties: [
            { name: 'seats', value: '{{ entry.seats }}' },
            { name: 'text', value: 'For {{ profile.name }}' },
          ],
        },
      },
      {
        id: 'start',
        type: 'wend/start-journey',
        config: { journey: { id: other, name: 'Other' }, data: [{ name: 'plan', value: '{{ entry.plan }}' }] },
      },
      { id: 'end', type: 'wend/end-journey', config: { journey: { id: old, name: 'Old' } } },
      { id: 'put', type: 'wend/change-segment', config: { change: 'add', segment } },
      { id: 'off', type: 'wend/change-consent', config: { state: 'unsubscribed', channel: 'email' } },
      { id: 'seen', type: 'wend/branch', config: { branches: [{ id: 'yes', label: 'Yes', rule: inIt }] } },
    ]),
  });
  await identify(chain, { userId: 'act-1', traits: { name: '민아' } });
  await track(chain, { userId: 'act-1', event: 'Began Old' });
  await until(async () => (await runsOf(old)).length === 1, 'a run of the old journey');
  await track(chain, { userId: 'act-1', event: 'Signed Up', properties: { seats: 7, plan: 'pro' } });
  await until(async () => (await runsOf(main))[0]?.status === 'completed', 'the run to end');
  const [{ id }] = (await runsOf(main)) as [{ id: string }];
  await until(async () => (await detailOf(id)).actions.every(({ state }) => state === 'done'), 'all to be done');
  const detail = await detailOf(id);
  expect(detail.actions.map(({ kind, result }) => [kind, result])).toEqual([
    ['emit-event', null],
    ['start-journey', { outcome: 'entered' }],
    ['end-journey', { ended: 1 }],
    ['change-segment', { changed: true }],
    ['change-consent', { changed: true, late: null }],
  ]);
  expect(detail.visits.find(({ node }) => node === 'seen')?.port).toBe('yes');
  const event = detail.events.find(({ name }) => name === 'Upgraded 한글');
  expect(event?.properties).toEqual({ seats: 7, text: 'For 민아' });
  await until(async () => (await runsOf(byEvent)).length === 1, 'a run by the event');
  await until(async () => (await runsOf(old))[0]?.status === 'cancelled', 'the old run to end');
  expect((await runsOf(old))[0]).toMatchObject({ endReason: 'The journey “Main” ended it' });
  const [started] = await runsOf(other);
  expect((await detailOf(started.id)).entryNode).toBe('door');
  const members = await chain.owner.send('GET', `/api/segments/${segment.id}/members`);
  expect(members.body.items).toHaveLength(1);
}, 120_000);

it('a test run does nothing outside, and sees what it did', async () => {
  const segment = await manualSegment('Tested');
  const rule = { op: 'compare', left: { source: 'segment', segment: segment.id }, is: 'equals', value: true };
  const steps: Step[] = [
    { id: 'put', type: 'wend/change-segment', config: { change: 'add', segment } },
    { id: 'send', type: 'wend/emit-event', config: { event: 'From a test', properties: [] } },
    { id: 'wait', type: 'wend/wait', config: { duration: { amount: 1, unit: 'seconds' } } },
    { id: 'seen', type: 'wend/branch', config: { branches: [{ id: 'yes', label: 'Yes', rule }] } },
  ];
  const made = await chain.owner.send('POST', '/api/journeys', { name: 'Tried', graph: line('Signed Up', steps) });
  const test = await chain.owner.send('POST', `/api/journeys/${made.body.id}/test-runs`, { traits: { name: 'T' } });
  expect(test.status, JSON.stringify(test.body)).toBe(201);
  const { enrollmentId } = test.body;
  await until(async () => (await detailOf(enrollmentId)).status === 'completed', 'the test run to end');
  const detail = await detailOf(enrollmentId);
  expect(detail.actions.map(({ state }) => state)).toEqual(['recorded', 'recorded']);
  expect(detail.visits.find(({ node }) => node === 'seen')?.port).toBe('yes');
  expect(detail.events.map(({ name }) => name)).not.toContain('From a test');
  expect((await chain.owner.send('GET', `/api/segments/${segment.id}/members`)).body.items).toEqual([]);
}, 120_000);

it('circles of journeys are refused with the ring named', async () => {
  const emits = (event: string): Step => ({ id: 'send', type: 'wend/emit-event', config: { event, properties: [] } });
  await publish(chain, { name: 'Ping', graph: line('Ping', [emits('Pong')]) });
  const { answer } = await compiled(line('Pong', [emits('Ping')]), 'Pong');
  expect(answer.status).toBe(422);
  expect(answer.body.code).toBe('journey-circle');
  expect(answer.body.issues[0].message).toContain('“Pong” starts “Ping”, which starts “Pong” again');
  const self = await compiled(line('Self', [emits('Self')]), 'Self');
  expect(self.answer.body.code).toBe('journey-circle');
}, 120_000);

it('a step that starts a journey which nobody could enter is refused', async () => {
  const closed = await publish(chain, { name: 'No door', graph: line('Elsewhere', [day]) });
  const start = (id: string): Step => ({
    id: 's',
    type: 'wend/start-journey',
    config: { journey: { id, name: 'X' }, data: [] },
  });
  expect((await compiled(line('Begin A', [start(closed)]), 'A')).answer.body.code).toBe('no-journey-entry');
  const gone = '2b1c5f0e-8f5e-4b43-9d0e-6f9a3a1c7f11';
  expect((await compiled(line('Begin B', [start(gone)]), 'B')).answer.body.code).toBe('unknown-journey');
}, 120_000);
