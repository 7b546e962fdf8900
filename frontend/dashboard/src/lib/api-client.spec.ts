import type { Route } from '@wend/contract';
import { afterEach, expect, it, vi } from 'vitest';
import { call, routeUrl } from './api-client';
import type { ApiProblem } from './api-client';

const route = {
  method: 'POST',
  path: '/api/things/:id',
  summary: '',
  access: 'public',
  status: 200,
} as unknown as Route<{ id: string }, undefined, { a: number }, { ok: true }>;
const answer = (body: string, status: number) =>
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response(body, { status })),
  );
const failure = () =>
  call(route, { params: { id: 'x' }, body: { a: 1 } }).then(
    () => undefined,
    (error: unknown) => error as ApiProblem,
  );
afterEach(() => vi.unstubAllGlobals());

it('fills and escapes parameters, and leaves out empty query values', () => {
  expect(
    routeUrl('/api/things/:id/versions/:number', {
      params: { id: 'a/b', number: 2 },
      query: { search: 'x y', cursor: '', limit: undefined, page: 0 },
    }),
  ).toBe('/api/things/a%2Fb/versions/2?search=x+y&page=0');
});

it('keeps what a problem says', async () => {
  answer(
    '{"title":"No","status":422,"code":"invalid","detail":"Check the fields.","errors":[{"path":"email","message":"is missing"}]}',
    422,
  );
  expect(await failure()).toMatchObject({
    status: 422,
    code: 'invalid',
    message: 'Check the fields.',
    errors: [{ path: 'email', message: 'is missing' }],
  });
});

it('makes a problem of an answer that is none', async () => {
  answer('<html>Bad gateway</html>', 502);
  expect(await failure()).toMatchObject({ status: 502, code: 'unknown' });
});

it('says when there was no answer at all', async () => {
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => {
      throw new TypeError('Failed to fetch');
    }),
  );
  expect(await failure()).toMatchObject({ status: 0, code: 'unreachable' });
});
