import { gzipSync } from 'node:zlib';
import { Analytics } from '@segment/analytics-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IngestItem, IngestNews, IngestSummary } from '@wend/contract';
import { IngestLog } from '../src/catalogue/ingest-log.js';
import { IngestStreams } from '../src/catalogue/ingest-streams.js';
import { Watching } from '../src/catalogue/watching.js';
import { createApi } from '../src/api.js';
import { apiConfig } from '../src/platform/config/index.js';
import { ErasureRepository } from '../src/upkeep/erasure.repository.js';
import { client, startTestApi } from './api.js';
import type { Client, TestApi, TestWorkspace } from './api.js';

let api: TestApi;
let workspace: TestWorkspace;
let key: Client & { key: string };
let sessionKey: string;

beforeAll(async () => {
  api = await startTestApi();
  workspace = await api.workspace();
  key = await workspace.key('ingest');
  sessionKey = (await workspace.key('read')).key;
});
afterAll(() => api?.close());

/** Somebody who watches: what comes, by the id of the item. */
async function watch({ query = '', url = api.url, bearer = sessionKey } = {}) {
  const stop = new AbortController();
  const response = await fetch(`${url}/api/ingestion/stream${query}`, {
    headers: { authorization: `Bearer ${bearer}` },
    signal: stop.signal,
  });
  expect(response.status).toBe(200);
  const items = new Map<string, IngestItem>();
  let skipped = 0;
  const reading = (async () => {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (text + chunk).split('\n\n');
      text = parts.pop()!;
      for (const part of parts.filter((each) => each.startsWith('data: '))) {
        const news = JSON.parse(part.slice(6)) as IngestNews;
        for (const item of news.items) items.set(item.id, item);
        skipped += news.skipped;
      }
    }
  })().catch(() => undefined);
  return {
    all: () => [...items.values()],
    find: (test: (item: IngestItem) => boolean) =>
      expect.poll(() => [...items.values()].find(test), { timeout: 10_000, interval: 50 }),
    skipped: () => skipped,
    stop: async () => {
      stop.abort();
      await reading;
    },
  };
}
const summary = async (owner = workspace.owner) => (await owner.get<IngestSummary>('/api/ingestion')).body;
const written = () => api.app.get(IngestLog, { strict: false }).flush();
const watching = (target = api) => target.app.get(Watching, { strict: false });
const rows = async (table: string, { id } = workspace) =>
  Number((await api.database.query(`select count(*) as n from ${table} where workspace_id = $1`, [id]))[0]!['n']);
const raw = async (path: string, body: string | Buffer, headers: Record<string, string>) =>
  (await fetch(`${api.url}${path}`, { method: 'POST', body: body as string, headers })).status;

