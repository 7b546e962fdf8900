import { randomUUID } from 'node:crypto';
import type { Graph } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishDraft } from './api.js';
import { identify, pathOf, publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';
import { calls, equals, exit, journeyEntry } from './sub-journey-steps.js';

/** Steps of another journey in the place of a card, from events to messages, decisions and replay. */

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
  await chain.owner.send('PUT', '/api/channels/sandbox', { channel: 'email', sandbox: true });
});
afterAll(() => chain?.close());

const mail = (id: string, body: string, next: string): Step => ({
  id,
  type: 'wend/email',
  config: { subject: id, body, messageClass: 'transactional' },
  to: { queued: next, notReachable: next },
});
const branch = (rule: object, yes: string, no: string): Step => ({
  id: 'ask',
  type: 'wend/branch',
  config: { branches: [{ id: 'yes', label: 'Yes', rule: rule as never }] },
  to: { yes, else: no },
});
const bodies = async (run: any): Promise<[string, string][]> =>
  Promise.all(
    run.messages.map(async ({ id, node }: { id: string; node: string }) => {
      const { body } = await chain.owner.get(`/api/messages/${id}`);
      return [node, JSON.stringify(body)] as [string, string];
    }),
  );
const ended = (journeyId: string, count = 1) =>
  until(async () => {
    const runs = await runsOf(chain, journeyId);
    const all = await Promise.all(runs.map(({ id }) => runOf(chain, id)));
    const isSent = all.every(({ messages }) => messages.every(({ sentAt }: any) => sentAt));
    return all.length === count && all.every(({ endedAt }) => endedAt !== null) && isSent && all;
  }, 'the runs to end');

it(
  'runs one journey twice in another, each time with inputs, ways out and names of its own',
  { timeout: 90_000 },
  async () => {
    const child = await publish(chain, {
      name: 'Thanks',
      graph: graphOf([
        journeyEntry('thank'),
        mail('thank', '<p>Order {{ entry.order }} of {{ profile.name }}, {{ event.note }}</p>', 'ask'),
        branch(equals({ source: 'entry', path: 'vip' }, true), 'gold', 'plain'),
        exit('gold', 'gold'),
        exit('plain'),
      ]),
    });
    const event = `Paid ${randomUUID()}`;
    const parent = await publish(chain, {
      name: 'Order',
      graph: graphOf([
        entry(event, 'a'),
        calls('a', {
          journey: child,
          inputs: { order: '{{ entry.order }}', vip: '{{ entry.vip }}', note: 'first' },
          results: ['gold'],
          to: { gold: 'between', done: 'lost' },
        }),
        mail('between', '<p>Came to {{ run.a.result }} with {{ run.a.order }}</p>', 'b'),
        calls('b', {
          journey: child,
          inputs: { order: 'B-{{ run.a.order }}', vip: false, note: 'second' },
          results: ['gold'],
          to: { gold: 'lost', done: 'end' },
        }),
        exit('lost'),
        exit('end'),
      ]),
    });
    await identify(chain, { userId: 'ann', traits: { email: 'ann@example.com', name: '지민' } });
    await track(chain, { userId: 'ann', event, properties: { order: 7, vip: true } });
    const [run] = await ended(parent);
    expect(run.endReason).toBe('end');
    expect(pathOf(run)).toEqual([
      'entry:next',
      'a:inside',
      'a~thank:queued',
      'a~ask:yes',
      'a~gold:gold',
      'between:queued',
      'b:inside',
      'b~thank:queued',
      'b~ask:else',
      'b~plain:done',
    ]);
    const texts = new Map(await bodies(run));
    expect(texts.get('a~thank')).toContain('Order 7 of 지민, first');
    expect(texts.get('a~thank')).toContain('a › thank');
    expect(texts.get('between')).toContain('Came to gold with 7');
    expect(texts.get('b~thank')).toContain('Order B-7 of 지민, second');
    // What is not theirs is not asked of the child: nobody was in it.
    expect(await runsOf(chain, child)).toEqual([]);
  },
);

it('stays with the version that it names, and refuses what leads back to itself', { timeout: 90_000 }, async () => {
  const version = (body: string) =>
    graphOf([journeyEntry('thank'), mail('thank', `<p>${body}</p>`, 'out'), exit('out')]);
  const child = await publish(chain, { name: 'Pinned', graph: version('first words') });
  const change = async (id: string, graph: Graph) => {
    const { body } = await chain.owner.get(`/api/journeys/${id}`);
    const saved = await chain.owner.send('PUT', `/api/journeys/${id}/draft`, { graph, revision: body.revision });
    return { saved, published: await publishDraft(chain.owner, id) };
  };
  const event = `Asked ${randomUUID()}`;
  const calling = (number: number) =>
    graphOf(
      [
        entry(event, 'a'),
        calls('a', { journey: child, version: number, inputs: {}, to: { done: 'end' } }),
        exit('end'),
      ],
      {
        reentry: { rule: 'always' },
      },
    );
  const parent = await publish(chain, { name: 'Parent', graph: calling(1) });
  expect((await change(child, version('other words'))).published.status).toBe(201);
  await identify(chain, { userId: 'bob', traits: { email: 'bob@example.com' } });
  await track(chain, { userId: 'bob', event });
  const [first] = await ended(parent);
  expect((await bodies(first))[0]?.[1]).toContain('first words');
  expect((await change(parent, calling(2))).published.status).toBe(201);
  await track(chain, { userId: 'bob', event });
  const second = (await ended(parent, 2)).find(({ id }) => id !== first.id);
  expect((await bodies(second))[0]?.[1]).toContain('other words');

  const circle = await change(
    child,
    graphOf([journeyEntry('back'), calls('back', { journey: parent, inputs: {}, to: { done: 'out' } }), exit('out')]),
  );
  expect(circle.published.status).toBe(422);
  expect(circle.published.body.issues).toMatchObject([{ code: 'no-journey-entry', nodeId: 'back' }]);
  const itself = await change(
    child,
    graphOf([journeyEntry('back'), calls('back', { journey: child, inputs: {}, to: { done: 'out' } }), exit('out')]),
  );
  expect(itself.saved.body.issues).toMatchObject([{ code: 'sub-journey-circle', nodeId: 'back' }]);
  const missing = await change(parent, calling(9));
  expect(missing.published.body.issues).toMatchObject([
    {
      code: 'sub-journey-not-callable',
      nodeId: 'a',
      path: 'journey.id',
      message: expect.stringContaining('version 9'),
    },
  ]);
});

