import { randomUUID } from 'node:crypto';
import type { Goal } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from './api.js';
import { fastForward, identify, publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

/** What reaches the goals of a journey, from its settings to the screens. */

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
});
afterAll(() => chain?.close());

const sameOrder = {
  op: 'compare',
  left: { source: 'property', path: 'order' },
  is: 'equals',
  value: { entry: 'order' },
} as const;
const purchase: Goal = {
  id: 'buy',
  name: 'Purchase',
  event: 'Bought',
  where: sameOrder,
  withinSeconds: 3_600,
  value: 'revenue',
  currency: 'EUR',
};
const mail: Step = {
  id: 'mail',
  type: 'wend/email',
  config: { subject: 'Hello', body: '<p>Hello</p>', messageClass: 'transactional' },
  to: { queued: 'end' },
};
const end: Step = { id: 'end', type: 'wend/exit', config: { reason: 'Done' } };

it(
  'counts what people do in time, also after their run has ended, with the message before it',
  { timeout: 90_000 },
  async () => {
    const event = `Ordered ${randomUUID()}`;
    await chain.owner.send('PUT', '/api/channels/sandbox', { channel: 'email', sandbox: true });
    const journeyId = await publish(chain, {
      name: 'Goals',
      graph: graphOf([entry(event, 'mail'), mail, end], { goals: [purchase] }),
    });
    await identify(chain, { userId: 'ann', traits: { email: 'ann@example.com' } });
    await track(chain, { userId: 'ann', event, properties: { order: 'a' } });
    const run = await until(async () => {
      const [found] = await runsOf(chain, journeyId);
      const detail = found && (await runOf(chain, found.id));
      return detail?.endedAt !== null && detail?.messages[0]?.sentAt && detail;
    }, 'the run to end and its message to go out');
    await track(chain, { userId: 'ann', event: 'Bought', properties: { order: 'b', revenue: 99 } });
    await track(chain, { userId: 'ann', event: 'Bought', properties: { order: 'a', revenue: 12.5 } });
    const reached = await until(async () => {
      const detail = await runOf(chain, run.id);
      return detail.goalHits.length > 0 && detail;
    }, 'the goal');
    expect(reached.goalHits).toMatchObject([
      {
        id: 'buy',
        name: 'Purchase',
        event: 'Bought',
        value: 12.5,
        currency: 'EUR',
        firstTouch: { node: 'mail', messageId: run.messages[0].id },
        lastTouch: { node: 'mail' },
      },
    ]);
    expect(Date.parse(reached.goalHits[0].at)).toBeGreaterThanOrEqual(Date.parse(reached.endedAt));
    expect((await runsOf(chain, journeyId))[0].goals).toEqual(['Purchase']);
    const withGoal = async (goal: string) =>
      (await chain.owner.get(`/api/journeys/${journeyId}/enrollments?goal=${goal}`)).body.items.map(
        ({ id }: { id: string }) => id,
      );
    expect(await withGoal('buy')).toEqual([reached.id]);
    expect(await withGoal('other')).toEqual([]);
    expect((await chain.owner.get(`/api/profiles/${reached.profile.id}`)).body.enrollments[0].goals).toEqual([
      'Purchase',
    ]);
    const figures = await until(async () => {
      const { body } = await chain.owner.get(`/api/journeys/${journeyId}/live`);
      return body.goals[0]?.runs === 1 && body;
    }, 'the figures');
    expect(figures.goals).toEqual([
      {
        id: 'buy',
        name: 'Purchase',
        event: 'Bought',
        withinSeconds: 3_600,
        runs: 1,
        conversions: 1,
        values: [{ currency: 'EUR', value: 12.5 }],
        control: null,
        touches: [{ node: 'mail', first: 1, last: 1 }],
        untouched: 0,
      },
    ]);
  },
);

it('shows a test run its own goals and counts them nowhere', { timeout: 90_000 }, async () => {
  const graph = graphOf(
    [
      entry('Ordered', 'wait'),
      { id: 'wait', type: 'wend/wait', config: { duration: { amount: 10, unit: 'minutes' } }, to: { next: 'end' } },
      end,
    ],
    { goals: [purchase] },
  );
  const created = await chain.owner.send('POST', '/api/journeys', { name: 'Tried out', graph });
  const started = await chain.owner.send('POST', `/api/journeys/${created.body.id}/test-runs`, {
    traits: { email: 'made@example.com' },
    properties: { order: 'a' },
  });
  expect(started.status, JSON.stringify(started.body)).toBe(201);
  const id = started.body.enrollmentId;
  await fastForward(chain, id, { seconds: 300 });
  const sent = await chain.owner.send('POST', `/api/enrollments/${id}/test-events`, {
    event: 'Bought',
    properties: { order: 'a', revenue: 3 },
  });
  expect(sent.status, JSON.stringify(sent.body)).toBeLessThan(300);
  const reached = await until(async () => {
    const detail = await runOf(chain, id);
    return detail.goalHits.length > 0 && detail;
  }, 'the goal');
  expect(reached.goalHits).toMatchObject([{ id: 'buy', value: 3 }]);
  expect(
    await chain.api.database.query(
      'select 1 from goal_totals t join journey_versions v on v.id = t.version_id where v.journey_id = $1',
      [created.body.id],
    ),
  ).toEqual([]);
});

it('publishes no goal without a name, an event or a window, and none that looks at a result of a step', async () => {
  const goals = [
    { id: 'a', name: '', event: '', withinSeconds: null },
    {
      ...purchase,
      where: { op: 'compare', left: { source: 'property', path: 'id' }, is: 'equals', value: { run: 'mail.x' } },
    },
  ] as unknown as Goal[];
  const { body } = await chain.owner.send('POST', '/api/journeys', {
    name: 'Unfinished',
    graph: graphOf([entry('Ordered', 'end'), end], { goals }),
  });
  const published = await publishDraft(chain.owner, body.id);
  expect(published.status).toBe(422);
  expect(published.body.issues.filter((each: any) => each.severity === 'error').map((each: any) => each.path)).toEqual([
    'settings.goals[0].event',
    'settings.goals[0].name',
    'settings.goals[0].withinSeconds',
    'settings.goals[1].where',
  ]);
});
