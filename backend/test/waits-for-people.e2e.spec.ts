import type { JsonObject } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identify, pathOf, publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
}, 120_000);
afterAll(() => chain?.close());

const way = (id: string, trigger: Record<string, unknown>) => ({ id, label: id, trigger });

it(
  'a run waits until the person enters a segment, and until they say something of a topic',
  { timeout: 120_000 },
  async () => {
    const topic = { key: 'offers', name: 'Offers', channels: ['email'], starts: 'subscribed' };
    expect((await chain.owner.send('POST', '/api/topics', topic)).status).toBe(201);
    const rule = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'vip' };
    const made = await chain.owner.send('POST', '/api/segments', { name: 'VIP', rule });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const segment = made.body.id as string;
    const other = (await chain.owner.send('POST', '/api/segments', { name: 'Again', rule })).body.id as string;
    for (const id of [segment, other])
      await until(async () => (await chain.owner.get(`/api/segments/${id}`)).body.build === null, 'the segment');
    const timeout = { amount: 1, unit: 'days' };
    const waitFor = (events: unknown[], to: Record<string, string>) => ({
      type: 'wend/wait-for-events',
      config: { events, timeout, lookBack: false } as never,
      to,
    });
    const journeyId = await publish(chain, {
      name: 'Waits for people',
      graph: graphOf([
        entry('Signed Up', 'vip'),
        {
          id: 'vip',
          ...waitFor(
            [
              way('out', { kind: 'segment', on: 'left', segment }),
              way('in', { kind: 'segment', on: 'entered', segment }),
            ],
            { in: 'leaves' },
          ),
        },
        {
          id: 'leaves',
          ...waitFor(
            [
              way('channel', { kind: 'consent', on: 'withdrawn', channel: 'email' }),
              way('topic', { kind: 'consent', on: 'withdrawn', channel: 'email', topic: 'offers' }),
            ],
            { topic: 'returns' },
          ),
        },
        {
          id: 'returns',
          ...waitFor([way('topic', { kind: 'consent', on: 'given', channel: 'email', topic: 'offers' })], {}),
        },
      ]),
    });
    // What a step waits for is in use.
    expect((await chain.owner.send('POST', `/api/segments/${segment}/archive`)).body.code).toBe('segment-in-use');
    await identify(chain, { userId: 'ann', traits: { email: 'ann@example.com' } });
    await track(chain, { userId: 'ann', event: 'Signed Up' });
    const [run] = await until(async () => {
      const runs = await runsOf(chain, journeyId);
      return runs.length === 1 && runs;
    }, 'the run');
    const standsAt = (node: string) =>
      until(async () => (await runOf(chain, run.id)).node === node, `the step ${node}`);
    await standsAt('vip');
    await identify(chain, { userId: 'ann', traits: { plan: 'vip' } });
    await standsAt('leaves');
    const { profile } = await runOf(chain, run.id);
    const say = (state: string) =>
      chain.owner.send('PUT', `/api/profiles/${profile.id}/consents`, {
        consents: [{ channel: 'email', topic: 'offers', state }],
      });
    expect((await say('unsubscribed')).status).toBe(200);
    await standsAt('returns');
    expect((await say('subscribed')).status).toBe(200);
    const ended = await until(async () => {
      const found = await runOf(chain, run.id);
      return found.endedAt !== null && found;
    }, 'the end');
    expect(pathOf(ended)).toEqual(['entry:next', 'vip:in', 'leaves:topic', 'returns:topic']);

    // Who is in the segment and subscribed by now waits for neither where it counts, and for the rest of several.
    const already = { already: true };
    const inSegment = { kind: 'segment', on: 'entered', segment, ...already };
    const agreed = { kind: 'consent', on: 'given', channel: 'email', topic: 'offers', ...already };
    const soId = await publish(chain, {
      name: 'So already',
      graph: graphOf([
        entry('Signed Up Again', 'in'),
        { id: 'in', ...waitFor([way('in', inSegment)], { in: 'agreed' }) },
        { id: 'agreed', ...waitFor([way('agreed', agreed)], { agreed: 'both' }) },
        {
          id: 'both',
          ...waitFor([{ ...way('both', inSegment), also: [{ trigger: { kind: 'event', event: 'Paid' } }] }], {}),
        },
      ]),
    });
    await track(chain, { userId: 'ann', event: 'Signed Up Again' });
    const waiting = await until(async () => {
      const [found] = await runsOf(chain, soId);
      const detail = found && (await runOf(chain, found.id));
      return detail?.node === 'both' && detail;
    }, 'the run to wait for the payment alone');
    expect(waiting.visits[1]).toMatchObject({
      node: 'in',
      enteredAt: waiting.visits[1].leftAt,
      trace: { kind: 'already', port: 'in', met: [{ arm: 0, trace: { seen: true } }] },
    });
    expect(waiting.steps).toHaveLength(1);
    await track(chain, { userId: 'ann', event: 'Paid' });
    const paid = await until(async () => {
      const found = await runOf(chain, waiting.id);
      return found.endedAt !== null && found;
    }, 'the end');
    expect(pathOf(paid)).toEqual(['entry:next', 'in:in', 'agreed:agreed', 'both:both']);
  },
);