const republish = async (id: string, graph: Graph) => {
  const { body } = await chain.owner.get(`/api/journeys/${id}`);
  await chain.owner.send('PUT', `/api/journeys/${id}/draft`, { graph, revision: body.revision });
  return publishDraft(chain.owner, id);
};

it('uses what the steps inside use, also when the journey that it calls is put away', { timeout: 90_000 }, async () => {
  const segment = await chain.owner.send('POST', '/api/segments', { name: `VIP ${randomUUID()}`, rule: null });
  const topic = `deals-${randomUUID().slice(0, 8)}`;
  const made = await chain.owner.send('POST', '/api/topics', {
    key: topic,
    name: topic,
    channels: ['email'],
    starts: 'subscribed',
  });
  expect([segment.status, made.status]).toEqual([201, 201]);
  const trait = `size_${randomUUID().slice(0, 8)}`;
  await identify(chain, { userId: 'cy', traits: { [trait]: 7 } });
  const offer: Step = {
    id: 'offer',
    type: 'wend/email',
    config: {
      subject: 'Hi',
      body: `<p>{{ profile.${trait} }} <a href="{{ unsubscribe_url }}">Unsubscribe</a></p>`,
      topic,
    },
    to: { queued: 'out' },
  };
  const child = await publish(chain, {
    name: 'Offers',
    graph: graphOf([
      journeyEntry('ask'),
      branch(equals({ source: 'segment', segment: segment.body.id }, true), 'offer', 'out'),
      offer,
      exit('out'),
    ]),
  });
  const parent = await publish(chain, {
    name: 'Sale',
    graph: graphOf([
      entry(`Sale ${randomUUID()}`, 'a'),
      calls('a', { journey: child, to: { done: 'end' } }),
      exit('end'),
    ]),
  });
  expect((await republish(child, graphOf([journeyEntry('out'), exit('out')]))).status).toBe(201);
  expect((await chain.owner.send('POST', `/api/journeys/${child}/archive`)).status).toBeLessThan(300);

  const segmentUses = (await chain.owner.get(`/api/segments/${segment.body.id}/uses`)).body.items;
  expect(segmentUses).toMatchObject([{ id: parent, places: ['a › ask'], draft: false, live: true }]);
  expect((await chain.owner.send('POST', `/api/segments/${segment.body.id}/archive`)).status).toBe(409);
  expect((await chain.owner.get(`/api/topics/${topic}`)).body.uses).toMatchObject([
    { kind: 'journey', id: parent, places: ['a › offer'] },
  ]);
  await until(async () => {
    const { status, body } = await chain.owner.get(`/api/catalogue/entry?kind=trait&name=${trait}`);
    return status === 200 && body.uses.some(({ id, where }: any) => id === parent && where === 'live');
  }, 'the trait to be known and used');
  // The parent as it is can still be run, and not be published once more: what it calls is put away.
  const again = await republish(
    parent,
    graphOf([entry(`Sale ${randomUUID()}`, 'a'), calls('a', { journey: child, to: { done: 'end' } }), exit('end')]),
  );
  expect(again.body.issues).toMatchObject([
    { code: 'sub-journey-not-callable', nodeId: 'a', message: '“Offers” is archived.' },
  ]);
});

it('is no way round the rules for circles and for what steps name: they are held against its card', async () => {
  const event = `Round ${randomUUID()}`;
  const child = await publish(chain, {
    name: 'Tells',
    graph: graphOf([
      journeyEntry('tell'),
      { id: 'tell', type: 'wend/emit-event', config: { event, properties: [] }, to: { next: 'out' } },
      exit('out'),
    ]),
  });
  const { body } = await chain.owner.send('POST', '/api/journeys', {
    name: 'Round',
    graph: graphOf([entry(event, 'a'), calls('a', { journey: child, to: { done: 'end' } }), exit('end')]),
  });
  const refused = await publishDraft(chain.owner, body.id);
  expect(refused.status).toBe(422);
  expect(refused.body.issues).toMatchObject([{ code: 'journey-circle', nodeId: 'a' }]);
  // By other names it is one too: a journey started for each of several people, from inside.
  const starts = (journey: string): Step => ({
    id: 'start',
    type: 'wend/start-journey',
    config: { journey: { id: journey, name: 'Round' }, data: [] },
    to: { next: 'out' },
  });
  const target = await publish(chain, { name: 'Round 2', graph: graphOf([journeyEntry('out'), exit('out')]) });
  const starter = await publish(chain, {
    name: 'Starts',
    graph: graphOf([journeyEntry('start'), starts(target), exit('out')]),
  });
  const circle = await republish(
    target,
    graphOf([journeyEntry('a'), calls('a', { journey: starter, to: { done: 'out' } }), exit('out')]),
  );
  expect(circle.status).toBe(422);
  expect(circle.body.issues).toMatchObject([{ code: 'journey-circle', nodeId: 'a' }]);
});
