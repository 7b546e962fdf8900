import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Graph } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pathOf, publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

/** WEND_VISITORS=1000 lets more come in. */
const crowd = Number(process.env['WEND_VISITORS'] ?? 300);

let chain: Chain;
let key: string;
beforeAll(async () => {
  chain = await startChain();
  ({ key } = await chain.workspace.key('ingest'));
});
afterAll(() => chain?.close());

async function send(path: string, body: object): Promise<void> {
  const answer = await chain.api.stranger.send('POST', path, { writeKey: key, ...body });
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}
const control = (journeyId: string, action: string) =>
  chain.owner.send('POST', `/api/journeys/${journeyId}/control`, { action });
const queueEmpty = () =>
  until(
    async () => (await chain.api.database.query('select 1 from event_queue')).length === 0,
    'the queue to be empty',
  );
const awaiting = (event: string, seconds = 86_400): Step => ({
  id: 'wait',
  type: 'wend/wait-for-events',
  config: {
    events: [{ id: 'done', label: 'Done', trigger: { kind: 'event', event } }],
    timeout: { amount: seconds, unit: 'seconds' },
    lookBack: false,
  },
  to: {},
});
const oneRun = async (journeyId: string, holds: (run: any) => boolean, what: string): Promise<any> =>
  until(async () => (await runsOf(chain, journeyId)).find(holds), what);

it('who comes in while a journey is paused enters when it is resumed, and has missed nothing', async () => {
  const journeyId = await publish(chain, {
    name: 'Paused door',
    graph: graphOf([entry('Came', 'wait'), awaiting('Done')]),
  });
  await control(journeyId, 'pause');
  await track(chain, { userId: 'late', event: 'Came' });
  const held = await oneRun(journeyId, (run) => run.held, 'the run to be held');
  expect(held).toMatchObject({ status: 'starting', node: null });
  await track(chain, { userId: 'late', event: 'Done' });
  await queueEmpty();
  const resumedAt = Date.now();
  await control(journeyId, 'resume');
  const run = await runOf(
    chain,
    (await oneRun(journeyId, ({ status }) => status === 'completed', 'the run to end')).id,
  );
  expect(pathOf(run)).toEqual(['entry:next', 'wait:done']);
  expect(Date.parse(run.visits[0].enteredAt)).toBeGreaterThanOrEqual(resumedAt);
});

it('who came in while a journey was paused leaves when it is stopped', async () => {
  const journeyId = await publish(chain, {
    name: 'Closed door',
    graph: graphOf([entry('Knocked', 'wait'), awaiting('Done')]),
  });
  await control(journeyId, 'pause');
  await track(chain, { userId: 'stopped', event: 'Knocked' });
  await track(chain, { userId: 'cancelled', event: 'Knocked' });
  await until(
    async () => (await runsOf(chain, journeyId)).filter((run) => run.held).length === 2,
    'the runs to be held',
  );
  const [one] = await runsOf(chain, journeyId);
  expect(
    (await chain.owner.send('POST', `/api/enrollments/${one.id}/cancel`, { reason: 'Asked for' })).status,
  ).toBeLessThan(300);
  await oneRun(
    journeyId,
    (run) => run.id === one.id && run.status === 'cancelled' && run.endReason === 'Asked for',
    'the run to end',
  );
  await control(journeyId, 'stop');
  const other = await oneRun(
    journeyId,
    (run) => run.id !== one.id && run.status === 'cancelled',
    'the other run to end',
  );
  expect(other).toMatchObject({ endReason: 'The journey was stopped', held: false });
  await track(chain, { userId: 'too late', event: 'Knocked' });
  await queueEmpty();
  expect(await runsOf(chain, journeyId)).toHaveLength(2);
});

