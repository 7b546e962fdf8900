import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { createDoor } from './door.js';
import { subscriberOf } from './subscriber.js';

type Door = Parameters<typeof createDoor>[0];
const open: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const portOf = (server: Server) => (server.address() as AddressInfo).port;

async function listen(server: Server): Promise<Server> {
  server.listen({ port: 0, host: '127.0.0.1', backlog: 2_048 });
  await once(server, 'listening');
  open.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  return server;
}

/** A door before an api that answers as `answer` does. */
async function doorBefore(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  options: Partial<Door> = {},
): Promise<{ url: string; port: number; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const api = await listen(
    createServer((request, response) => {
      seen.push(request);
      answer(request, response);
    }),
  );
  const pages = async (_: IncomingMessage, response: ServerResponse) => void response.end('page');
  const door = await listen(
    createDoor({
      apiUrl: new URL(`http://127.0.0.1:${portOf(api)}`),
      secret: 'the secret of this door',
      trusted: () => false,
      pages,
      ...options,
    }),
  );
  return { url: `http://127.0.0.1:${portOf(door)}`, port: portOf(door), seen };
}

const echo = (request: IncomingMessage, response: ServerResponse) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ url: request.url, headers: request.headers, bytes: Buffer.concat(chunks).length })),
  );
};

async function raw(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  open.push({ close: () => socket.destroy() });
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** All that comes until `enough` matches, or until the other side closes. */
async function reading(socket: Socket, enough: RegExp): Promise<string> {
  let text = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (enough.test(text)) break;
  }
  return text;
}

it('answers at once beside hundreds of slow heads, slow bodies, open streams and answers that nobody reads', async () => {
  const big = Buffer.alloc(1024 * 1024);
  const { port, url } = await doorBefore(
    (request, response) => {
      if (request.url === '/api/stream')
        return void response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
      if (request.url === '/api/big') return void response.end(big);
      echo(request, response);
    },
    { limits: { perAddress: 5_000, headersMs: 60_000 } },
  );
  // In groups: more at once than the system keeps for a server would wait for it to ask again.
  const slow = async (head: string) => {
    const sockets: Socket[] = [];
    while (sockets.length < 550)
      sockets.push(...(await Promise.all(Array.from({ length: 110 }, () => raw(port, head)))));
    return sockets;
  };
  await slow('POST /v1/batch HTTP/1.1\r\nHost: x\r\n');
  await slow('POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{');
  await slow('GET /api/big HTTP/1.1\r\nHost: x\r\n\r\n');
  const streams = await slow('GET /api/stream HTTP/1.1\r\nHost: x\r\n\r\n');
  await Promise.all(streams.map((stream) => reading(stream, /data: 1/)));
  expect((await fetch(`${url}/v1/track`, { method: 'POST', body: '{}' })).status).toBe(200);
  expect(await (await fetch(url)).text()).toBe('page');
}, 60_000);

