import { randomUUID } from 'node:crypto';
import { addNode, connect, emptyGraph, messageEvents } from '@wend/contract';
import type { Graph, GraphNode, JsonObject } from '@wend/contract';
import { goldenJourneys, isVirtual, welcomeSeries } from '@wend/contract/fixtures';
import { fold, initialState } from '@wend/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Runs } from '../src/enrollments/index.js';
import {
  browserAgent,
  fastForward,
  identify,
  pathOf,
  publish,
  runOf,
  runsOf,
  startChain,
  track,
  until,
} from './chain.js';
import type { Chain } from './chain.js';

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
});
afterAll(() => chain?.close());

type Step = { id: string; type: string; config: JsonObject; to?: Record<string, string> };
function graphOf(steps: Step[], settings: Partial<Graph['settings']> = {}): Graph {
  let graph: Graph = { ...emptyGraph(), settings: { ...emptyGraph().settings, ...settings } };
  for (const { id, type, config } of steps)
    graph = addNode(graph, {
      node: { id, type, version: 1, name: id, config, position: { x: 0, y: 0 } } satisfies GraphNode,
    });
  for (const { id, to } of steps)
    for (const [port, target] of Object.entries(to ?? {})) graph = connect(graph, { from: id, port, to: target });
  return graph;
}

