import { randomUUID } from 'node:crypto';
import { doubleOptInGraph, emptyGraph, addNode, connect } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identify, pathOf, publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';

let chain: Chain;
let journeyId: string;
let asksId: string;
const topic = { key: 'news', name: 'News & more' };
beforeAll(async () => {
  chain = await startChain();
  const made = { ...topic, channels: ['email'], starts: 'unsubscribed' };
  expect((await chain.owner.send('POST', '/api/topics', made)).status).toBe(201);
  journeyId = await publish(chain, { name: 'Double opt-in', graph: doubleOptInGraph(topic) });
  asksId = await publish(chain, { name: 'Asks', graph: asking() });
});
afterAll(() => chain?.close());

/** Who has said yes goes another way. */
function asking() {
  const rule = {
    op: 'compare',
    left: { source: 'consent', channel: 'email', topic: topic.key },
    is: 'equals',
    value: 'subscribed',
  };
  const steps: [string, string, JsonObject][] = [
    ['in', 'entry-event', { event: 'Looked' }],
    ['who', 'branch', { branches: [{ id: 'yes', label: 'Yes', rule: { op: 'all', rules: [rule] } }] }],
    ['said', 'exit', { reason: 'said yes' }],
    ['not', 'exit', { reason: 'said nothing' }],
  ];
  const graph = steps.reduce(
    (made, [id, type, config]) =>
      addNode(made, { node: { id, type: `wend/${type}`, version: 1, name: id, config, position: { x: 0, y: 0 } } }),
    { ...emptyGraph(), settings: { reentry: { rule: 'always' as const }, exitCriteria: [] } },
  );
  const edges = [
    { from: 'in', port: 'next', to: 'who' },
    { from: 'who', port: 'yes', to: 'said' },
    { from: 'who', port: 'else', to: 'not' },
  ];
  return edges.reduce((made, edge) => connect(made, edge), graph);
}

async function newPerson(): Promise<{ userId: string; profileId: string }> {
  const userId = randomUUID();
  await identify(chain, { userId, traits: { email: `${userId}@example.com` } });
  const { id } = await until(
    async () => (await chain.owner.get(`/api/profiles?search=${userId}`)).body.items[0],
    'the person',
  );
  return { userId, profileId: id };
}
const stateOf = async (profileId: string) =>
  (await chain.owner.get(`/api/profiles/${profileId}/consents`)).body.topics.find(
    (each: { topic: string; channel: string }) => each.topic === topic.key && each.channel === 'email',
  ).state as string;
const runOfPerson = (journey: string, profileId: string) =>
  until(
    async () => (await runsOf(chain, journey)).find((run) => (run.profile?.id ?? run.profileId) === profileId),
    'the run',
  );
async function looked({ userId, profileId }: { userId: string; profileId: string }): Promise<string[]> {
  await track(chain, { userId, event: 'Looked' });
  const { id } = await runOfPerson(asksId, profileId);
  const run = await until(async () => {
    const at = await runOf(chain, id);
    return at.status === 'completed' && at;
  }, 'the run to end');
  return pathOf(run);
}

it('asks, changes nothing when the link is followed, and goes on when the person confirms', async () => {
  const [person, other] = [await newPerson(), await newPerson()];
  const asked = {
    consents: [{ channel: 'email', topic: topic.key, state: 'pending' }],
    text: 'Send me news',
    ip: '203.0.113.7',
  };
  expect((await chain.owner.send('PUT', `/api/profiles/${person.profileId}/consents`, asked)).status).toBe(200);
  const { id } = await runOfPerson(journeyId, person.profileId);
  const mail = await until(
    async () =>
      (await chain.owner.get('/api/messages')).body.items.find(
        (message: any) => message.journey.id === journeyId && message.status === 'delivered',
      ),
    'the mail',
  );
  expect(mail.title).toBe('Please confirm: News & more');
  const { content } = (await chain.owner.get(`/api/messages/${mail.id}`)).body;
  const link = /href="([^"]*\/t\/[ck]\/[^"]+)"/.exec(content.html)?.[1]?.replaceAll('&amp;', '&');
  const page = await fetch(link!);
  expect([page.status, page.url]).toEqual([200, expect.stringContaining('/t/k/')]);
  const path = new URL(page.url).pathname;

  // As scanners of mail do.
  for (const method of ['GET', 'HEAD', 'GET'])
    expect((await fetch(`${chain.api.url}${path}`, { method })).status).toBe(200);
  expect(await stateOf(person.profileId)).toBe('pending');
  expect(await runOf(chain, id)).toMatchObject({ status: 'running', visits: [{}, {}, { node: 'wait', port: null }] });

  expect((await fetch(`${chain.api.url}${path}`, { method: 'POST' })).status).toBe(200);
  expect(await stateOf(person.profileId)).toBe('subscribed');
  const run = await until(async () => {
    const at = await runOf(chain, id);
    return at.status === 'completed' && at;
  }, 'the run to end');
  expect(pathOf(run)).toEqual(['entry:next', 'ask:queued', 'wait:confirmed']);
  expect(run.endReason).toBe('confirmed');

  // What was said is a fact from then on.
  expect(await looked(person)).toEqual(['in:next', 'who:yes']);
  expect(await looked(other)).toEqual(['in:next', 'who:else']);
});

it('ends when the person wants it no more, and begins again when they ask again', async () => {
  const person = await newPerson();
  const say = (state: string) =>
    chain.owner.send('PUT', `/api/profiles/${person.profileId}/consents`, {
      consents: [{ channel: 'email', topic: topic.key, state }],
    });
  await say('pending');
  const { id } = await runOfPerson(journeyId, person.profileId);
  await until(async () => (await runOf(chain, id)).visits.some((visit: any) => visit.node === 'wait'), 'the wait');
  await say('unsubscribed');
  await until(async () => (await runOf(chain, id)).status !== 'running', 'the run to end');
  await say('pending');
  await until(
    async () =>
      (await runsOf(chain, journeyId)).filter((run) => (run.profile?.id ?? run.profileId) === person.profileId)
        .length === 2,
    'another run',
  );
});
