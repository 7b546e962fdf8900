import { randomUUID } from 'node:crypto';
import { connectClient, enrollmentWorkflowId } from '@wend/temporal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identify, publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import type { Step } from './graph-of.js';

/** What runs of a person decide among them, from events to messages. */

let chain: Chain;
beforeAll(async () => {
  chain = await startChain();
  await chain.owner.send('PUT', '/api/channels/sandbox', { channel: 'email', sandbox: true });
});
afterAll(() => chain?.close());

const end: Step = { id: 'end', type: 'wend/exit', config: { reason: 'Done' } };
const mail = (body: string): Step => ({
  id: 'mail',
  type: 'wend/email',
  config: { subject: 'Hello', body, messageClass: 'transactional' },
  to: { queued: 'end' },
});
const often = { reentry: { rule: 'always' as const } };

it(
  'sends one message about all events of a digest, which start no workflows but one',
  { timeout: 90_000 },
  async () => {
    const event = `Liked ${randomUUID()}`;
    const digest: Step = {
      id: 'digest',
      type: 'wend/digest',
      config: { duration: { amount: 1, unit: 'days' }, most: 3, key: '{{ entry.post }}' },
      to: { next: 'mail' },
    };
    const list =
      '<p>{{ run.digest.count }}: {% for event in run.digest.events %}{{ event.properties.who }} {% endfor %}</p>';
    const journeyId = await publish(chain, {
      name: 'Likes',
      graph: graphOf([entry(event, 'digest'), digest, mail(list), end], often),
    });
    await identify(chain, { userId: 'ann', traits: { email: 'ann@example.com' } });
    for (const [who, post] of [
      ['Bob', 'a'],
      ['지민', 'a'],
      ['Eve', 'b'],
      ['Zoë', 'a'],
    ])
      await track(chain, { userId: 'ann', event, properties: { who, post } });
    const details = await until(async () => {
      const all = await Promise.all((await runsOf(chain, journeyId)).map(({ id }) => runOf(chain, id)));
      const isSent = all.some(({ messages }) => messages[0]?.sentAt);
      return all.length === 4 && isSent && all.filter(({ endedAt }) => endedAt !== null).length === 3 && all;
    }, 'the digest to be full, its message to go out and the others to end');
    const opener = details.find(({ messages }) => messages.length > 0);
    const joined = details.filter(({ endReason }) => endReason === 'Joined a digest');
    expect(joined).toHaveLength(2);
    const rendered = await chain.owner.get(`/api/messages/${opener.messages[0].id}`);
    expect(JSON.stringify(rendered.body)).toContain('3: Bob 지민 Zoë ');
    const client = await connectClient({
      address: process.env['TEMPORAL_ADDRESS']!,
      namespace: process.env['TEMPORAL_NAMESPACE'] ?? 'wend-test',
    });
    for (const { id } of joined)
      await expect(client.workflow.getHandle(enrollmentWorkflowId(id)).describe()).rejects.toThrow(/not found/i);
    await client.connection.close();
  },
);

it('lets a person through a throttle as often as it says', { timeout: 90_000 }, async () => {
  const event = `Bought ${randomUUID()}`;
  const throttle: Step = {
    id: 'throttle',
    type: 'wend/throttle',
    config: { most: 1, within: { amount: 1, unit: 'days' }, key: '{{ entry.shop }}' },
    to: { next: 'mail', throttled: 'end' },
  };
  const journeyId = await publish(chain, {
    name: 'Thanks',
    graph: graphOf([entry(event, 'throttle'), throttle, mail('<p>Thanks</p>'), end], often),
  });
  await identify(chain, { userId: 'bob', traits: { email: 'bob@example.com' } });
  for (const shop of ['x', 'x', 'y', 'x']) await track(chain, { userId: 'bob', event, properties: { shop } });
  const details = await until(async () => {
    const all = await Promise.all((await runsOf(chain, journeyId)).map(({ id }) => runOf(chain, id)));
    return all.length === 4 && all.every(({ endedAt }) => endedAt !== null) && all;
  }, 'all runs to end');
  const ports = details.map(({ visits }) => visits.find(({ node }: { node: string }) => node === 'throttle').port);
  expect(ports.sort()).toEqual(['next', 'next', 'throttled', 'throttled']);
});
