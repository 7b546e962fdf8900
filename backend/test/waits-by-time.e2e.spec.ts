import { afterAll, beforeAll, expect, it } from 'vitest';
import { fastForward, runOf, startChain, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
}, 120_000);
afterAll(() => chain?.close());

const dayMs = 86_400_000;
/** Whole days from a moment on, as the calendar in Seoul says them: there are no changes of clocks there. */
const seoulDay = (days: number, from = Date.now()) =>
  new Date(from + 9 * 3_600_000 + days * dayMs).toISOString().slice(0, 10);
const seoulClock = (at: number) => new Date(at + 9 * 3_600_000).toISOString().slice(0, 16);

async function begin(): Promise<string> {
  const created = await chain.owner.send('POST', '/api/journeys', {
    name: 'Renewal',
    graph: graphOf([
      entry('Signed Up', 'tomorrow'),
      {
        id: 'tomorrow',
        type: 'wend/wait',
        config: { duration: { amount: 1, unit: 'calendarDays' }, at: 'time', time: '20:15' },
        to: { next: 'office' },
      },
      {
        id: 'office',
        type: 'wend/wait-window',
        config: { windows: [{ from: '09:00', to: '18:00' }] },
        to: { next: 'still' },
      },
      {
        id: 'still',
        type: 'wend/wait-window',
        config: { windows: [{ from: '08:00', to: '18:00' }] },
        to: { next: 'renewal' },
      },
      {
        id: 'renewal',
        type: 'wend/wait-date',
        config: {
          date: { kind: 'trait', trait: 'renewal' },
          shift: { kind: 'before', offset: { amount: 3, unit: 'calendarDays' }, at: 'time', time: '10:00' },
        },
        to: { next: 'reminder' },
      },
      { id: 'reminder', type: 'wend/email', config: { subject: 'Soon', body: '<p>Soon</p>' }, to: {} },
    ]),
  });
  expect(created.status, JSON.stringify(created.body)).toBe(201);
  return `/api/journeys/${created.body.id}`;
}

async function passOf(journey: string, traits: Record<string, unknown>) {
  const started = await chain.owner.send('POST', `${journey}/test-runs`, {
    traits: { email: 'a@example.com', timezone: 'Asia/Seoul', ...traits },
    properties: {},
  });
  expect(started.status, JSON.stringify(started.body)).toBe(201);
  const id = started.body.enrollmentId as string;
  await until(async () => (await runOf(chain, id)).wait, 'the first wait');
  expect(await fastForward(chain, id, 'end')).toMatchObject({ state: 'done' });
  return until(async () => {
    const run = await runOf(chain, id);
    return run.endedAt !== null && run;
  }, 'the end');
}

it('waits by the calendar, for a window and for a date, where the person lives', { timeout: 180_000 }, async () => {
  const journey = await begin();
  const renewal = seoulDay(30);
  const run = await passOf(journey, { renewal });
  const entered = Date.parse(run.enteredAt);
  const dayBefore = (day: string, days: number) =>
    new Date(Date.parse(`${day}T00:00:00Z`) - days * dayMs).toISOString().slice(0, 10);
  const visit = (node: string) => run.visits.find((each: { node: string }) => each.node === node);
  const left = (node: string) => seoulClock(Date.parse(visit(node).leftAt));
  expect(left('tomorrow')).toBe(`${seoulDay(1, entered)}T20:15`);
  expect(left('office')).toBe(`${seoulDay(2, entered)}T09:00`);
  // It was open: no time passed, and nothing was waited for.
  expect(visit('still')).toMatchObject({
    leftAt: visit('still').enteredAt,
    port: 'next',
    trace: { kind: 'atOnce', port: 'next', because: { of: 'window', zone: 'Asia/Seoul', window: '08:00–18:00' } },
  });
  expect(left('renewal')).toBe(`${dayBefore(renewal, 3)}T10:00`);
  expect(visit('renewal')).toMatchObject({
    port: 'next',
    trace: { kind: 'timer', because: { of: 'date', value: renewal, asked: `${dayBefore(renewal, 3)} 10:00` } },
  });
  expect(run.messages).toHaveLength(1);
});

it.each([
  ['past', '2020-01-01', { port: 'past' }],
  ['unreadable', 'next spring', { port: 'unreadable', why: 'noDate' }],
  ['unreadable', undefined, { port: 'unreadable', why: 'missing' }],
])('leaves by “%s” for %s, at once', { timeout: 120_000 }, async (port, renewal, because) => {
  const run = await passOf(await begin(), renewal === undefined ? {} : { renewal });
  const visit = run.visits.find(({ node }: { node: string }) => node === 'renewal');
  expect(visit).toMatchObject({ port, leftAt: visit.enteredAt, trace: { kind: 'atOnce', port, because } });
  expect(run.messages).toEqual([]);
});
