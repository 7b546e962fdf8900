import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readMessage } from './message.js';
import { Reports } from './reports.js';

let kept: Map<string, Response>;
let asked: { url: string; body: unknown }[];
let statuses: number[];
beforeEach(() => {
  kept = new Map();
  [asked, statuses] = [[], []];
  vi.stubGlobal('caches', {
    open: async () => ({
      match: async (name: string) => kept.get(name)?.clone(),
      put: async (name: string, response: Response) => void kept.set(name, response),
    }),
  });
  vi.stubGlobal('fetch', async (url: string, { body }: { body: string }) => {
    asked.push({ url, body: JSON.parse(body) });
    const status = statuses.shift() ?? 200;
    if (status === 0) throw new TypeError('Failed to fetch');
    return new Response(null, { status });
  });
});
afterEach(() => vi.unstubAllGlobals());

const message = (id: string) =>
  readMessage(JSON.stringify({ wend: 1, id, title: 'T', report: { url: `https://wend.example/t/p/${id}` } }))!;
const reports = () => new Reports({ wait: async () => undefined });

it('tells again what failed for a moment', async () => {
  statuses = [0, 503];
  await reports().tell(message('a'), { kind: 'clicked', action: 'buy', link: 'https://shop.example/' });
  expect(asked).toHaveLength(3);
  expect(asked.at(-1)).toEqual({
    url: 'https://wend.example/t/p/a',
    body: { kind: 'clicked', action: 'buy', link: 'https://shop.example/' },
  });
});

it('keeps what could not be told for the next time that the worker wakes, then tells it once', async () => {
  statuses = [0, 0, 0];
  await reports().tell(message('a'), { kind: 'shown' });
  await reports().tell(message('b'), { kind: 'shown' });
  expect(asked.slice(3).map(({ url }) => url)).toEqual(['https://wend.example/t/p/b', 'https://wend.example/t/p/a']);
  await reports().tell(message('c'), { kind: 'shown' });
  expect(asked).toHaveLength(6);
});

it('gives up on what Wend will never take, such as a message that was erased', async () => {
  statuses = [404];
  await reports().tell(message('a'), { kind: 'shown' });
  await reports().tell(message('b'), { kind: 'shown' });
  expect(asked).toHaveLength(2);
});

it('says nothing of a message that wants no report', async () => {
  await reports().tell(readMessage('{"wend":1,"title":"T"}')!, { kind: 'shown' });
  expect(asked).toEqual([]);
});