describe('the whole chain', () => {
  it('takes a person from an SDK call through an email, a click on its link and the other branch to a replay that folds to the same', async () => {
    const journeyId = await publish(chain, {
      name: 'Clicks',
      graph: graphOf([
        { id: 'entry', type: 'wend/entry-event', config: { event: 'Signed Up' }, to: { next: 'mail' } },
        {
          id: 'mail',
          type: 'wend/email',
          config: {
            subject: 'Welcome, {{ profile.first_name }}',
            body: '<p>Hello</p><p><a href="https://example.com/start">Start</a></p>',
          },
          to: { queued: 'wait', notReachable: 'unreachable' },
        },
        {
          id: 'wait',
          type: 'wend/wait-for-events',
          config: {
            events: [{ id: 'clicked', label: 'Clicked', trigger: { kind: 'message', node: 'mail', state: 'clicked' } }],
            timeout: { amount: 1, unit: 'days' },
            lookBack: false,
          },
          to: { clicked: 'active', timeout: 'quiet' },
        },
        { id: 'active', type: 'wend/exit', config: { reason: 'active' } },
        { id: 'quiet', type: 'wend/exit', config: { reason: 'quiet' } },
        { id: 'unreachable', type: 'wend/exit', config: { reason: 'unreachable' } },
      ]),
    });
    const userId = randomUUID();
    await identify(chain, { userId, traits: { email: 'mina@example.com', first_name: 'Mina' } });
    await track(chain, { userId, event: 'Signed Up', properties: { plan: 'free' } });
    const mail = await until(
      async () =>
        (await chain.owner.get('/api/messages')).body.items.find(
          (message: any) => message.journey.id === journeyId && message.status === 'delivered',
        ),
      'the email',
    );
    expect(mail).toMatchObject({ title: 'Welcome, Mina', to: 'mina@example.com' });
    const live = await until(async () => {
      const figures = (await chain.owner.get(`/api/journeys/${journeyId}/live`)).body;
      return figures.nodes.wait?.waiting === 1 && figures;
    }, 'the live figures');
    expect(live).toMatchObject({ entered: 1, active: 1, nodes: { mail: { ports: { queued: 1 } } } });

    // Until its first wait is over a run costs the Temporal server nothing but its start.
    const [waiting] = await runsOf(chain, journeyId);
    const { workflowId } = await runOf(chain, waiting.id);
    const history = () =>
      chain.api.app.get(Runs, { strict: false }).client.client.workflow.getHandle(workflowId).fetchHistory();
    expect((await history()).events).toHaveLength(1);

    const detail = (await chain.owner.get(`/api/messages/${mail.id}`)).body;
    const link = /href="([^"]*\/t\/c\/[^"]+)"/.exec(detail.content.html)?.[1]?.replaceAll('&amp;', '&');
    const clicked = await fetch(link!, { redirect: 'manual', headers: { 'user-agent': browserAgent } });
    expect([clicked.status, clicked.headers.get('location')]).toEqual([302, 'https://example.com/start']);

    const [summary] = await runsOf(chain, journeyId);
    const run = await until(async () => {
      const at = await runOf(chain, summary.id);
      return at.status === 'completed' && at;
    }, 'the run to end');
    expect(pathOf(run)).toEqual(['entry:next', 'mail:queued', 'wait:clicked']);
    expect(run.endReason).toBe('active');
    expect(run.visits.find((visit: any) => visit.node === 'wait').trace).toMatchObject({
      kind: 'event',
      event: { name: messageEvents.clicked },
      port: 'clicked',
    });
    const again = fold(
      { program: run.program, state: initialState(run.program) },
      run.steps.flatMap((step: any) => step.inputs),
    );
    expect(again.state.ended).toEqual({ outcome: 'completed', reason: 'active' });
  });

  it('takes an awaited event that comes in the same batch as the entry', async () => {
    const journeyId = await publish(chain, {
      name: 'Batch',
      graph: graphOf([
        { id: 'entry', type: 'wend/entry-event', config: { event: 'Batch Begun' }, to: { next: 'wait' } },
        {
          id: 'wait',
          type: 'wend/wait-for-events',
          config: {
            events: [{ id: 'done', label: 'Done', trigger: { kind: 'event', event: 'Batch Done' } }],
            timeout: { amount: 1, unit: 'days' },
            lookBack: false,
          },
          to: {},
        },
      ]),
    });
    const { key } = await chain.workspace.key('ingest');
    const body = {
      writeKey: key,
      batch: [
        { type: 'track', userId: 'batch', event: 'Batch Done' },
        { type: 'track', userId: 'batch', event: 'Batch Begun' },
        { type: 'track', userId: 'batch', event: 'Batch Done' },
      ],
    };
    expect((await chain.api.stranger.send('POST', '/v1/batch', body)).status).toBe(200);
    const run = await until(async () => {
      const [first] = await runsOf(chain, journeyId);
      return first?.status === 'completed' && runOf(chain, first.id);
    }, 'the run to end');
    expect(pathOf(run)).toEqual(['entry:next', 'wait:done']);
  });

  it('makes one entry and one message of the same message id, 100 times at once', async () => {
    const journeyId = await publish(chain, {
      name: 'Once',
      graph: graphOf(
        [
          { id: 'entry', type: 'wend/entry-event', config: { event: 'Once' }, to: { next: 'sms' } },
          { id: 'sms', type: 'wend/sms', config: { text: 'Hello' } },
        ],
        { reentry: { rule: 'always' } },
      ),
    });
    const { key } = await chain.workspace.key('ingest');
    const messageId = randomUUID();
    const send = () =>
      chain.api.stranger.send('POST', '/v1/track', {
        writeKey: key,
        userId: 'once',
        event: 'Once',
        messageId,
        context: { traits: {} },
      });
    await chain.api.stranger.send('POST', '/v1/identify', {
      writeKey: key,
      userId: 'once',
      traits: { phone: '+31612345678' },
    });
    const answers = await Promise.all(Array.from({ length: 100 }, send));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
    await until(async () => (await runsOf(chain, journeyId))[0]?.status === 'completed', 'the run to end');
    expect(await runsOf(chain, journeyId)).toHaveLength(1);
    expect((await chain.owner.get(`/api/messages?journeyId=${journeyId}`)).body.items).toHaveLength(1);
  });

  it('gives one enrollment to two entries in the same instant when the rule says so, and one per key when it says that', async () => {
    const steps: Step[] = [
      { id: 'entry', type: 'wend/entry-event', config: { event: 'Ordered' }, to: { next: 'wait' } },
      { id: 'wait', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } } },
    ];
    const never = await publish(chain, { name: 'Never again', graph: graphOf(steps) });
    const perOrder = await publish(chain, {
      name: 'Per order',
      graph: graphOf(steps, { reentry: { rule: 'never', key: 'order' } }),
    });
    await Promise.all(
      ['a', 'a', 'b', 'b', 'b'].map((order) =>
        track(chain, { userId: 'orders', event: 'Ordered', properties: { order } }),
      ),
    );
    await until(async () => (await runsOf(chain, perOrder)).length === 2, 'two runs');
    await until(
      async () => (await chain.api.database.query('select 1 from event_queue')).length === 0,
      'the queue to be empty',
    );
    expect(await runsOf(chain, never)).toHaveLength(1);
    expect(await runsOf(chain, perOrder)).toHaveLength(2);
  });

  it('ends a run at once when its exit criterion is met with the same item, not with another', async () => {
    const criterion = {
      id: 'bought',
      event: 'Bought',
      where: { op: 'compare', left: { source: 'property', path: 'item' }, is: 'equals', value: { entry: 'item' } },
    } as const;
    const journeyId = await publish(chain, {
      name: 'Exit',
      graph: graphOf(
        [
          { id: 'entry', type: 'wend/entry-event', config: { event: 'Looked' }, to: { next: 'wait' } },
          { id: 'wait', type: 'wend/wait', config: { duration: { amount: 3, unit: 'days' } } },
        ],
        { exitCriteria: [criterion] },
      ),
    });
    await track(chain, { userId: 'exits', event: 'Looked', properties: { item: 'lamp' } });
    await until(async () => (await runsOf(chain, journeyId))[0]?.node === 'wait', 'the wait');
    await track(chain, { userId: 'exits', event: 'Bought', properties: { item: 'mug' } });
    await until(
      async () => (await chain.api.database.query('select 1 from event_queue')).length === 0,
      'the queue to be empty',
    );
    expect((await runsOf(chain, journeyId))[0].status).toBe('running');
    await track(chain, { userId: 'exits', event: 'Bought', properties: { item: 'lamp' } });
    await until(async () => (await runsOf(chain, journeyId))[0].status === 'exited', 'the exit');
  });

  it("runs a third party's node as an activity, and renders its templates", async () => {
    const journeyId = await publish(chain, {
      name: 'Points',
      graph: graphOf([
        { id: 'entry', type: 'wend/entry-event', config: { event: 'Reviewed' }, to: { next: 'points' } },
        {
          id: 'points',
          type: 'acme/loyalty-points',
          config: { points: 250, reason: 'Review of {{ entry.item }}' },
          to: { credited: 'thanks' },
        },
        { id: 'thanks', type: 'wend/sms', config: { text: 'You have {{ run.points.balance }} points' } },
      ]),
    });
    await identify(chain, { userId: 'points', traits: { phone: '+31612345678' } });
    await track(chain, { userId: 'points', event: 'Reviewed', properties: { item: 'lamp' } });
    const sms = await until(
      async () =>
        (await chain.owner.get(`/api/messages?journeyId=${journeyId}`)).body.items.find(
          (message: any) => message.status === 'delivered',
        ),
      'the SMS',
    );
    expect(sms.title).toMatch(/^You have \d+ points$/);
  });

  it('pauses people where they are and lets them go on; a stop ends their runs', async () => {
    const journeyId = await publish(chain, {
      name: 'Pause',
      graph: graphOf([
        { id: 'entry', type: 'wend/entry-event', config: { event: 'Paused' }, to: { next: 'wait' } },
        {
          id: 'wait',
          type: 'wend/wait-for-events',
          config: {
            events: [{ id: 'go', label: 'Go', trigger: { kind: 'event', event: 'Go' } }],
            timeout: { amount: 1, unit: 'days' },
            lookBack: false,
          },
          to: { go: 'sms' },
        },
        { id: 'sms', type: 'wend/sms', config: { text: 'Gone' }, to: { queued: 'stay', notReachable: 'stay' } },
        { id: 'stay', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } } },
      ]),
    });
    const control = (action: string) => chain.owner.send('POST', `/api/journeys/${journeyId}/control`, { action });
    await track(chain, { userId: 'paused', event: 'Paused' });
    await until(async () => (await runsOf(chain, journeyId))[0]?.node === 'wait', 'the wait');
    await control('pause');
    await track(chain, { userId: 'paused', event: 'Go' });
    await until(async () => (await runsOf(chain, journeyId))[0].held, 'the run to be held');
    expect((await runsOf(chain, journeyId))[0].node).toBe('wait');
    await control('resume');
    await until(async () => (await runsOf(chain, journeyId))[0].node === 'stay', 'the run to go on');
    await control('stop');
    await until(async () => (await runsOf(chain, journeyId))[0].status === 'cancelled', 'the run to be ended');
  });

  it("ends one person's run when asked, also in its first wait", async () => {
    const journeyId = await publish(chain, {
      name: 'Cancelled',
      graph: graphOf([
        { id: 'entry', type: 'wend/entry-event', config: { event: 'Cancel Begun' }, to: { next: 'wait' } },
        { id: 'wait', type: 'wend/wait', config: { duration: { amount: 30, unit: 'days' } }, to: {} },
      ]),
    });
    await track(chain, { userId: randomUUID(), event: 'Cancel Begun' });
    const run = await until(
      async () => (await runsOf(chain, journeyId)).find((each) => each.status === 'running'),
      'the run',
    );
    expect(
      (await chain.owner.send('POST', `/api/enrollments/${run.id}/cancel`, { reason: 'Asked for' })).status,
    ).toBeLessThan(300);
    expect(
      await until(async () => {
        const at = await runOf(chain, run.id);
        return at.status === 'cancelled' && at;
      }, 'the end'),
    ).toMatchObject({ endReason: 'Asked for' });
  });

  it('keeps an event that comes while the worker is down for longer than the wait: the event wins', async () => {
    const journeyId = await publish(chain, {
      name: 'Outage',
      graph: graphOf([
        { id: 'entry', type: 'wend/entry-event', config: { event: 'Outage Begun' }, to: { next: 'wait' } },
        {
          id: 'wait',
          type: 'wend/wait-for-events',
          config: {
            events: [{ id: 'bought', label: 'Bought', trigger: { kind: 'event', event: 'Outage Bought' } }],
            timeout: { amount: 3, unit: 'seconds' },
            lookBack: false,
          },
          to: {},
        },
      ]),
    });
    await track(chain, { userId: 'outage', event: 'Outage Begun' });
    const run = await until(async () => {
      const [first] = await runsOf(chain, journeyId);
      return first?.node === 'wait' && first;
    }, 'the wait');
    await chain.stopWorker();
    await track(chain, { userId: 'outage', event: 'Outage Bought' });
    await until(() => Date.now() > Date.parse(run.enteredAt) + 3_500, 'the timer to be due');
    await chain.restartWorker();
    const ended = await until(async () => {
      const at = await runOf(chain, run.id);
      return at.status === 'completed' && at;
    }, 'the run to end');
    expect(pathOf(ended)).toEqual(['entry:next', 'wait:bought']);
  });
});

