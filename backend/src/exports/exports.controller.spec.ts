import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ExportsController } from './exports.controller.js';

const did: string[] = [];
let isWhole = true;
const service = {
  check: () => void did.push('check'),
  begin: () => (did.push('begin'), Promise.resolve({ id: 'x' })),
  note: () => void did.push('note'),
  end: () => void did.push('end'),
  async *csv() {
    yield await Promise.resolve('id\n');
    if (!isWhole) throw new Error('Whom an export is of went.');
    yield '1\n';
  },
};
const failed: unknown[] = [];
const controller = new ExportsController(service as never);
const server = createServer((request, response) => {
  const asked = Object.assign(request, { query: {}, caller: { workspaceId: 'w' } });
  controller.export(asked as never, response as never).catch((error: unknown) => failed.push(error));
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => server.close());
beforeEach(() => {
  did.length = 0;
  failed.length = 0;
  isWhole = true;
});

it('a HEAD checks what is asked for, and finds nobody', async () => {
  const response = await fetch(url, { method: 'HEAD' });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  expect(did).toEqual(['check']);
});

it('a file that cannot be whole breaks the connection, and one that is ends', async () => {
  expect(await (await fetch(url)).text()).toBe('id\n1\n');
  expect(did).toEqual(['begin', 'note', 'end']);
  isWhole = false;
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
  await expect.poll(() => failed).toHaveLength(1);
  expect(did.slice(3)).toEqual(['begin', 'note', 'end']);
});
