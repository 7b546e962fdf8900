import type { JsonObject } from '@wend/contract';
import { runNode } from '@wend/node-sdk/testing';
import type { NodeRun } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { fetchData } from './fetch-data.node.js';

const url = 'https://api.example.com/customers/7';
const take = [
  { name: 'tier', path: 'customer.tier' },
  { name: 'price', path: 'items.0.price' },
  { name: 'gone', path: 'items.7.price' },
  { name: 'all', path: '' },
];
const fetching = (http: NodeRun['http'], { config, ...more }: Partial<NodeRun> = {}) =>
  runNode(fetchData, { config: { url, take, ...config }, http: http!, ...more });
const answered = (body: unknown, status = 200) => ({
  [url]: { status, body: typeof body === 'string' ? body : JSON.stringify(body) },
});

it('keeps the values at the paths, with their types', async () => {
  const body = { customer: { tier: '골드' }, items: [{ price: 1.5 }] };
  const { outcome, requests } = await fetching(answered(body));
  expect(outcome).toEqual({
    kind: 'done',
    port: 'ok',
    output: { status: 200, problem: null, tier: '골드', price: 1.5, gone: null, all: body },
  });
  expect(requests).toEqual([{ url, method: 'GET', timeoutMs: 10_000, headers: { accept: 'application/json' } }]);
});

it('sends a body of JSON with POST, and headers as they are given', async () => {
  const config = { method: 'POST', body: '{"a":1}', headers: [{ name: 'Accept', value: 'application/vnd.x+json' }] };
  const { requests } = await fetching(answered({}), { config });
  expect(requests[0]).toMatchObject({
    method: 'POST',
    body: '{"a":1}',
    headers: {
      accept: 'application/vnd.x+json',
      'content-type': 'application/json',
      'idempotency-key': 'test-run/node#1',
    },
  });
});

it('signs in by the chosen API connection', async () => {
  const { requests } = await fetching(answered({}), { config: { connection: 'c1' } });
  expect(requests[0]).toMatchObject({ connection: 'c1' });
});

it.each<[string, unknown, number, string]>([
  ['another status', {}, 404, 'The answer was 404.'],
  ['a redirect', '', 302, 'The answer was 302.'],
  ['no JSON', '<html>', 200, 'The answer is no JSON.'],
  ['nothing', '', 204, 'The answer is no JSON.'],
  ['what cannot be stored', '{"a":"\\u0000"}', 200, 'The answer is no JSON.'],
  ['too much', { customer: { tier: 'x'.repeat(17_000) } }, 200, 'What is kept is longer than 16 KB.'],
])('is left by its other path at once for %s', async (_, body, status, problem) => {
  const { outcome } = await fetching(answered(body, status));
  expect(outcome).toEqual({ kind: 'done', port: 'failed', output: { status, problem } });
});

it('tries again later what fails for a moment, four times in all', async () => {
  const now = Date.UTC(2026, 0, 5);
  const tried = async (memo?: number, http: NodeRun['http'] = answered('', 503)) =>
    (await fetching(http, { now, ...(memo === undefined ? {} : { resume: { reason: 'timer', memo } }) })).outcome;
  expect(await tried()).toEqual({ kind: 'sleep', until: now + 5_000, memo: 1 });
  expect(await tried(1, answered('', 429))).toEqual({ kind: 'sleep', until: now + 60_000, memo: 2 });
  expect(await tried(2, () => Promise.reject(new Error('No answer.')))).toMatchObject({ kind: 'sleep', memo: 3 });
  expect(await tried(3)).toEqual({
    kind: 'done',
    port: 'failed',
    output: { status: 503, problem: 'The answer was 503.' },
  });
});

it('does not ask again what the rules forbid', async () => {
  const refused = Object.assign(new Error('This address is private.'), { kind: 'refused' });
  expect((await fetching(() => Promise.reject(refused))).outcome).toEqual({
    kind: 'done',
    port: 'failed',
    output: { status: null, problem: 'This address is private.' },
  });
});

it('asks nobody in a test run', async () => {
  const outcome = await fetchData.simulate?.({
    config: { method: 'GET', url, headers: [], body: '', take },
    profile: { id: 'p', externalId: null, traits: {} },
    entry: {},
    run: {},
    now: 0,
  });
  expect(outcome).toEqual({
    kind: 'done',
    port: 'ok',
    output: { status: 200, problem: null, tier: null, price: null, gone: null, all: null },
  });
});

it.each<[string, JsonObject, string]>([
  ['no address', { url: 'ftp://x' }, 'url'],
  ['nothing to keep', { take: [] }, 'take'],
  ['a name that is empty', { take: [{ name: '', path: 'a' }] }, 'take[0].name'],
  ['a name that is reserved', { take: [{ name: 'status', path: 'a' }] }, 'take[0].name'],
  ['a name twice', { take: [take[0]!, take[0]!] }, 'take'],
])('refuses %s', (_, config, path) => {
  expect(fetchData.parse({ url, take, ...config } as JsonObject)).toMatchObject({ ok: false, problems: [{ path }] });
});