it('old events let nobody in unless the entry takes them, and imported ones neither start nor wake anything but count', async () => {
  const waiting = (event: string, config: object): Graph =>
    graphOf([
      { ...entry(event, 'wait'), config: { event, ...config } },
      { ...awaiting('Ordered'), to: { done: 'branch' } },
      {
        id: 'branch',
        type: 'wend/branch',
        config: {
          branches: [
            {
              id: 'often',
              label: 'Often',
              rule: { op: 'compare', left: { source: 'eventCount', event: 'Ordered' }, is: 'atLeast', value: 3 },
            },
          ],
        },
        to: { often: 'often', else: 'seldom' },
      },
      { id: 'often', type: 'wend/exit', config: { reason: 'often' } },
      { id: 'seldom', type: 'wend/exit', config: { reason: 'seldom' } },
    ]);
  const usual = await publish(chain, { name: 'Usual', graph: waiting('Joined', {}) });
  const short = await publish(chain, {
    name: 'Short',
    graph: waiting('Joined', { maximumAge: { amount: 10, unit: 'minutes' } }),
  });
  const any = await publish(chain, { name: 'Any', graph: waiting('Joined', { anyAge: true }) });
  const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
  await send('/v1/import', {
    batch: [
      { type: 'track', userId: 'imported', event: 'Joined' },
      { type: 'track', userId: 'old', event: 'Ordered', timestamp: ago(9e9) },
    ],
  });
  await send('/v1/track', { userId: 'old', event: 'Joined', timestamp: '2019-05-01T12:00:00Z' });
  await send('/v1/track', { userId: 'recent', event: 'Joined', timestamp: ago(3_600_000) });
  await send('/v1/track', { userId: 'now', event: 'Joined' });
  const people = async (journeyId: string) =>
    (await runsOf(chain, journeyId)).map((run) => run.profile.externalId).sort();
  await until(
    async () => (await people(any)).length === 3 && (await runsOf(chain, any)).every(({ node }) => node === 'wait'),
    'the waits',
  );
  await queueEmpty();
  expect([await people(usual), await people(short), await people(any)]).toEqual([
    ['now', 'recent'],
    ['now'],
    ['now', 'old', 'recent'],
  ]);
  // Neither what is imported now ends the wait, however new it is; the next real one does, and all count.
  await send('/v1/import', { batch: [{ type: 'track', userId: 'old', event: 'Ordered' }] });
  await send('/v1/track', { userId: 'recent', event: 'Ordered' });
  await oneRun(
    any,
    (run) => run.profile.externalId === 'recent' && run.endReason === 'seldom',
    'the one who ordered once',
  );
  expect((await runsOf(chain, any)).find((run) => run.profile.externalId === 'old')).toMatchObject({
    node: 'wait',
    status: 'running',
  });
  await send('/v1/track', { userId: 'old', event: 'Ordered' });
  await oneRun(
    any,
    (run) => run.profile.externalId === 'old' && run.endReason === 'often',
    'the one who ordered often',
  );
});

it(
  `${crowd} visitors who log in as known users a moment after they came in: every run sees what they do then`,
  { timeout: 300_000 },
  async () => {
    const journeyId = await publish(chain, {
      name: 'Logins',
      graph: graphOf([entry('Login Begun', 'wait'), awaiting('Login Done')]),
    });
    const visitors = Array.from({ length: crowd }, () => ({
      userId: `known-${randomUUID()}`,
      anonymousId: randomUUID(),
    }));
    await send('/v1/batch', {
      batch: visitors.map(({ userId }) => ({ type: 'identify', userId, traits: { plan: 'free' } })),
    });
    const pending = [...visitors];
    const logIn = async (): Promise<void> => {
      for (let visitor = pending.pop(); visitor; visitor = pending.pop()) {
        const { userId, anonymousId } = visitor;
        await send('/v1/track', { anonymousId, event: 'Login Begun' });
        // The moment between the page and the login decides what the merge meets: the router, the first step, the wait.
        await delay(randomInt(60));
        await send('/v1/identify', { userId, anonymousId });
        await delay(randomInt(60));
        await send('/v1/track', { userId, event: 'Login Done' });
      }
    };
    await Promise.all(Array.from({ length: 20 }, logIn));
    const states = () =>
      chain.api.database.query<{ state: string; count: number }>(
        `select e.status || coalesce(' ' || v.port, '') || case
       when p.merged_into is null then ''
       else ' (of nobody)'
       end as state,
       count(*)::int as count
     from enrollments e
     join profiles p on p.workspace_id = e.workspace_id and p.id = e.profile_id
     left join visits v on v.workspace_id = e.workspace_id and v.enrollment_id = e.id and v.node = 'wait'
     where e.workspace_id = $1 and e.journey_id = $2 group by 1 order by 1`,
        [chain.workspace.id, journeyId],
      );
    const done = [{ state: 'completed done', count: crowd }];
    await until(async () => JSON.stringify(await states()) === JSON.stringify(done), 'every run to end', 120_000).catch(
      () => undefined,
    );
    expect(await states()).toEqual(done);
  },
);
