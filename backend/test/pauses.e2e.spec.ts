import type { Graph } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Runs } from '../src/enrollments/index.js';
import { identify, publish, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
}, 120_000);
afterAll(() => chain?.close());

const awaiting = (id: string, event: string, to: string): Step => ({
  id,
  type: 'wend/wait-for-events',
  config: {
    events: [{ id: 'go', label: 'Go', trigger: { kind: 'event', event } }],
    timeout: { amount: 30, unit: 'days' },
    lookBack: false,
  },
  to: { go: to },
});
const sms = (id: string, to?: string): Step => ({
  id,
  type: 'wend/sms',
  config: { text: id },
  ...(to && { to: { queued: to, notReachable: to } }),
});

let number = 0;
/** A journey with people who wait for something before each of two messages. */
async function entered(
  people: string[],
  settings: Partial<Graph['settings']> = {},
): Promise<{ id: string; users: string[]; all: (event: string) => Promise<void>; events: string[] }> {
  number += 1;
  const events = [`In ${number}`, `First ${number}`, `Second ${number}`];
  const graph = graphOf(
    [
      entry(events[0]!, 'before'),
      awaiting('before', events[1]!, 'first'),
      sms('first', 'between'),
      awaiting('between', events[2]!, 'second'),
      sms('second'),
    ],
    settings,
  );
  const id = await publish(chain, { name: `Paused ${number}`, graph });
  const users = people.map((name) => `${name} ${number}`);
  for (const [index, userId] of users.entries())
    await identify(chain, { userId, traits: { phone: `+3161${number}0000${index}` } });
  const all = async (event: string) => {
    for (const userId of users) await track(chain, { userId, event });
  };
  await all(events[0]!);
  await standing(id, 'before', users.length);
  return { id, users, all, events };
}
const standing = (id: string, node: string, count: number) =>
  until(
    async () => (await runsOf(chain, id)).filter((run) => run.node === node && !run.held).length === count,
    `${count} people to be at ${node}`,
    60_000,
  );
const held = (id: string, count: number) =>
  until(
    async () => (await runsOf(chain, id)).filter((run) => run.held).length === count,
    `${count} runs to be held`,
    60_000,
  );
async function control(id: string, body: object): Promise<void> {
  const { status, body: answer } = await chain.owner.send('POST', `/api/journeys/${id}/control`, body);
  expect(status, JSON.stringify(answer)).toBe(200);
}
const pauseOf = async (id: string) => (await chain.owner.get(`/api/journeys/${id}/pause`)).body;
const messagesOf = async (id: string): Promise<any[]> =>
  (await chain.owner.get(`/api/messages?journeyId=${id}`)).body.items;
const settled = (id: string, count: number) =>
  until(
    async () => {
      const messages = await messagesOf(id);
      return (
        messages.length === count &&
        messages.every(({ status }) => status === 'delivered' || status === 'suppressed') &&
        messages
      );
    },
    `${count} messages to be settled`,
    60_000,
  );
const said = (messages: any[]) =>
  messages.map(({ status, reason }) => (reason ? `${status}: ${reason}` : status)).sort();

it('holds what falls due and sends it when the journey is resumed, and says before how much that is', async () => {
  const { id, all, events } = await entered(['ann', 'bob']);
  expect(await pauseOf(id)).toMatchObject({ pause: null, held: { runs: 0, messages: 0 }, waiting: 2 });
  await control(id, { action: 'pause' });
  await all(events[1]!);
  await held(id, 2);
  expect(await pauseOf(id)).toMatchObject({
    pause: { overdue: 'hold', resumedAt: null },
    held: { runs: 2, entering: 0, messages: 0, oldestRun: expect.any(String) },
    waiting: 0,
  });
  expect(await messagesOf(id)).toEqual([]);
  await control(id, { action: 'resume' });
  expect(said(await settled(id, 2))).toEqual(['delivered', 'delivered']);
  const { pause, held: left } = await pauseOf(id);
  expect(pause.resumedAt).not.toBeNull();
  expect(left).toMatchObject({ runs: 0, messages: 0 });
});

it('skips the messages that fell due in a pause, lets runs go on, and sends what falls due after it', async () => {
  const { id, users, all, events } = await entered(['cat', 'dan', 'eve']);
  await control(id, { action: 'pause', overdue: 'skip' });
  await all(events[1]!);
  // Who comes in meanwhile begins when it is resumed.
  await track(chain, { userId: `late ${number}`, event: events[0]! });
  await held(id, 4);
  expect((await pauseOf(id)).held).toMatchObject({ runs: 4, entering: 1 });
  await control(id, { action: 'resume' });
  await standing(id, 'between', 3);
  const skipped = await settled(id, 3);
  expect(said(skipped)).toEqual(Array.from({ length: 3 }, () => 'suppressed: paused'));
  const { body } = await chain.owner.get(`/api/messages/${skipped[0].id}`);
  expect(JSON.stringify(body)).toContain('fell due while the journey was paused');
  for (const userId of users) await track(chain, { userId, event: events[2]! });
  expect(said(await settled(id, 6)).filter((each) => each === 'delivered')).toHaveLength(3);
});

it('takes what is said last, and the first pause that held a run counts for it', async () => {
  const { id, users, events } = await entered(['fay', 'gus']);
  await control(id, { action: 'pause', overdue: 'hold' });
  await track(chain, { userId: users[0]!, event: events[1]! });
  await held(id, 1);
  await control(id, { action: 'pause', overdue: 'skip' });
  expect((await pauseOf(id)).pause.overdue).toBe('skip');
  // Nobody takes the first one up before the next pause.
  await chain.stopWorker();
  await control(id, { action: 'resume' });
  await control(id, { action: 'pause', overdue: 'hold' });
  await chain.restartWorker();
  await track(chain, { userId: users[1]!, event: events[1]! });
  await held(id, 2);
  await control(id, { action: 'resume' });
  expect(said(await settled(id, 2))).toEqual(['delivered', 'suppressed: paused']);
});

