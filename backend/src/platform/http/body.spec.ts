import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import express from 'express';
import type { NextFunction, Request, Response } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../errors/index.js';
import { jsonBody } from './body.js';
import type { CallerResolver } from './caller.js';

let server: Server;
let url: string;
beforeAll(async () => {
  const app = express();
  const large = { method: 'POST', path: '/api/large', bodyBytes: 10_000_000 };
  app.use(
    '/api',
    jsonBody({ routes: [large] as never, callers: { resolve: async () => ({}) } as unknown as CallerResolver }),
  );
  app.use((request: Request, response: Response) => void response.json({ body: request.body ?? null }));
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const { status, code, message } = error instanceof UserError ? error : { status: 500, code: '', message: '' };
    response.status(status).json({ code, message });
  });
  await new Promise<void>((resolve) => (server = app.listen(0, '127.0.0.1', () => resolve())));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const send = async (body: string, path = '/api/echo') => {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, ...((await response.json()) as Record<string, unknown>) };
};

describe('a JSON body of /api', () => {
  it('keeps every digit of ids of 64 bits, as ingestion does', async () => {
    expect(
      await send('{"traits":{"n":9007199254740993,"k":[12345678901234567890],"small":12.5},"한글":"값"}'),
    ).toMatchObject({
      status: 200,
      body: { traits: { n: '9007199254740993', k: ['12345678901234567890'], small: 12.5 }, 한글: '값' },
    });
  });

  it('is an object or a list; a mark of byte order may stand before it', async () => {
    expect(await send('\uFEFF{"a":1}')).toMatchObject({ body: { a: 1 } });
    expect(await send('')).toMatchObject({ status: 200 });
    for (const text of ['{"a":', '7', '"text"', 'null', '{"a":1}}'])
      expect(await send(text), text).toMatchObject({ status: 400, code: 'malformed-json' });
  });

  it('is refused with the limit in megabytes when it is too large', async () => {
    const text = JSON.stringify({ text: 'x'.repeat(10_000_100) });
    expect(await send(text)).toMatchObject({
      status: 413,
      message: expect.stringContaining('larger than 1 MB.') as unknown,
    });
    expect(await send(text, '/api/large')).toMatchObject({
      status: 413,
      message: expect.stringContaining('larger than 10 MB.') as unknown,
    });
  });
});
