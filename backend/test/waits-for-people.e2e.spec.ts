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
  },
);