it('sends one person only the last of what a pause held, also when the worker is killed in between', async () => {
  const always = { reentry: { rule: 'always' as const } };
  const { id, users, events } = await entered(['hal'], always);
  const [userId] = users as [string];
  for (const count of [2, 3]) {
    await track(chain, { userId, event: events[0]! });
    await standing(id, 'before', count);
  }
  await control(id, { action: 'pause', overdue: 'latest' });
  await track(chain, { userId, event: events[1]! });
  await held(id, 3);
  await control(id, { action: 'resume' });
  await until(async () => (await messagesOf(id)).length > 0, 'the first message');
  await chain.stopWorker();
  await chain.restartWorker();
  expect(said(await settled(id, 3))).toEqual(['delivered', 'suppressed: paused', 'suppressed: paused']);
  const [last] = (await messagesOf(id)).sort((a, b) => b.queuedAt.localeCompare(a.queuedAt));
  expect(last.status).toBe('delivered');
});

it('lets go of what was held as fast as was said', async () => {
  const { id, all, events } = await entered(['ida', 'jon', 'kim']);
  await control(id, { action: 'pause' });
  await all(events[1]!);
  await held(id, 3);
  await control(id, { action: 'resume', perMinute: 30 });
  const resumedAt = Date.now();
  await standing(id, 'between', 3);
  // One at once, and the others two seconds after each other.
  expect(Date.now() - resumedAt).toBeGreaterThan(3_500);
  await settled(id, 3);
});

it('refuses what cannot be', async () => {
  const { id } = await entered(['lou']);
  for (const body of [
    { action: 'pause', overdue: 'whatever' },
    { action: 'resume', perMinute: 0 },
    { action: 'stop', overdue: 'skip' },
  ])
    expect((await chain.owner.send('POST', `/api/journeys/${id}/control`, body)).status, JSON.stringify(body)).toBe(
      400,
    );
});

const day = 86_400_000;
/** A person who is in the first of two waits of days, each before a message; lets days pass in the run. */
async function waitingFor(days: number): Promise<{ id: string; run: any; pass: (count: number) => Promise<void> }> {
  number += 1;
  const events = [`In ${number}`, `Begun ${number}`];
  const wait = (id: string, to: string): Step => ({
    id,
    type: 'wend/wait',
    config: { duration: { amount: days, unit: 'days' } },
    to: { next: to },
  });
  const graph = graphOf([
    entry(events[0]!, 'before'),
    awaiting('before', events[1]!, 'days'),
    wait('days', 'first'),
    sms('first', 'more'),
    wait('more', 'second'),
    sms('second'),
  ]);
  const id = await publish(chain, { name: `Days ${number}`, graph });
  const userId = `mia ${number}`;
  await identify(chain, { userId, traits: { phone: '+31611111111' } });
  await track(chain, { userId, event: events[0]! });
  await standing(id, 'before', 1);
  await track(chain, { userId, event: events[1]! });
  await standing(id, 'days', 1);
  const [run] = await runsOf(chain, id);
  const runs = chain.api.app.get(Runs, { strict: false }).client;
  return { id, run, pass: (count) => runs.skip({ workflowId: `enrollment/${run.id}`, ms: count * day }) };
}
const untilOf = async (enrollmentId: string) =>
  (
    await chain.api.database.query<{ until: Date }>('select until from timers where enrollment_id = $1', [enrollmentId])
  )[0]?.until.getTime();

it('after three weeks of pause sends one message, or none of them, and goes on from there', async () => {
  const kept = await waitingFor(14);
  const skipped = await waitingFor(14);
  await control(kept.id, { action: 'pause' });
  await control(skipped.id, { action: 'pause', overdue: 'skip' });
  for (const { id, pass } of [kept, skipped]) {
    await pass(21);
    await held(id, 1);
    await control(id, { action: 'resume' });
    await standing(id, 'more', 1);
  }
  expect(said(await settled(kept.id, 1))).toEqual(['delivered']);
  expect(said(await settled(skipped.id, 1))).toEqual(['suppressed: paused']);
  await skipped.pass(15);
  expect(said(await settled(skipped.id, 2))).toEqual(['delivered', 'suppressed: paused']);
}, 180_000);

it('shifts a wait by three weeks of pause, over a kill, and what was left of it is left', async () => {
  const { id, run, pass } = await waitingFor(14);
  const due = (await untilOf(run.id))!;
  await control(id, { action: 'pause', overdue: 'shift' });
  expect(await pauseOf(id)).toMatchObject({ shifting: 1, waiting: 1 });
  await pass(21);
  await held(id, 1);
  await chain.stopWorker();
  await control(id, { action: 'resume' });
  // It was paused for as long as passed in the run.
  await chain.api.database.query(
    `update journey_pauses set resumed_at = resumed_at + interval '21 days' where journey_id = $1`,
    [id],
  );
  await chain.restartWorker();
  await standing(id, 'days', 1);
  expect(Math.abs((await untilOf(run.id))! - due - 21 * day)).toBeLessThan(60_000);
  await pass(13);
  expect(await messagesOf(id)).toEqual([]);
  await pass(2);
  expect(said(await settled(id, 1))).toEqual(['delivered']);
}, 180_000);
