import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, tryConnection } from './api.js';
import { identify, pathOf, publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import { pagerSignature } from './pager-channel.mjs';
import { startSink } from './sink.js';

/** The service behind the pager channel: it knows one token, and takes what it is given. */
let service: Awaited<ReturnType<typeof startSink>>;
let chain: Chain;
let url: string;
beforeAll(async () => {
  service = await startSink(({ headers, key }, response) => {
    if (headers.authorization === 'Bearer right') response.end(`page-${key}`);
    else response.writeHead(403).end('Unknown token');
  });
  url = `${service.url}/pages`;
  chain = await startChain({
    WEND_NODE_PACKAGES: new URL('./pager-channel.mjs', import.meta.url).href,
    WEND_OUTBOUND_ALLOW: service.allow,
  });
  await sandbox(false);
});
afterAll(async () => {
  await chain?.close();
  await service?.close();
});

const sandbox = (on: boolean) => chain.owner.send('PUT', '/api/channels/sandbox', { channel: 'pager', sandbox: on });
const pages = () => service.calls.filter(({ body }) => body !== '');
const connection = (settings: object) => connect(chain.owner, 'pager-service', settings);

/** Somebody who came to a page that says this; their run once it has ended. */
async function page(text: string, traits: Record<string, string> = { pager_number: '4711' }) {
  const event = `Alarm ${randomUUID()}`;
  const journeyId = await publish(chain, {
    name: 'Alarm',
    graph: graphOf([
      entry(event, 'page'),
      { id: 'page', type: 'acme/page', config: { text }, to: { queued: 'heard', notReachable: 'lost' } },
      {
        id: 'heard',
        type: 'wend/wait-for-events',
        config: {
          events: [
            { id: 'beeped', label: 'Beeped', trigger: { kind: 'message', node: 'page', state: 'delivered' } },
            { id: 'failed', label: 'Failed', trigger: { kind: 'message', node: 'page', state: 'failed' } },
          ],
          timeout: { amount: 1, unit: 'days' },
          lookBack: true,
        },
        to: { beeped: 'told', failed: 'lost' },
      },
      { id: 'told', type: 'wend/exit', config: { reason: 'told' } },
      { id: 'lost', type: 'wend/exit', config: { reason: 'lost' } },
    ]),
  });
  const person = randomUUID();
  await identify(chain, { userId: person, traits: { name: 'Ann', ...traits } });
  await track(chain, { userId: person, event });
  const run = await until(async () => (await runsOf(chain, journeyId))[0], 'the run');
  const detail = () => runOf(chain, run.id);
  const settled = await until(async () => {
    const found = await detail();
    const waits = found.endedAt || found.messages.length > 0;
    return waits && found.messages.every(({ status }: Sent) => !['queued', 'sending'].includes(status)) && found;
  }, 'the messages of the run to be settled');
  return {
    ...settled,
    journeyId,
    /** The run once it has ended. */
    ended: () => until(async () => (await detail()).endedAt && detail(), 'the run to end'),
  };
}
type Sent = { id: string; status: string };

/** What the service tells of its pages, at the address that its connection has. */
async function tell(receipts: object[], token = 'right') {
  const { items } = (await chain.owner.get('/api/connections')).body;
  const { feedbackUrl } = items.find(({ kind }: { kind: string }) => kind === 'pager-service');
  const body = JSON.stringify(receipts);
  const headers = { 'content-type': 'application/json', 'x-pager-signature': pagerSignature(token, body) };
  return (await fetch(chain.api.url + new URL(feedbackUrl).pathname, { method: 'POST', headers, body })).status;
}

it('is listed with its words before anything is set up, and says that nobody delivers for it', async () => {
  const { items } = (await chain.owner.get('/api/channels')).body;
  expect(items.at(-1)).toMatchObject({
    channel: 'pager',
    route: 'none',
    provider: null,
    definition: { label: 'Pager', plural: 'pages', content: [{ label: 'Line' }, { label: 'Way out' }] },
  });
  const run = await page('Nobody hears this');
  expect(run.messages).toMatchObject([{ status: 'suppressed', reason: 'no-provider' }]);
});

it('is set up by the form that its provider describes; its secret never comes back', async () => {
  const { providers } = (await chain.owner.get('/api/connections')).body;
  expect(providers.find(({ name }: { name: string }) => name === 'pager-service')).toMatchObject({
    channel: 'pager',
    title: 'Pager service',
    secrets: ['token'],
    settings: { required: ['url'], properties: { token: { title: 'Token', secret: true } } },
  });
  expect((await connection({ url: 'no address', token: 'x' })).body).toMatchObject({
    code: 'invalid-request',
    errors: [{ path: 'url' }],
  });
  expect((await connection({ url })).body).toMatchObject({ code: 'secret-needed', errors: [{ path: 'token' }] });
  expect((await connection({ url, token: 'wrong' })).status).toBe(201);
  const test = () => tryConnection(chain.owner, 'pager-service');
  expect((await test()).body).toEqual({ ok: false, message: 'HTTP 403: Unknown token' });
  const saved = await connection({ url, token: 'right' });
  expect(saved.body).toMatchObject({ kind: 'pager-service', settings: { url, prefix: '' }, secrets: ['token'] });
  expect((await test()).body).toEqual({ ok: true, message: 'The token works.' });
  // What it belongs to stays, so the token does; another address would be shown it.
  expect((await connection({ url, prefix: 'Acme: ' })).status).toBe(200);
  expect((await connection({ url: `${url}/elsewhere` })).body).toMatchObject({ code: 'secret-needed' });
  expect(JSON.stringify((await chain.owner.get('/api/connections')).body)).not.toContain('right');
  expect((await chain.owner.get('/api/channels')).body.items.at(-1)).toMatchObject({
    route: 'provider',
    provider: new URL(url).host,
  });
});

it('sends from a published journey to its provider, and is shown like any other', async () => {
  const run = await page('Boiler of {{ profile.name }} is cold');
  const [message] = run.messages;
  expect(pages().map(({ key, body }) => [key, JSON.parse(body)])).toEqual([
    [message.id, { to: '4711', line: 'Acme: Boiler of Ann is cold' }],
  ]);
  expect(message).toMatchObject({
    channel: 'pager',
    status: 'sent',
    provider: 'pager-service',
    to: '4711',
    title: 'Acme: Boiler of Ann…',
    content: { line: 'Acme: Boiler of Ann is cold' },
  });
  // Its receipt moves the message and the run that waits for it; somebody else's does not.
  const receipt = { page: `page-${message.id}`, is: 'delivered' };
  expect(await tell([receipt], 'guess')).toBe(403);
  expect(await tell([receipt, { page: 5, is: 'nonsense' }])).toBe(200);
  expect(pathOf(await run.ended())).toEqual(['entry:next', 'page:queued', 'heard:beeped']);
  expect((await chain.owner.get(`/api/messages/${message.id}`)).body).toMatchObject({ status: 'delivered' });
  const [step] = (await chain.owner.get(`/api/journeys/${run.journeyId}/ledger`)).body.items;
  expect(step).toMatchObject({ node: 'page', expected: 1, delivered: 1, sent: 0, missing: {} });
  const found = await chain.owner.get('/api/messages?channel=pager&search=boiler');
  expect(found.body.items).toMatchObject([{ id: message.id, title: 'Acme: Boiler of Ann…' }]);
  const person = (await chain.owner.get(`/api/profiles/${message.profile.id}`)).body;
  expect(person).toMatchObject({ reachable: { pager: true }, unsubscribed: [] });
  const way = (message.content.stop as string).replace(/^https?:\/\/[^/]+/, '');
  expect((await chain.api.stranger.get(way)).body).toContain('Stop pages from');
  expect((await chain.api.stranger.send('POST', way)).body).toContain('You won’t get any more pages from');
  expect((await chain.owner.get(`/api/profiles/${message.profile.id}`)).body).toMatchObject({
    reachable: { pager: false },
    unsubscribed: ['pager'],
  });
});

it('suppresses the address that its provider calls dead, until somebody releases it', async () => {
  const traits = { pager_number: '666' };
  const first = await page('Anybody there?', traits);
  const [message] = first.messages;
  expect(await tell([{ page: `page-${message.id}`, is: 'bounced', number: '666' }])).toBe(200);
  expect(pathOf(await first.ended())).toEqual(['entry:next', 'page:queued', 'heard:failed']);
  const { items } = (await chain.owner.get('/api/suppressions?channel=pager')).body;
  expect(items).toMatchObject([{ channel: 'pager', address: '666', reason: 'bounced', messageId: message.id }]);
  const before = pages().length;
  const second = await page('And now?', traits);
  expect(pathOf(await second.ended())).toEqual(['entry:next', 'page:notReachable']);
  expect(second.messages).toEqual([]);
  const [step] = (await chain.owner.get(`/api/journeys/${second.journeyId}/ledger`)).body.items;
  expect(step).toMatchObject({ expected: 1, withoutMessage: 1, sent: 0 });
  expect(pages()).toHaveLength(before);
  await chain.owner.send('POST', `/api/suppressions/${items[0].id}/release`, { reason: 'Has a new battery' });
  expect((await page('Again', traits)).messages).toMatchObject([{ status: 'sent' }]);
});

it('leaves by “Not reachable” whoever has no address, and fails visibly what cannot be sent', async () => {
  expect(pathOf(await (await page('Hello', {})).ended())).toEqual(['entry:next', 'page:notReachable']);
  expect((await page('Hello!')).messages).toMatchObject([
    { status: 'failed', reason: 'invalid', error: 'text must not shout' },
  ]);
  const preview = (channel: string) =>
    chain.owner.send('POST', '/api/preview', { channel, config: { text: 'Hi {{ profile.first_name }}' } });
  expect((await preview('pager')).body).toMatchObject({ content: { line: 'Acme: Hi Mina' }, errors: [] });
  expect((await preview('carrier-pigeon')).body).toMatchObject({ code: 'unknown-channel' });
});

it('goes into the sandbox, where a member can be its receiver', async () => {
  const before = pages().length;
  await sandbox(true);
  const run = await page('For the Outbox only');
  const [message] = run.messages;
  expect([message.provider, message.status, pages().length]).toEqual(['sandbox', 'delivered', before]);
  expect(pathOf(await run.ended())).toEqual(['entry:next', 'page:queued', 'heard:beeped']);
  const clicked = await chain.owner.send('POST', `/api/messages/${message.id}/act`, { action: 'click' });
  expect(clicked.body).toMatchObject({ status: 'clicked' });
});
