import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDoor } from '../../frontend/dashboard/server/door.js';
import { startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { until } from './chain.js';

const secret = 'the secret of api and web';
let server: TestApi;
let workspace: TestWorkspace;
let door: Server;
let ports: Record<'the dashboard' | 'the api', number>;
const sockets: Socket[] = [];
beforeAll(async () => {
  server = await startTestApi({ environment: { WEND_INTERNAL_SECRET: secret } });
  workspace = await server.workspace();
  door = createDoor({
    apiUrl: new URL(server.url),
    secret,
    trusted: () => false,
    pages: async (_, response) => void response.end('page'),
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  ports = { 'the dashboard': (door.address() as AddressInfo).port, 'the api': Number(new URL(server.url).port) };
});
afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));
afterAll(async () => {
  door?.closeAllConnections();
  door?.close();
  await server?.close();
});

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** What comes until `enough` matches or the other side closes. */
async function reading(socket: Socket, enough: RegExp): Promise<string> {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (enough.test(text)) break;
  }
  return text;
}

const request = (
  method: string,
  path: string,
  { body, headers = {} }: { body?: string | Buffer; headers?: Record<string, string> } = {},
) =>
  Buffer.concat([
    Buffer.from(
      `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}${body === undefined ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`}\r\n`,
    ),
    Buffer.from(body ?? ''),
  ]);
const health = request('POST', '/v1/m', { body: '{}' });

describe.each(['the dashboard', 'the api'] as const)('at the port of %s', (name) => {
  const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${ports[name]}${path}`, init);
  const authorization = async () => `Bearer ${(await workspace.key('ingest')).key}`;

  it('a batch that is too large is 413 each time, and the connection goes on at once', async () => {
    const headers = { authorization: await authorization(), 'content-type': 'application/json' };
    const batch = JSON.stringify({ batch: [{ type: 'track', event: 'x'.repeat(610_000), userId: 'u' }] });
    for (let round = 0; round < 10; round += 1) {
      const socket = await open(ports[name]);
      socket.write(request('POST', '/v1/batch', { body: batch, headers }));
      expect(await reading(socket, /body-too-large/)).toMatch(/^HTTP\/1.1 413 /);
      socket.write(health);
      expect(await reading(socket, /success/)).toMatch(/HTTP\/1.1 200 /);
    }
    const bomb = gzipSync(Buffer.alloc(5_000_000, 'x'));
    expect((await ask('/v1/batch', { method: 'POST', body: bomb, headers })).status).toBe(413);
    expect((await ask('/v1/batch', { method: 'POST', body: batch })).status).toBe(413);
    expect(
      (await ask('/v1/batch', { method: 'POST', body: batch, headers: { authorization: 'Bearer wk_unknown' } })).status,
    ).toBe(401);
    expect(
      (
        await ask('/api/journeys', {
          method: 'POST',
          body: `{"name":"${'x'.repeat(1_100_000)}"}`,
          headers: { 'content-type': 'application/json' },
        })
      ).status,
    ).toBe(413);
  });

  it('escapes that mean nothing are 400', async () => {
    for (const path of ['/api/%zz', '/api/journeys/%zz', '/v1/%zz', '/t/%zz', '/%zz', '/api/%E0%A4%A']) {
      const answer = await ask(path);
      expect([answer.status, answer.headers.get('content-type')], path).toEqual([
        400,
        'application/problem+json; charset=utf-8',
      ]);
      expect(await answer.json(), path).toMatchObject({ code: 'bad-path' });
    }
  });

  it("the browser SDK's figures of itself are taken as Segment takes them", async () => {
    const answer = await ask('/v1/m', {
      method: 'POST',
      body: '{"series":[{"type":"Counter"}]}',
      headers: { 'content-type': 'text/plain', origin: 'https://shop.example' },
    });
    expect([answer.status, answer.headers.get('access-control-allow-origin'), await answer.json()]).toEqual([
      200,
      '*',
      { success: true },
    ]);
  });

  it('pages of other origins may read when to come again, of refusals too', async () => {
    for (const [path, init] of [
      ['/v1/track', { method: 'POST', body: '{' }],
      ['/v1/nothing', { method: 'POST' }],
      ['/v1/track', {}],
    ] as const) {
      const { headers } = await ask(path, init);
      expect([headers.get('access-control-allow-origin'), headers.get('access-control-expose-headers')], path).toEqual([
        '*',
        'Retry-After',
      ]);
    }
  });

  it('a method that is not served is 405 with those that are', async () => {
    for (const [method, path, allow] of [
      ['GET', '/v1/batch', 'OPTIONS, POST'],
      ['DELETE', '/v1/track', 'OPTIONS, POST'],
      ['PUT', '/api/journeys', 'GET, HEAD, OPTIONS, POST'],
      ['GET', '/api/setup/', 'GET'],
      ['PATCH', '/api/session', 'DELETE, GET, HEAD, OPTIONS, POST'],
    ] as const) {
      const answer = await ask(path, { method });
      if (allow === 'GET') expect(answer.status).toBe(200);
      else
        expect([answer.status, answer.headers.get('allow'), (await answer.json()).code], `${method} ${path}`).toEqual([
          405,
          allow,
          'method-not-allowed',
        ]);
    }
    expect((await ask('/api/nothing', { method: 'POST' })).status).toBe(404);
    const options = await ask('/api/journeys', { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow'), options.headers.get('access-control-allow-origin')]).toEqual([
      204,
      'GET, HEAD, OPTIONS, POST',
      null,
    ]);
    expect(
      (
        await ask('/v1/batch', {
          method: 'OPTIONS',
          headers: { 'access-control-request-method': 'POST', origin: 'https://shop.example' },
        })
      ).status,
    ).toBe(204);
    const head = await ask('/api/setup', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('a management request whose body is not JSON is 415', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '']) {
      const answer = await ask('/api/session', {
        method: 'POST',
        body: Buffer.from('{"email":"a@b.example","password":"x"}'),
        headers: type ? { 'content-type': type } : {},
      });
      expect([answer.status, (await answer.json()).code], type).toEqual([415, 'unsupported-media-type']);
    }
    expect(
      (
        await ask('/api/session', {
          method: 'POST',
          body: '{"email":"a@b.example","password":"x"}',
          headers: { 'content-type': 'application/json; charset=utf-8' },
        })
      ).status,
    ).toBe(401);
  });
});

