import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, tryConnection } from './api.js';
import { identify, pathOf, publish, runOf, runsOf, startChain, track, until } from './chain.js';
import type { Chain } from './chain.js';
import { entry, graphOf } from './graph-of.js';
import { startSink } from './sink.js';

/** The service behind the pager channel: it knows one token, and takes what it is given. */
let service: Awaited<ReturnType<typeof startSink>>;
let chain: Chain;
let url: string;
beforeAll(async () => {
  service = await startSink(({ headers }, response) => {
    if (headers.authorization === 'Bearer right') response.end('page-1');
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
      { id: 'page', type: 'acme/page', config: { text }, to: { queued: 'told', notReachable: 'lost' } },
      { id: 'told', type: 'wend/exit', config: { reason: 'told' } },
      { id: 'lost', type: 'wend/exit', config: { reason: 'lost' } },
    ]),
  });
  const person = randomUUID();
  await identify(chain, { userId: person, traits: { name: 'Ann', ...traits } });
  await track(chain, { userId: person, event });
  const run = await until(async () => (await runsOf(chain, journeyId))[0], 'the run');
  return until(async () => {
    const detail = await runOf(chain, run.id);
    const settled = detail.messages.every(({ status }: { status: string }) => !['queued', 'sending'].includes(status));
    return detail.endedAt && settled && detail;
  }, 'the run to end and its messages to be settled');
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
  expect(pathOf(run)).toEqual(['entry:next', 'page:queued']);
  const [message] = run.messages;
  expect(pages().map(({ key, body }) => [key, JSON.parse(body)])).toEqual([
    [message.id, { to: '4711', line: 'Acme: Boiler of Ann is cold' }],
  ]);
  expect(message).toMatchObject({
    channel: 'pager',
    status: 'delivered',
    provider: 'pager-service',
    to: '4711',
    title: 'Acme: Boiler of Ann…',
    content: { line: 'Acme: Boiler of Ann is cold' },
  });
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

it('leaves by “Not reachable” whoever has no address, and fails visibly what cannot be sent', async () => {
  expect(pathOf(await page('Hello', {}))).toEqual(['entry:next', 'page:notReachable']);
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
  const clicked = await chain.owner.send('POST', `/api/messages/${message.id}/act`, { action: 'click' });
  expect(clicked.body).toMatchObject({ status: 'clicked' });
});