describe('the live stream', () => {
  it('keeps nothing without a watcher, and begins within a second of the first', async () => {
    expect((await key.send('POST', '/v1/track', { userId: 'u', event: 'Unwatched' })).status).toBe(200);
    await written();
    expect(await rows('ingest_items')).toBe(0);
    const eyes = await watch();
    await expect.poll(() => watching().isWatched(workspace.scope), { timeout: 1_000, interval: 10 }).toBe(true);
    await key.send('POST', '/v1/track', { userId: 'u', event: 'Watched' });
    await eyes
      .find(({ name }) => name === 'Watched')
      .toMatchObject({
        outcome: 'accepted',
        userId: 'u',
        kind: 'track',
        route: '/v1/track',
        status: 200,
        key: { name: 'test' },
        raw: '{"userId":"u","event":"Watched"}',
        lagMs: 0,
      });
    expect(eyes.all().map(({ name }) => name)).not.toContain('Unwatched');
    await eyes.stop();
    await expect.poll(() => api.app.get(IngestStreams, { strict: false }).size, { timeout: 5_000 }).toBe(0);
  });

  it('shows what a stock SDK sends, duplicates, and why items are rejected', async () => {
    const eyes = await watch();
    const analytics = new Analytics({ writeKey: key.key, host: api.url, maxRetries: 0 });
    analytics.track({ userId: 'sdk', event: 'From SDK', messageId: 'sdk-1', timestamp: new Date(Date.now() - 60_000) });
    analytics.identify({ userId: 'sdk', traits: { email: 'sdk@example.com', password: 'hunter2' } });
    await analytics.closeAndFlush();
    await eyes
      .find(({ name }) => name === 'From SDK')
      .toMatchObject({
        outcome: 'accepted',
        messageId: 'sdk-1',
        library: expect.stringMatching(/^@segment\/analytics-node \d/),
        lagMs: expect.toSatisfy((lag: number) => lag > 59_000 && lag < 90_000),
      });
    await eyes
      .find(({ kind }) => kind === 'identify')
      .toMatchObject({ raw: expect.stringContaining('"password":"•••"') });
    const answer = await key.send('POST', '/v1/batch', {
      writeKey: key.key,
      batch: [
        { type: 'track', userId: 'sdk', event: 'From SDK', messageId: 'sdk-1' },
        { type: 'track', event: 'Nobody' },
        { type: 'nonsense', userId: 'sdk' },
        { type: 'track', userId: 'null', event: '예약' },
        17,
      ],
    });
    expect(answer.status).toBe(200);
    await eyes.find(({ outcome }) => outcome === 'duplicate').toMatchObject({ name: 'From SDK', reason: null });
    await eyes
      .find(({ name }) => name === 'Nobody')
      .toMatchObject({
        outcome: 'rejected',
        reason: 'userId is missing: give userId or anonymousId',
        path: 'batch[1].userId',
        status: 200,
      });
    await eyes.find(({ reason }) => reason?.startsWith('type must be one of') ?? false).toBeDefined();
    await eyes.find(({ name }) => name === '예약').toMatchObject({ userId: 'null', outcome: 'rejected' });
    await eyes.find((item) => item.raw === '17').toMatchObject({ reason: 'must be an object' });
    await eyes.stop();
  });

  it('shows requests that failed as a whole, of keys that are the workspace’s', async () => {
    const eyes = await watch();
    const basic = (secret: string) => ({ authorization: `Basic ${Buffer.from(`${secret}:`).toString('base64')}` });
    expect(await raw('/v1/track', `{"writeKey":"${key.key}", broken\u0000`, basic(key.key))).toBe(400);
    await eyes
      .find(({ reason }) => reason?.includes('valid JSON') ?? false)
      .toMatchObject({
        raw: expect.stringMatching(/^\{"writeKey":"•••", •••$/),
        status: 400,
      });
    expect(await raw('/v1/batch', 'x'.repeat(600_000), basic(key.key))).toBe(413);
    await eyes.find(({ status }) => status === 413).toMatchObject({ raw: null, route: '/v1/batch' });
    expect(await raw('/v1/batch', gzipSync('{"batch":1}'), basic(key.key))).toBe(400);
    await eyes.find(({ reason }) => reason?.includes('must have its events in') ?? false).toMatchObject({ raw: null });
    const reader = await workspace.key('read');
    expect(await raw('/v1/track', '{}', basic(reader.key))).toBe(403);
    await eyes.find(({ status }) => status === 403).toMatchObject({ reason: expect.stringContaining('events.send') });
    const revoked = await workspace.key('ingest');
    await api.database.query('update api_keys set revoked_at = now() where hash = sha256($1)', [
      Buffer.from(revoked.key),
    ]);
    expect(await raw('/v1/track', '{"userId":"u","event":"E"}', basic(revoked.key))).toBe(401);
    await eyes.find(({ status }) => status === 401).toMatchObject({ reason: expect.stringContaining('revoked') });
    const before = eyes.all().length;
    expect(await raw('/v1/track', '{}', basic(`wk_${'a'.repeat(43)}`))).toBe(401);
    await key.send('POST', '/v1/track', { userId: 'u', event: 'After the stranger' });
    await eyes.find(({ name }) => name === 'After the stranger').toBeDefined();
    expect(eyes.all()).toHaveLength(before + 1);
    expect(JSON.stringify(eyes.all())).not.toContain(key.key);
    await eyes.stop();
  });

  it('filters, and shows nothing of another workspace', async () => {
    const other = await api.workspace();
    const theirs = await other.key('ingest');
    const named = await watch({ query: '?name=order&outcome=accepted' });
    const person = await watch({ query: '?person=BEN&kind=track' });
    const stranger = await watch({ bearer: (await other.key('read')).key });
    await key.send('POST', '/v1/batch', {
      batch: [
        { type: 'track', userId: 'ben', event: 'Order Completed' },
        { type: 'track', userId: 'ann', event: 'Reorder' },
        { type: 'page', userId: 'ben' },
        { type: 'track', event: 'Order Nobody' },
      ],
    });
    await theirs.send('POST', '/v1/track', { userId: 'ben', event: 'Order of theirs' });
    await stranger.find(({ name }) => name === 'Order of theirs').toBeDefined();
    await named.find(({ name }) => name === 'Reorder').toBeDefined();
    await person.find(({ name }) => name === 'Order Completed').toBeDefined();
    expect(
      named
        .all()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['Order Completed', 'Reorder']);
    expect(person.all().map(({ name }) => name)).toEqual(['Order Completed']);
    expect(stranger.all().map(({ name }) => name)).toEqual(['Order of theirs']);
    for (const each of [named, person, stranger]) await each.stop();
    expect((await client({ url: api.url }).get('/api/ingestion/stream')).status).toBe(401);
    expect((await key.get('/api/ingestion/stream')).status).toBe(403);
  });

  it('works across processes, and says how many more came than it shows', { timeout: 60_000 }, async () => {
    const app = await createApi(
      apiConfig({
        DATABASE_URL: api.databaseUrl,
        WEND_SECRET_KEY: '5'.repeat(64),
        WEND_API_PORT: '0',
        WEND_API_HOST: '127.0.0.1',
        TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS'],
        TEMPORAL_NAMESPACE: process.env['TEMPORAL_NAMESPACE'],
      }),
    );
    await app.listen(0, '127.0.0.1');
    const address = app.getHttpServer().address() as { port: number };
    const eyes = await watch({ url: `http://127.0.0.1:${address.port}` });
    await expect.poll(() => watching().isWatched(workspace.scope), { timeout: 1_000, interval: 10 }).toBe(true);
    const batch = Array.from({ length: 500 }, (_, n) => ({
      type: 'track',
      userId: 'u',
      event: 'Flood',
      properties: { n },
    }));
    await key.send('POST', '/v1/batch', { batch });
    await expect.poll(() => eyes.skipped(), { timeout: 10_000 }).toBe(300);
    expect(eyes.all().filter(({ name }) => name === 'Flood')).toHaveLength(200);
    await eyes.stop();
    await app.close();
  });

  it('shows devices that are registered and removed, and why one is not, without the token', async () => {
    const eyes = await watch();
    await expect.poll(() => watching().isWatched(workspace.scope), { timeout: 1_000, interval: 10 }).toBe(true);
    const device = { kind: 'fcm', token: 'the-token-of-a-phone' };
    await key.send('POST', '/v1/devices', { ...device, userId: 'phoned', platform: 'android' });
    await key.send('POST', '/v1/devices', { ...device, kind: 'pager', userId: 'phoned' });
    await key.send('DELETE', '/v1/devices', device);
    await written();
    await eyes
      .find(({ route, outcome }) => route === 'POST /v1/devices' && outcome === 'accepted')
      .toMatchObject({ userId: 'phoned', kind: null, status: 200 });
    await eyes
      .find(({ route, outcome }) => route === 'POST /v1/devices' && outcome === 'rejected')
      .toMatchObject({ userId: 'phoned', status: 400, reason: expect.stringContaining('device') });
    await eyes.find(({ route }) => route === 'DELETE /v1/devices').toMatchObject({ outcome: 'accepted' });
    expect(JSON.stringify(eyes.all())).not.toContain('the-token-of-a-phone');
    await eyes.stop();
  });
});

describe('the summary', () => {
  it('counts by day and reason without a watcher, and keeps the last hundred that were rejected', async () => {
    const own = await api.workspace();
    const sender = await own.key('ingest');
    const send = (batch: object[]) => sender.send('POST', '/v1/batch', { batch });
    await send([
      { type: 'track', userId: 'a', event: 'E', messageId: 'm' },
      { type: 'track', event: 'Lost' },
    ]);
    await send([{ type: 'track', userId: 'a', event: 'E', messageId: 'm' }]);
    for (let n = 0; n < 3; n += 1) {
      await send(
        Array.from({ length: 60 }, (_, each) => ({ type: 'track', event: `Lost ${n * 60 + each}`, anonymousId: '' })),
      );
      await written();
    }
    const { days, reasons, rejections } = await summary(own.owner);
    expect(days).toHaveLength(30);
    expect(days.at(-1)).toEqual({
      day: new Date().toISOString().slice(0, 10),
      accepted: 1,
      duplicate: 1,
      rejected: 181,
    });
    expect(reasons).toEqual([{ reason: 'userId is missing: give userId or anonymousId', count: 181 }]);
    expect(rejections).toHaveLength(100);
    expect(rejections[0]!.name).toBe('Lost 179');
    expect(await rows('ingest_rejections', own)).toBe(100);
    expect(await rows('ingest_items', own)).toBe(0);
    expect((await summary()).rejections.some(({ name }) => name === 'Lost 179')).toBe(false);
    expect((await (await own.member('analyst')).get('/api/ingestion')).status).toBe(200);
  });

  it('forgets what names a person who is erased', async () => {
    await key.send('POST', '/v1/batch', {
      batch: [
        { type: 'track', userId: 'erased', event: 'Good' },
        { type: 'track', userId: 'erased', event: '' },
        { type: 'track', userId: 'stays', event: '' },
      ],
    });
    await written();
    const kept = async () =>
      (await summary()).rejections.map(({ userId }) => userId).filter((id) => id === 'erased' || id === 'stays');
    expect((await kept()).sort()).toEqual(['erased', 'stays']);
    // What could not be read is kept without its values. Whose others are nobody can tell: they say it somewhere else.
    await raw('/v1/track', '{"userId": "erased", "event": "Cut o', {
      authorization: `Bearer ${key.key}`,
      'content-type': 'application/json',
    });
    await key.send('POST', '/v1/alias', { previousId: 'erased' });
    await key.send('POST', '/v1/track', { event: 'Nobody', properties: { email: 'erased@example.com' } });
    await written();
    const speaksOf = async () => JSON.stringify((await summary()).rejections).split('erased').length - 1;
    expect(await speaksOf()).toBeGreaterThan(3);
    const count = (await summary()).rejections.length;
    const [person] = await api.database.query<{ id: string }>(
      `select id from profiles where workspace_id = $1 and external_id = 'erased'`,
      [workspace.id],
    );
    await new ErasureRepository(api.database).person(workspace.scope, person!.id);
    expect(await kept()).toEqual(['stays']);
    expect(await speaksOf()).toBe(0);
    // What was wrong stays to be seen.
    expect((await summary()).rejections.length).toBe(count - 2);
  });
});
