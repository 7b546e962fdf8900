import { createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { googleCertificate, testAuthority } from '../../../test/google-certificates.js';
import { Destinations, connectTls } from './index.js';

let port = 0;
const asked: string[] = [];
const server = createServer(googleCertificate, (socket) => socket.on('error', () => undefined).end('hello'));
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());

const connect = (host: string, { allow = [] as string[], ca = testAuthority, to = '127.0.0.1' } = {}) =>
  connectTls({
    destinations: new Destinations({
      allow,
      resolve: async (name) => {
        asked.push(name);
        return [{ address: to, family: 4 }];
      },
    }),
    host,
    port,
    timeoutMs: 2_000,
    ca,
  });

it('connects to what it checked, and verifies whose certificate it is', async () => {
  const allow = [`fcm.googleapis.com:${port}`, `elsewhere.example:${port}`];
  const socket = await connect('fcm.googleapis.com', { allow });
  expect(socket.authorized).toBe(true);
  socket.destroy();
  expect(asked).toEqual(['fcm.googleapis.com']);
  for (const refused of [
    connect('elsewhere.example', { allow }),
    connect('fcm.googleapis.com', { allow, ca: googleCertificate.cert }),
  ])
    await expect(refused).rejects.toMatchObject({ name: 'OutboundError', kind: 'network', handedOver: false });
});

it('goes to no private address and to no other port', async () => {
  await expect(connect('fcm.googleapis.com')).rejects.toMatchObject({ kind: 'refused' });
  await expect(
    connectTls({
      destinations: new Destinations({ allow: [], resolve: async () => [{ address: '127.0.0.1', family: 4 }] }),
      host: 'fcm.googleapis.com',
      port: 443,
      timeoutMs: 2_000,
    }),
  ).rejects.toMatchObject({ kind: 'refused', handedOver: false });
});
