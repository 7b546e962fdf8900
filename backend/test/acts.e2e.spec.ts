import type { EnrollmentDetail, JsonObject } from '@wend/contract';
import type { Graph } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from './api.js';
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
  const answer = await publishDraft(chain.owner, made.body.id);
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

const forEach = (journey: string, config: JsonObject = {}): Step => ({
  id: 'each',
  type: 'wend/for-each',
  config: {
    who: { kind: 'list', ids: '{{ entry.followers }}', idField: 'user' },
    journey: { id: journey, name: 'Notify' },
    data: [{ name: 'post', value: '{{ entry.post }}' }],
    once: 'within',
    within: { amount: 1, unit: 'days' },
    key: '{{ entry.post }}',
    ...config,
  },
});
const doorOf = (...fields: string[]): Step => ({
  id: 'door',
  type: 'wend/entry-journey',
  config: { fields: fields.map((path, index) => ({ id: `f${index}`, path })) },
});

it('a comment starts a journey for all who follow, once for each post, and both runs say so', async () => {
  const notify = await publish(chain, { name: 'Notify', graph: line(doorOf('post', 'actor.name'), [day]) });
  const comments = await publish(chain, { name: 'Comments', graph: line('Commented', [forEach(notify)]) });
  await identify(chain, { userId: 'anna', traits: { name: '안나', email: 'anna@example.com' } });
  for (const id of ['ben', 'cleo', 'dora']) await identify(chain, { userId: id, traits: { name: id } });
  const followers = ['ben', 'ben', { user: 'cleo' }, 'anna', 'nobody'];
  const commented = async (post: number, list: unknown): Promise<EnrollmentDetail> => {
    const before = (await runsOf(comments)).length;
    await track(chain, { userId: 'anna', event: 'Commented', properties: { post, followers: list } });
    const id = await until(async () => {
      const runs = await runsOf(comments);
      return runs.length > before && runs[0].status === 'completed' ? (runs[0].id as string) : null;
    }, 'the run to end');
    await until(async () => (await detailOf(id)).actions[0]?.batch?.state === 'done', 'all to have entered');
    return detailOf(id);
  };
  const first = await commented(7, followers);
  expect(first.actions[0]).toMatchObject({
    kind: 'recipients',
    state: 'done',
    batch: {
      total: 2,
      entered: 2,
      recipients: { found: 3, unknown: 1, self: 1, before: 0, beyond: 0 },
    },
  });
  const started = await runsOf(notify);
  expect(started.map(({ profile }) => profile.externalId).sort()).toEqual(['ben', 'cleo']);
  const theirs = await detailOf(started[0].id);
  expect(theirs.causedBy).toMatchObject({ id: first.id, journeyId: comments, journeyName: 'Comments', name: '안나' });
  const [input] = theirs.steps[0]!.inputs as [{ entry: { properties: JsonObject } }];
  expect(input.entry.properties).toEqual({});
  const [row] = await chain.api.database.query<{ entry_data: JsonObject }>(
    'select entry_data from enrollments where id = $1',
    [started[0].id],
  );
  expect(row?.entry_data).toEqual({ post: 7, actor: { id: 'anna', name: '안나' } });
  expect(first.causedBy).toBeNull();

  const again = await commented(7, ['ben', 'cleo', 'dora']);
  expect(again.actions[0]?.batch).toMatchObject({ total: 1, entered: 1, recipients: { found: 3, before: 2 } });
  const other = await commented(8, ['ben']);
  expect(other.actions[0]?.batch).toMatchObject({ entered: 1 });
  expect(await runsOf(notify)).toHaveLength(4);
}, 120_000);

it('people who have the person in a list of theirs are reached, and a test run says how many', async () => {
  const notify = await publish(chain, { name: 'Notify 2', graph: line(doorOf(), [day]) });
  const who = { kind: 'relation', trait: 'follows', value: '{{ entry.author }}', idField: 'id' };
  const graph = line('Posted', [forEach(notify, { who, data: [], once: 'run' })]);
  await identify(chain, { userId: 'fan-1', traits: { follows: ['star', 'x'] } });
  await identify(chain, { userId: 'fan-2', traits: { follows: [{ id: 'star' }] } });
  await identify(chain, { userId: 'fan-3', traits: { follows: ['stars'] } });
  const made = await chain.owner.send('POST', '/api/journeys', { name: 'Posts', graph });
  const test = await chain.owner.send('POST', `/api/journeys/${made.body.id}/test-runs`, {
    properties: { author: 'star' },
  });
  expect(test.status, JSON.stringify(test.body)).toBe(201);
  const tried = await until(async () => {
    const [action] = (await detailOf(test.body.enrollmentId)).actions;
    return action?.result ?? action?.error ?? null;
  }, 'the test run to say');
  expect(tried).toEqual({ would: { count: 2, found: 2, unknown: 0, self: 0, before: 0, beyond: 0 } });
  expect(await runsOf(notify)).toEqual([]);

  const published = await publishDraft(chain.owner, made.body.id);
  expect(published.status, JSON.stringify(published.body)).toBe(201);
  await track(chain, { userId: 'star', event: 'Posted', properties: { author: 'star' } });
  await until(async () => (await runsOf(notify)).length === 2, 'both fans to have entered');
}, 120_000);

it('circles by a step for several people are refused, as is a journey that nobody could enter', async () => {
  const target = await chain.owner.send('POST', '/api/journeys', { name: 'Round', graph: line(doorOf(), [day]) });
  const { id } = target.body;
  await publishDraft(chain.owner, id);
  const back = await publish(chain, { name: 'There', graph: line(doorOf(), [forEach(id)]) });
  const saved = await chain.owner.send('GET', `/api/journeys/${id}`);
  const changed = await chain.owner.send('PUT', `/api/journeys/${id}/draft`, {
    graph: line(doorOf(), [forEach(back)]),
    revision: saved.body.revision,
  });
  expect(changed.status, JSON.stringify(changed.body)).toBe(200);
  const again = await publishDraft(chain.owner, id);
  expect(again.body.code).toBe('journey-circle');
  const closed = await publish(chain, { name: 'No door 2', graph: line('Elsewhere 2', [day]) });
  expect((await compiled(line('Begin C', [forEach(closed)]), 'C')).answer.body.code).toBe('no-journey-entry');
}, 120_000);
