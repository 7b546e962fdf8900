import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from '@wend/contract';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Destinations, SafeHttpClient } from '../../../platform/outbound/index.js';
import { openProvider, servicesOf } from '../../provider.js';
import { signedHttp } from './signed-http.js';

const before = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const after = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDkA6h0oS5nXE=';
const calls: { headers: IncomingHttpHeaders; body: string }[] = [];
let answer: string | undefined;
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
  request.on('end', () => {
    calls.push({ headers: request.headers, body });
    response.writeHead(calls.length === 1 && answer === undefined ? 503 : 200).end(answer);
  });
});

let client: SafeHttpClient;
let allow: string;
beforeEach(async () => {
  calls.length = 0;
  answer = undefined;
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  allow = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  client = new SafeHttpClient({ allow: [allow] });
});
afterEach(async () => {
  await client.close();
  receiver.close();
});

function send(secrets: { now: string; old?: string }, headers: { name: string; value: string }[] = []) {
  const destinations = new Destinations({ allow: [allow] });
  return openProvider(signedHttp, servicesOf({ http: client, destinations })).send({
    message: { id: 'message', workspaceId: 'w', channel: 'webhook' },
    content: { method: 'POST', url: `http://${allow}/hook`, headers, body: '{"name":"김\\n\\"Q\\""}', response: true },
    recipient: null,
    devices: [],
    idempotencyKey: 'message',
    connection: {
      id: 'c',
      workspaceId: 'w',
      kind: 'webhook-signed',
      settings: {},
      secrets: { secret: secrets.now },
      oldSecrets: secrets.old === undefined ? null : { secret: secrets.old },
      feedbackUrl: '',
      revision: '1',
    },
    signal: AbortSignal.timeout(5_000),
    handingOver: async () => undefined,
  });
}
const verified = (secret: string, { headers, body }: (typeof calls)[number]): unknown =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

it('signs the exact bytes; a repeat has the same id and the same body', async () => {
  await expect(send({ now: after })).rejects.toMatchObject({ class: 'serverError', status: 503 });
  await send({ now: after });
  for (const call of calls) expect(verified(after, call)).toEqual({ name: '김\n"Q"' });
  const [first, second] = calls as [(typeof calls)[0], (typeof calls)[0]];
  expect([second.headers['webhook-id'], second.body]).toEqual([first.headers['webhook-id'], first.body]);
  expect(() => verified(after, { ...first, body: `${first.body} ` })).toThrow();
});

it('is taken by receivers with the new secret and by those that still have the old one', async () => {
  await send({ now: after, old: before }).catch(() => undefined);
  expect(verified(before, calls[0]!)).toEqual(verified(after, calls[0]!));
  expect(() => verified('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', calls[0]!)).toThrow();
});

it('does not let a step take the place of what is signed', async () => {
  await send({ now: after }, [{ name: 'Webhook-Id', value: 'forged' }]).catch(() => undefined);
  expect(verified(after, calls[0]!)).toBeDefined();
  expect(calls[0]!.headers['webhook-id']).toBe('message');
});

it.each(['whsec_short', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', `whsec_${'A'.repeat(120)}`])('refuses “%s”', (secret) => {
  expect(signedHttp.settings!.safeParse({ secret }).success).toBe(false);
});

it.each([
  ['JSON', '{"a":[{"b":"\\"q\\""}]}', { a: [{ b: '"q"' }] }],
  ['text', 'said "ok"', 'said "ok"'],
  ['nested too deep for an event', `${'['.repeat(31)}${']'.repeat(31)}`, `${'['.repeat(31)}${']'.repeat(31)}`],
  ['with a number that has no end', '[1e400]', '[1e400]'],
  ['with a reserved key', '{"__proto__":{"x":1}}', '{"__proto__":{"x":1}}'],
])('gives on what it was answered as JSON where an event can hold it, else as text: %s', async (_, body, expected) => {
  answer = body;
  const { response } = await send({ now: after });
  expect(response).toEqual({ status: 200, body: expected });
  expect(json.safeParse({ response, deep: [response] }).success).toBe(true);
});

it('gives JSON on as JSON, but as text where it is nested so deep that nothing could keep it', async () => {
  answer = '{"points":[1,{"of":"Kim"}]}';
  expect((await send({ now: after })).response).toEqual({ status: 200, body: { points: [1, { of: 'Kim' }] } });
  answer = `${'['.repeat(15_000)}${']'.repeat(15_000)}`;
  expect((await send({ now: after })).response).toEqual({ status: 200, body: answer });
});