it('takes nothing of the api while a body is not there, and ends a body that stops coming', async () => {
  const { port, seen } = await doorBefore(echo, { limits: { bodyIdleMs: 200 } });
  const socket = await raw(port, 'POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
  expect(await reading(socket, /no end/)).toMatch(/^HTTP\/1.1 408 [^]*body-timeout/);
  expect(seen).toHaveLength(0);
  const large = await raw(
    port,
    `POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(30_000)}`,
  );
  expect(await reading(large, /no end/)).toMatch(/^HTTP\/1.1 408 /);
});

it('passes bodies of every size as they are, also without a length', async () => {
  const { url } = await doorBefore(echo);
  for (const bytes of [0, 1, 16_384, 16_385, 3_000_000]) {
    expect(
      await (await fetch(`${url}/v1/batch`, { method: 'POST', body: Buffer.alloc(bytes) })).json(),
      String(bytes),
    ).toMatchObject({ bytes });
    const stream = new ReadableStream({
      start: (controller) => {
        if (bytes) controller.enqueue(new Uint8Array(bytes));
        controller.close();
      },
    });
    expect(
      await (await fetch(`${url}/v1/batch`, { method: 'POST', body: stream, duplex: 'half' } as RequestInit)).json(),
    ).toMatchObject({ bytes });
  }
  const zipped = gzipSync('{"a":1}');
  expect(
    await (
      await fetch(`${url}/v1/batch`, { method: 'POST', body: zipped, headers: { 'content-encoding': 'gzip' } })
    ).json(),
  ).toMatchObject({ bytes: zipped.length, headers: { 'content-encoding': 'gzip' } });
});

it('keeps an early refusal and the connection, however much is still on its way', async () => {
  const { port } = await doorBefore((request, response) => {
    if (request.url === '/v1/batch')
      return void response.writeHead(413, { 'content-type': 'application/problem+json' }).end('{"status":413}');
    echo(request, response);
  });
  for (let round = 0; round < 20; round += 1) {
    const socket = await raw(
      port,
      `POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 610000\r\n\r\n${'x'.repeat(610_000)}GET /api/next HTTP/1.1\r\nHost: x\r\n\r\n`,
    );
    expect(await reading(socket, /\/api\/next/)).toMatch(/^HTTP\/1.1 413 [^]*HTTP\/1.1 200 /);
    socket.destroy();
  }
});

it('says who is there, and believes that of others only when told to', async () => {
  const forged = { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https', 'x-wend-door': 'forged' };
  const stranger = await doorBefore(echo);
  const { headers } = await (await fetch(`${stranger.url}/api/x`, { headers: forged })).json();
  expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-wend-door': 'the secret of this door' });
  expect(headers['x-forwarded-proto']).toBeUndefined();
  const proxied = await doorBefore(echo, { trusted: (address) => address === '127.0.0.1' || address === '10.0.0.1' });
  expect(
    (
      await (
        await fetch(`${proxied.url}/api/x`, { headers: { ...forged, 'x-forwarded-for': '6.6.6.6, 1.2.3.4, 10.0.0.1' } })
      ).json()
    ).headers,
  ).toMatchObject({
    'x-forwarded-for': '1.2.3.4',
    'x-forwarded-proto': 'https',
    'x-wend-door': 'the secret of this door',
  });
});

it('refuses paths that cannot be read', async () => {
  const { port, seen } = await doorBefore(echo);
  for (const path of ['/%zz', '/api/%zz', '/v1/%E0%A4%A', '/t/%', 'http://elsewhere/api']) {
    const socket = await raw(port, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(await reading(socket, /bad-path/), path).toMatch(
      /^HTTP\/1.1 400 [^]*application\/problem\+json[^]*bad-path/,
    );
  }
  expect(seen).toHaveLength(0);
});

it('says when the api is away, also to pages of other origins', async () => {
  const gone = await doorBefore(echo, { apiUrl: new URL('http://127.0.0.1:1') });
  const answer = await fetch(`${gone.url}/v1/track`, { method: 'POST', body: '{}' });
  expect([
    answer.status,
    answer.headers.get('retry-after'),
    answer.headers.get('access-control-expose-headers'),
  ]).toEqual([503, '2', 'Retry-After']);
  expect(await answer.json()).toMatchObject({ code: 'api-unreachable' });
});

it('ends what it asked of the api when the visitor leaves, and the answer when the api breaks off', async () => {
  const left = new Promise<void>(
    (resolve) =>
      void doorBefore(
        (_, response) =>
          void response
            .once('close', resolve)
            .writeHead(200, { 'content-type': 'text/event-stream' })
            .write('data: 1\n\n'),
      ).then(async ({ port }) => {
        const socket = await raw(port, 'GET /api/stream HTTP/1.1\r\nHost: x\r\n\r\n');
        await reading(socket, /data: 1/);
        socket.destroy();
      }),
  );
  await left;
  const { url } = await doorBefore((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setImmediate(() => response.destroy());
  });
  await expect(fetch(`${url}/api/x`).then((answer) => answer.text())).rejects.toThrow();
});

it('compresses what the api answers, but no stream', async () => {
  const { url } = await doorBefore((request, response) =>
    response
      .writeHead(200, {
        'content-type': request.url === '/api/stream' ? 'text/event-stream' : 'application/json',
        'set-cookie': ['a=1', 'b=2'],
      })
      .end('x'.repeat(5_000)),
  );
  const plain = await fetch(`${url}/api/x`, { headers: { 'accept-encoding': 'gzip' } });
  expect([plain.headers.get('content-encoding'), plain.headers.getSetCookie(), (await plain.text()).length]).toEqual([
    'gzip',
    ['a=1', 'b=2'],
    5_000,
  ]);
  const stream = await fetch(`${url}/api/stream`, { headers: { 'accept-encoding': 'gzip' } });
  expect([stream.headers.get('content-encoding'), stream.headers.get('cache-control')]).toEqual([null, 'no-transform']);
});

it('lets an address that opens too many connections lose its own oldest ones', async () => {
  const { port, url } = await doorBefore(echo, { limits: { perAddress: 20 } });
  const first = await raw(port, 'GET /api/x HTTP/1.1\r\nHost: x\r\n');
  const closed = once(first, 'close');
  for (let count = 0; count < 40; count += 1) await raw(port, 'GET /api/x HTTP/1.1\r\n');
  await closed;
  expect((await fetch(`${url}/api/x`)).status).toBe(200);
});

it('takes connections on which a page was answered for idle', async () => {
  const { port } = await doorBefore(echo, { limits: { perAddress: 3 } });
  for (let count = 0; count < 10; count += 1)
    expect(await reading(await raw(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'), /page/)).toMatch(/200/);
});

it('keeps a body a body, whatever the method and the heads say: nothing of it is read as another request', async () => {
  const { port, seen } = await doorBefore(
    (request, response) => void request.resume().once('end', () => response.end('{}')),
  );
  const hidden = 'GET /api/hidden HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1_000);
  const chunked = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
  for (const method of ['GET', 'DELETE', 'OPTIONS', 'POST']) {
    for (const [heads, body] of [
      ['Transfer-Encoding: chunked', chunked],
      [`Content-Length: ${hidden.length}\r\nConnection: keep-alive, content-length`, hidden],
    ] as const) {
      const socket = await raw(port, `${method} /api/x HTTP/1.1\r\nHost: x\r\n${heads}\r\n\r\n${body}`);
      expect(await reading(socket, /\{\}/)).toMatch(/^HTTP\/1.1 200 /);
    }
  }
  expect(new Set(seen.map(({ url }) => url))).toEqual(new Set(['/api/x']));
  expect(seen).toHaveLength(8);
});

it('answers whoever would rather speak HTTP/2, and outlives those who leave at once', async () => {
  const { port, url } = await doorBefore(echo);
  const upgrade =
    'POST /v1/track HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nContent-Length: 2\r\n\r\n{}';
  expect(await reading(await raw(port, upgrade), /"bytes":2/)).toMatch(/^HTTP\/1.1 200 /);
  for (let count = 0; count < 50; count += 1) (await raw(port, upgrade)).resetAndDestroy();
  expect((await fetch(`${url}/api/x`)).status).toBe(200);
});

it('closes connections to the api that nobody uses before the api does, and none that is used', async () => {
  const sockets = new Set<Socket>();
  const { url } = await doorBefore(
    (request, response) => {
      sockets.add(request.socket);
      if (request.url === '/api/slow') setTimeout(() => response.end('done'), 400);
      else response.end();
    },
    { limits: { apiIdleMs: 100 } },
  );
  expect(await (await fetch(`${url}/api/slow`)).text()).toBe('done');
  await fetch(`${url}/api/x`);
  await Promise.all([...sockets].map((socket) => socket.destroyed || once(socket, 'close')));
});

it('counts the addresses of one IPv6 subscriber together', () => {
  expect(
    [
      '203.0.113.7',
      '::ffff:203.0.113.7',
      '2001:db8:1:2:3:4:5:6',
      '2001:db8:1:2::9',
      '2001:db8::1',
      '::1',
      'fe80::1%eth0',
    ].map(subscriberOf),
  ).toEqual([
    '203.0.113.7',
    '::ffff:203.0.113.7',
    '2001:db8:1:2',
    '2001:db8:1:2',
    '2001:db8:0:0',
    '0:0:0:0',
    'fe80:0:0:0',
  ]);
});