describe('a test run', () => {
  it('goes through the welcome series on the real engine: days in seconds, nothing leaves, no figures', async () => {
    const created = await chain.owner.send('POST', '/api/journeys', { name: 'Welcome', graph: welcomeSeries.graph });
    const [first] = welcomeSeries.cases;
    const started = await chain.owner.send('POST', `/api/journeys/${created.body.id}/test-runs`, {
      traits: { email: 'test@example.com', phone: '+31612345678', ...first!.traits },
      properties: first!.entry.properties,
    });
    expect(started.status).toBe(201);
    const id = started.body.enrollmentId;
    const before = Date.now();
    const forward = await fastForward(chain, id, { seconds: 3 * 86_400 });
    expect(Date.now() - before).toBeLessThan(15_000);
    expect(Date.parse(forward!.runTime) - Date.now()).toBeGreaterThan(1.9 * 86_400_000);
    const run = await runOf(chain, id);
    expect(run.messages.length).toBeGreaterThanOrEqual(2);
    expect(run.messages.every((message: any) => message.provider === 'sandbox' && message.origin === 'test')).toBe(
      true,
    );
    // One way of the random split is over by then.
    expect((await fastForward(chain, id, 'end')) ?? { state: 'done', reached: 'end' }).toMatchObject({
      state: 'done',
      reached: 'end',
    });
    expect((await runOf(chain, id)).status).not.toBe('running');
    expect(await runsOf(chain, created.body.id)).toEqual([]);
  });

  it.each(
    goldenJourneys.flatMap((fixture) =>
      fixture.cases
        .filter((each) => !isVirtual(each))
        .slice(0, 2)
        .map((each) => ({ fixture, each, name: `${fixture.name}: ${each.name}` })),
    ),
  )('comes to the golden steps of $name', async ({ fixture, each }) => {
    let graph = JSON.stringify(fixture.graph);
    for (const called of fixture.calls ?? []) graph = graph.replaceAll(called.id, await publish(chain, called));
    const created = await chain.owner.send('POST', '/api/journeys', { name: fixture.name, graph: JSON.parse(graph) });
    const traits: JsonObject = {
      ...each.traits,
      ...(each.reachable.email ? { email: 'golden@example.com' } : {}),
      ...(each.reachable.sms ? { phone: '+31612345678' } : {}),
    };
    const started = await chain.owner.send('POST', `/api/journeys/${created.body.id}/test-runs`, {
      traits,
      properties: each.entry.properties,
    });
    expect(started.status).toBe(201);
    const id = started.body.enrollmentId;
    const pushReachable = each.reachable.push ?? each.reachable.webpush ?? false;
    // Made-up people have a sandbox device: only cases that can be reached by push, or that never push, are the same
    // there.
    if (!pushReachable && each.expect.path.some((step) => step.endsWith(':notReachable'))) return;
    let passed = 0;
    for (const event of each.events) {
      const wait = event.afterSeconds - passed;
      if (wait > 0) await fastForward(chain, id, { seconds: wait });
      passed = event.afterSeconds;
      if ('message' in event) {
        const message = (await runOf(chain, id)).messages.find((found: any) => found.node === event.message.node);
        await chain.owner.send('POST', `/api/messages/${message.id}/act`, {
          action: event.message.state === 'clicked' ? 'click' : 'open',
        });
      } else if ('answer' in event) {
        const { choice, note } = event.answer;
        const asked = await until(
          async () => (await chain.owner.get(`/api/approvals?state=open&enrollmentId=${id}`)).body.items[0],
          'the question',
        );
        const answered = await chain.owner.send('POST', `/api/approvals/${asked.id}/answer`, { choice, note });
        expect(answered.status).toBeLessThan(300);
      } else
        await chain.owner.send('POST', `/api/enrollments/${id}/test-events`, {
          event: event.name,
          properties: event.properties,
        });
    }
    await fastForward(chain, id, 'end');
    const run = await runOf(chain, id);
    expect(pathOf(run)).toEqual([...each.expect.path, ...(each.expect.undone ?? [])]);
    expect(run.messages.map((message: any) => message.node).sort()).toEqual([...each.expect.messages].sort());
    expect(run).toMatchObject({ status: each.expect.outcome, endReason: each.expect.reason });
    const { goals } = each.expect;
    if (goals)
      await until(async () => {
        const hits = (await runOf(chain, id)).goalHits.map((hit: { id: string }) => hit.id);
        return JSON.stringify(hits) === JSON.stringify(goals);
      }, 'the goals');
  });
});
