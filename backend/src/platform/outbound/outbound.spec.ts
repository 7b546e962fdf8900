import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../test/chain.js';
import { OutboundError, SafeHttpClient, isPublicAddress } from './index.js';

let port = 0;
const requests: string[] = [];
const server = createServer((request, response) => {
  requests.push(`${request.method} ${request.headers.host} ${request.url}`);
  if (request.url === '/redirect') response.writeHead(302, { location: '/secret' }).end();
  else if (request.url === '/huge') response.end('x'.repeat(1_000_000));
  else if (request.url === '/never') return;
  else response.writeHead(201, { 'x-reply': 'yes' }).end('hello');
});

beforeAll(
  () =>
    new Promise<void>(
      (resolve) =>
        void server.listen(0, '127.0.0.1', () => {
          port = (server.address() as AddressInfo).port;
          resolve();
        }),
    ),
);
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const outcome = async (client: SafeHttpClient, url: string, timeoutMs = 2_000) =>
  client.request({ method: 'GET', url, timeoutMs }).catch((error: unknown) => error);

describe('addresses', () => {
  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '0.1.2.3',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2002:c0a8:101::1',
    '2001:0:4136:e378::1',
    '2001:db8::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '100::1',
    '5f00::1',
    '0177.0.0.1',
    'localhost',
    '',
  ])('refuses %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
  it.each([
    '93.184.215.14',
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2002:808:808::1',
  ])('lets %s through', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

describe('SafeHttpClient', () => {
  it.each([
    'http://127.0.0.1/',
    'http://localhost/',
    'http://localhost./',
    'http://127.1/',
    'http://0177.0.0.1/',
    'http://0x7f.0.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[0:0:0:0:0:ffff:7f00:0001]/',
    'http://[64:ff9b::7f00:1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://①②⑦.⓪.⓪.①/',
    'file:///etc/passwd',
    'ftp://example.com/',
    'http://user:secret@example.com/',
    'http://93.184.215.14:22/',
    'http://93.184.215.14:6379/',
    'example.com',
    '',
    'http://[localhost]/',
    'http://127.0.0.1@93.184.215.14/',
  ])('refuses %s without connecting', async (url) => {
    const client = new SafeHttpClient({ allow: [] });
    expect(await outcome(client, url)).toMatchObject({ name: 'OutboundError', kind: 'refused', handedOver: false });
    await client.close();
  });

  it('refuses a name when only one of its addresses is private', async () => {
    const client = new SafeHttpClient({
      allow: [],
      resolve: async () => [
        { address: '93.184.215.14', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    });
    expect(await outcome(client, 'http://mixed.example/')).toMatchObject({ kind: 'refused' });
    await client.close();
  });

  it('connects to what it checked: a name that changes its answer is asked once per connection', async () => {
    let asked = 0;
    const client = new SafeHttpClient({
      allow: [`rebind.example:${port}`],
      resolve: async () => {
        asked += 1;
        return [{ address: asked === 1 ? '127.0.0.1' : '192.0.2.1', family: 4 }];
      },
    });
    expect(await outcome(client, `http://rebind.example:${port}/`)).toMatchObject({
      status: 201,
      body: 'hello',
      headers: { 'x-reply': 'yes' },
    });
    expect(asked).toBe(1);
    expect(requests.at(-1)).toBe(`GET rebind.example:${port} /`);
    await client.close();
  });

  it('does not follow redirects, keeps 64 KB, gives up in time', async () => {
    const client = new SafeHttpClient({ allow: [`127.0.0.1:${port}`] });
    const at = `http://127.0.0.1:${port}`;
    expect(await outcome(client, `${at}/redirect`)).toMatchObject({ status: 302 });
    expect(requests.some((line) => line.endsWith('/secret'))).toBe(false);
    expect(((await outcome(client, `${at}/huge`)) as { body: string }).body.length).toBe(64 * 1024);
    const late = await outcome(client, `${at}/never`, 150);
    expect(late).toBeInstanceOf(OutboundError);
    expect(late).toMatchObject({ kind: 'timeout', handedOver: true });
    await client.close();
  });

  describe('with something to do right before sending', () => {
    const post = (client: SafeHttpClient, url: string, beforeSending: () => Promise<void>, signal?: AbortSignal) =>
      client
        .request({ method: 'POST', url, body: Buffer.from([0, 255, 128]), beforeSending, ...(signal && { signal }) })
        .catch((error: unknown) => error);

    it('does it once connected and before any byte leaves, and sends bytes as they are', async () => {
      const heard: string[] = [];
      const server = createServer((request, response) => {
        heard.push('head');
        request.on('data', (chunk: Buffer) => heard.push(chunk.toString('hex')));
        request.on('end', () => response.end(String(request.headers['content-length'])));
      });
      server.on('connection', () => heard.push('connected'));
      const address = `127.0.0.1:${await listening(server)}`;
      const client = new SafeHttpClient({ allow: [address] });
      const before = async () => {
        await until(async () => heard.length > 0, 'the connection', 2_000);
        await delay(20);
        heard.push('before');
      };
      expect(await post(client, `http://${address}/`, before)).toMatchObject({ status: 200, body: '3' });
      expect(heard).toEqual(['connected', 'before', 'head', '00ff80']);
      await client.close();
      server.close();
    });

    it('passes on what it throws, and sends nothing', async () => {
      let requests = 0;
      const server = createServer((_, response) => {
        requests += 1;
        response.end();
      });
      const address = `127.0.0.1:${await listening(server)}`;
      const client = new SafeHttpClient({ allow: [address] });
      const withdrawn = new Error('Withdrawn');
      expect(await post(client, `http://${address}/`, () => Promise.reject(withdrawn))).toBe(withdrawn);
      expect(requests).toBe(0);
      expect(await post(client, `http://${address}/`, async () => undefined)).toMatchObject({ status: 200 });
      expect(requests).toBe(1);
      await client.close();
      server.close();
    });

    it('gives up in time while the other side says nothing in the TLS handshake, or this takes long', async () => {
      const server = createTcpServer(() => undefined);
      const address = `127.0.0.1:${await listening(server)}`;
      const client = new SafeHttpClient({ allow: [address] });
      let begun = 0;
      const began = performance.now();
      expect(
        await post(client, `https://${address}/`, async () => void (begun += 1), AbortSignal.timeout(100)),
      ).toMatchObject({ kind: 'timeout', handedOver: false });
      expect(performance.now() - began).toBeLessThan(2_000);
      expect(begun).toBe(0);
      let over = false;
      const long = async () => {
        await delay(300);
        over = true;
      };
      expect(await post(client, `http://${address}/`, long, AbortSignal.timeout(100))).toMatchObject({
        kind: 'timeout',
        handedOver: false,
      });
      expect(over).toBe(true);
      await client.close();
      server.close();
    });
  });

  it('gives bytes as they are to who asks for them, and no answer that is larger than that', async () => {
    const client = new SafeHttpClient({ allow: [`127.0.0.1:${port}`] });
    const get = (path: string, mostBytes: number) =>
      client
        .request({ method: 'GET', url: `http://127.0.0.1:${port}${path}`, mostBytes })
        .catch((error: unknown) => error);
    const whole = (await get('/huge', 1_000_000)) as { bytes: Buffer; body: string };
    expect([whole.bytes.length, whole.body.length]).toEqual([1_000_000, 64 * 1024]);
    expect(await get('/huge', 999_999)).toMatchObject({ kind: 'refused', handedOver: true });
    await client.close();
  });

  it('allows a private address for the listed port only', async () => {
    const client = new SafeHttpClient({ allow: ['127.0.0.1:1'] });
    expect(await outcome(client, 'http://127.0.0.1:1/')).toMatchObject({
      kind: 'network',
      handedOver: false,
      message: 'The server refused the connection.',
    });
    expect(await outcome(client, `http://127.0.0.1:${port}/`)).toMatchObject({ kind: 'refused' });
    await client.close();
  });
});