it('a run waits for the payment of the order that it waited for, and says which', { timeout: 120_000 }, async () => {
  await chain.owner.send('PUT', '/api/channels/sandbox', { channel: 'email', sandbox: true });
  const timeout = { amount: 1, unit: 'days' };
  const ordered = { kind: 'event', event: 'Order Placed' };
  const sameOrder = {
    op: 'compare',
    left: { source: 'property', path: 'order.id' },
    is: 'equals',
    value: { run: 'ordered.order.id' },
  };
  const journeyId = await publish(chain, {
    name: 'The same order',
    graph: graphOf(
      [
        entry('Checkout Started', 'ordered'),
        {
          id: 'ordered',
          type: 'wend/wait-for-events',
          config: { events: [way('ordered', ordered)], timeout, lookBack: false } as never,
          to: { ordered: 'paid' },
        },
        {
          id: 'paid',
          type: 'wend/wait-for-events',
          config: {
            events: [
              way('twice', { kind: 'event', event: 'Declined', where: sameOrder }),
              way('paid', { kind: 'event', event: 'Payment', where: sameOrder }),
            ].map((each, index) => (index === 0 ? { ...each, times: 2 } : each)),
            timeout,
            lookBack: true,
          } as never,
          to: { paid: 'mail' },
        },
        {
          id: 'mail',
          type: 'wend/email',
          config: {
            subject: 'Order {{ run.ordered.order.id }} paid by {{ run.paid.method }}',
            body: '<p>{{ run.ordered.total }} at {{ run.ordered.event }}</p>',
          },
          to: { queued: 'seen' },
        },
        {
          id: 'seen',
          type: 'wend/wait-for-events',
          config: {
            events: [way('clicked', { kind: 'message', node: 'mail', state: 'clicked' })],
            timeout,
            lookBack: false,
          } as never,
        },
      ],
      {
        exitCriteria: [
          {
            id: 'gone',
            event: 'Order Cancelled',
            where: { ...sameOrder, left: { source: 'property', path: 'id' } } as never,
          },
        ],
      },
    ),
  });
  const begin = async (userId: string) => {
    await identify(chain, { userId, traits: { email: `${userId}@example.com` } });
    await track(chain, { userId, event: 'Checkout Started' });
    await until(
      async () => (await runsOf(chain, journeyId)).some((run: any) => run.profile.externalId === userId),
      'it',
    );
    const { id } = (await runsOf(chain, journeyId)).find((run: any) => run.profile.externalId === userId);
    const standsAt = (node: string) => until(async () => (await runOf(chain, id)).node === node, node);
    await standsAt('ordered');
    const does = (event: string, properties: JsonObject) => track(chain, { userId, event, properties });
    await does('Order Placed', { order: { id: `${userId}-1`, note: 'Nobody reads it' }, total: 20 });
    await standsAt('paid');
    return { id, standsAt, does };
  };
  const cy = await begin('cy');
  await cy.does('Payment', { order: { id: 'cy-2' }, method: 'cash' });
  await cy.does('Declined', { order: { id: 'cy-1' } });
  await cy.does('Declined', { order: { id: 'cy-2' } });
  await cy.does('Payment', { order: { id: 'cy-1' }, method: 'card' });
  await cy.standsAt('seen');
  const run = await until(async () => {
    const found = await runOf(chain, cy.id);
    return found.messages[0]?.sentAt && found;
  }, 'the message');
  expect(pathOf(run)).toEqual(['entry:next', 'ordered:ordered', 'paid:paid', 'mail:queued']);
  expect(JSON.stringify(run.messages[0])).toContain('Order cy-1 paid by card');
  // Only what something reads travels and stays.
  expect(JSON.stringify(run.steps)).not.toContain('Nobody reads it');
  const visit = run.visits.find(({ node }: { node: string }) => node === 'paid');
  expect(visit.trace).toMatchObject({
    kind: 'event',
    event: { properties: { order: { id: 'cy-1' }, method: 'card' } },
  });
  expect(
    (await chain.owner.send('POST', `/api/messages/${run.messages[0].id}/act`, { action: 'click' })).status,
  ).toBeLessThan(300);
  await until(async () => (await runOf(chain, cy.id)).endedAt !== null, 'the end');

  const dee = await begin('dee');
  await dee.does('Order Cancelled', { id: 'cy-1' });
  await dee.does('Order Cancelled', { id: 'dee-1' });
  const gone = await until(async () => {
    const found = await runOf(chain, dee.id);
    return found.endedAt !== null && found;
  }, 'the exit');
  expect(gone).toMatchObject({ status: 'exited', endReason: 'gone' });
});
