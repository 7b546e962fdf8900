import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { createDoor } from './door.js';
import type { Scripts } from './scripts.js';

const open: { close: () => unknown }[] = [];
afterEach(() => open.splice(0).forEach((each) => each.close()));

const plain = Buffer.from(
  'console.log("a script of some length, so that packing it is worth its while, while, while");',
);
const scripts: Scripts = new Map([
  ['/wend.js', { plain, packed: gzipSync(plain), etag: 'W/"one"', cache: 'public, max-age=300' }],
]);

async function door(): Promise<string> {
  const server = createDoor({
    apiUrl: new URL('http://127.0.0.1:9'),
    secret: null,
    trusted: () => false,
    pages: async (_, response) => void response.end('page'),
    scripts,
  }).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('gives a script to pages of any origin, packed for whoever can unpack it', async () => {
  const url = await door();
  const answer = await fetch(`${url}/wend.js?v=1`);
  expect(await answer.text()).toBe(plain.toString());
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'content-type': 'text/javascript; charset=utf-8',
    'content-encoding': 'gzip',
    'cache-control': 'public, max-age=300',
    'cross-origin-resource-policy': 'cross-origin',
  });
  const unpacked = await fetch(`${url}/wend.js`, { headers: { 'accept-encoding': 'identity' } });
  expect(unpacked.headers.get('content-length')).toBe(String(plain.length));
});

it('says that nothing changed to who has it, and leaves other paths to the pages', async () => {
  const url = await door();
  const same = await fetch(`${url}/wend.js`, { headers: { 'if-none-match': '"other", W/"one"' } });
  expect([same.status, await same.text()]).toEqual([304, '']);
  const older = await fetch(`${url}/wend.js`, { headers: { 'if-none-match': 'W/"older"' } });
  expect(older.status).toBe(200);
  expect(await (await fetch(`${url}/wend.jsx`)).text()).toBe('page');
  expect((await fetch(`${url}/wend.js`, { method: 'POST', body: 'x' })).status).toBe(405);
});