describe('live streams', () => {
  const cookieFor = async (email: string) => {
    const answer = await server.stranger.send('POST', '/api/session', { email, password: 'correct horse battery' });
    return answer.headers.getSetCookie()[0]!.split(';')[0]!;
  };
  const journey = async (of: TestWorkspace) =>
    (await of.owner.send('POST', '/api/journeys', { name: 'Watched' })).body.id as string;
  const stream = async (id: string, cookie: string, method = 'GET') => {
    const socket = await open(ports['the dashboard']);
    socket.write(request(method, `/api/journeys/${id}/live/stream`, { headers: { cookie } }));
    return { socket, head: await reading(socket, method === 'HEAD' ? /\r\n\r\n/ : /data: |"status"/) };
  };

  it('are limited per member, and leave room when they end', async () => {
    const mine = await server.workspace();
    const [id, cookie] = [await journey(mine), await cookieFor(mine.ownerEmail)];
    const opened = await Promise.all(Array.from({ length: 20 }, () => stream(id, cookie)));
    expect(opened.every(({ head }) => head.startsWith('HTTP/1.1 200'))).toBe(true);
    expect((await stream(id, cookie)).head).toMatch(/^HTTP\/1.1 429 [^]*too-many-streams/);
    expect((await mine.owner.get('/api/session')).status).toBe(200);
    opened[0]!.socket.destroy();
    await until(async () => (await stream(id, cookie)).head.startsWith('HTTP/1.1 200'), 'a place');
    const other = await server.workspace();
    expect((await stream(await journey(other), await cookieFor(other.ownerEmail))).head).toMatch(/^HTTP\/1.1 200/);
    expect((await stream(await journey(other), await cookieFor(other.ownerEmail), 'HEAD')).head).toMatch(
      /^HTTP\/1.1 200/,
    );
  });

  it.each([
    ['signs out', (cookie: string) => server.stranger.send('DELETE', '/api/session', undefined, { cookie })],
    [
      'is removed',
      (_: string, email: string) => server.database.query('delete from members where email = $1', [email]),
    ],
    [
      'has been signed in for too long',
      (_: string, email: string) =>
        server.database.query(
          'update sessions set expires_at = now() where member_id = (select id from members where email = $1)',
          [email],
        ),
    ],
  ])('end when the member %s', async (_, leave) => {
    const mine = await server.workspace();
    const cookie = await cookieFor(mine.ownerEmail);
    const { socket, head } = await stream(await journey(mine), cookie);
    expect(head).toMatch(/^HTTP\/1.1 200/);
    const ended = reading(socket, /\r\n0\r\n\r\n$/);
    await leave(cookie, mine.ownerEmail);
    expect(await ended).toMatch(/\r\n0\r\n\r\n$/);
  });
});
