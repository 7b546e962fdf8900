import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDoor } from '../../frontend/dashboard/server/door.js';
import { logger } from '../src/platform/logging/index.js';
import { connect, startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { enroll, makeJourney, queue } from './delivery-fixture.js';
import { relaySignature } from './relay-package.mjs';
import { receiptFields, twilioSignature } from './twilio-calls.js';

const secret = 'the secret of api and web';
const publicUrl = 'https://wend.example';
const token = 'relay-secret-of-ours';
let api: TestApi;
let door: Server;
let origins: Record<'the dashboard' | 'the api', string>;
let workspace: TestWorkspace;
let connection: { id: string; path: string };
let messages: string[];
const logged: string[] = [];

beforeAll(async () => {
  api = await startTestApi({
    environment: {
      WEND_INTERNAL_SECRET: secret,
      WEND_PUBLIC_URL: publicUrl,
      WEND_NODE_PACKAGES: new URL('./relay-package.mjs', import.meta.url).href,
    },
  });
  const heard = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  for (const level of ['debug', 'info', 'warn', 'error'] as const)
    vi.spyOn(logger, level).mockImplementation(((...said: unknown[]) =>
      heard[level](...(said as [object, string]))) as never);
  door = createDoor({
    apiUrl: new URL(api.url),
    secret,
    trusted: () => false,
    pages: async (_, response) => void response.end('page'),
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  origins = { 'the dashboard': `http://127.0.0.1:${(door.address() as AddressInfo).port}`, 'the api': api.url };
});
afterAll(async () => {
  vi.restoreAllMocks();
  door?.closeAllConnections();
  door?.close();
  await api?.close();
});
beforeEach(async () => {
  logged.length = 0;
  workspace = await api.workspace();
  const made = await connect(workspace.owner, 'relay', { url: 'http://relay.example', token });
  connection = { id: made.body.id, path: new URL(made.body.feedbackUrl).pathname };
  messages = await sent(3);
});

/** Messages that went out by the connection, as `p0`, `p1` and so on. */
async function sent(count: number): Promise<string[]> {
  const journey = await makeJourney(
    api.database,
    { text: { type: 'wend/sms', config: {} } },
    workspace.id,
    randomUUID(),
  );
  const person = await enroll(api.database, { journey });
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const { id } = await queue(api.database, { journey, person, node: 'text', channel: 'sms', visit: n + 1 });
    await api.database.query(
      `update messages set status = 'sent', provider = 'relay', provider_id = $3, connection_id = $4, sent_at = now()
       where workspace_id = $1 and id = $2`,
      [workspace.id, id, `p${n}`, connection.id],
    );
    ids.push(id);
  }
  return ids;
}
const states = async () =>
  (
    await api.database.query<{ status: string }>(
      'select status from messages where workspace_id = $1 and id = any($2::uuid[]) order by provider_id',
      [workspace.id, messages],
    )
  ).map(({ status }) => status);
const delivered = JSON.stringify([{ kind: 'delivered', providerId: 'p0' }]);
const waiting = async () =>
  (
    await api.database.query<{ count: number }>(
      'select count(*)::int as count from feedback_waiting where workspace_id = $1',
      [workspace.id],
    )
  )[0]!.count;

describe.each(['the dashboard', 'the api'] as const)('the address that a provider calls, at the port of %s', (name) => {
  type Call = { path?: string; method?: string; body?: string | Buffer; signed?: string; headers?: object };
  const call = async ({
    path = connection.path,
    method = 'POST',
    body = delivered,
    signed,
    headers = {},
  }: Call = {}) => {
    const answer = await fetch(`${origins[name]}${path}`, {
      method,
      ...(method === 'GET' || method === 'HEAD' ? {} : { body: body as string }),
      headers: {
        'content-type': 'application/json',
        'x-relay-signature': signed ?? relaySignature(token, body.toString()),
        ...headers,
      },
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };

  it('serves no other method, and says which; a HEAD is a GET without a body', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const { status, headers } = await call({ method });
      expect([status, headers.get('allow')], method).toEqual([405, 'GET, HEAD, OPTIONS, POST']);
    }
    expect(await call({ method: 'GET', path: `${connection.path}?challenge=abc` })).toMatchObject({
      status: 200,
      text: 'abc',
    });
    expect(await call({ method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    expect(await states()).toEqual(['sent', 'sent', 'sent']);
  });

  it('is one address: another token, connection or workspace is nobody', async () => {
    const other = await api.workspace();
    const theirs = await connect(other.owner, 'relay', { url: 'http://relay.example', token });
    const [, , workspaceId, connectionId, signature = ''] = connection.path.split('/');
    const last = signature.endsWith('A') ? 'B' : 'A';
    for (const path of [
      `/hooks/${workspaceId}/${connectionId}/${signature.slice(0, -1)}${last}`,
      `/hooks/${workspaceId}/${connectionId}/${signature}x`,
      `/hooks/${workspaceId}/${connectionId}/${'a'.repeat(3_000)}`,
      `/hooks/${workspaceId}/${theirs.body.id}/${signature}`,
      `/hooks/${other.id}/${connectionId}/${signature}`,
      `/hooks/${other.id}/${theirs.body.id}/${signature}`,
      `/hooks/${workspaceId?.toUpperCase()}/${connectionId}/${signature}`,
      `/hooks/${workspaceId}/${connectionId}/%00`,
    ]) {
      const { status, text } = await call({ path });
      expect([status, text], path.slice(0, 200)).toEqual([
        404,
        expect.stringContaining('Settings → Channels') as string,
      ]);
    }
    // Their own address tells nothing of our messages, whose ids they may know.
    const event = JSON.stringify([
      { kind: 'failed', providerId: 'p0' },
      { kind: 'failed', messageId: messages[0] },
    ]);
    const path = new URL(theirs.body.feedbackUrl).pathname;
    expect((await call({ path, body: event })).status).toBe(200);
    expect(await states()).toEqual(['sent', 'sent', 'sent']);
  });

  it('takes no call that is not signed, by whatever name', async () => {
    for (const signed of ['', 'x', relaySignature('guess', delivered), relaySignature(token, `${delivered} `)]) {
      const { status, text } = await call({ signed });
      expect([status, text]).toEqual([403, expect.stringContaining('signature is wrong') as string]);
    }
    expect(await states()).toEqual(['sent', 'sent', 'sent']);
  });

  it('reads the bytes as they are, whatever they are said to be', async () => {
    for (const [index, type] of [
      'text/plain',
      'application/octet-stream',
      'application/json; charset=utf-16',
    ].entries()) {
      const body = JSON.stringify([{ kind: 'delivered', providerId: `p${index}` }]);
      expect((await call({ body, headers: { 'content-type': type } })).status, type).toBe(200);
    }
    expect(await states()).toEqual(['delivered', 'delivered', 'delivered']);
    for (const body of ['', 'hello', '{"half":', '{}', 'null', '[null]', '[1]', '[{"kind":"nonsense"}]']) {
      const { status, headers, text } = await call({ body });
      // What the provider's code cannot read, it is asked for again; it is never an error that says nothing.
      expect([200, 503], `${body} gave ${status}`).toContain(status);
      if (status === 503) expect([headers.get('retry-after'), text]).toEqual(['30', expect.stringContaining('later')]);
    }
    expect(await states()).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('drops what is too large without losing the connection, and a bomb is only its bytes', async () => {
    const large = await call({ body: 'x'.repeat(1024 * 1024 + 1) });
    expect([large.status, large.text]).toEqual([413, expect.stringContaining('1 MB') as string]);
    for (const body of [gzipSync(Buffer.from(delivered)), gzipSync(Buffer.alloc(50_000_000, 'x'))])
      expect(await call({ body, headers: { 'content-encoding': 'gzip' } })).toMatchObject({
        status: 415,
        text: expect.stringContaining('switch compression off') as string,
      });
    expect(await states()).toEqual(['sent', 'sent', 'sent']);
    expect((await call()).status).toBe(200);
  });

  it('takes thousands of events in one call, each once; the same call again changes nothing', async () => {
    const events = Array.from({ length: 10_000 }, (_, index) =>
      index < 3
        ? { kind: 'delivered', providerId: `p${index}`, id: `e${index}` }
        : { kind: 'delivered', providerId: `n${index}`, id: `e${index}` },
    );
    const body = JSON.stringify(events);
    expect(body.length).toBeLessThan(1024 * 1024);
    expect((await call({ body })).status).toBe(200);
    expect(await states()).toEqual(['delivered', 'delivered', 'delivered']);
    // Those of messages that are not known yet wait for them.
    expect(await waiting()).toBe(9_997);
    expect((await call({ body })).status).toBe(200);
    expect(await waiting()).toBe(9_997);
    const [told] = await api.database.query<{ count: number }>(
      `select count(*)::int as count from message_events
       where workspace_id = $1 and message_id = any($2::uuid[]) and status = 'delivered'`,
      [workspace.id, messages],
    );
    expect(told!.count).toBe(3);
  });

  it('hears of what went out by a connection that is off, and nothing by one that was removed', async () => {
    await workspace.owner.send('PUT', `/api/connections/${connection.id}`, { enabled: false });
    expect((await call()).status).toBe(200);
    expect(await states()).toEqual(['delivered', 'sent', 'sent']);
    await workspace.owner.send('DELETE', `/api/connections/${connection.id}`);
    expect((await call({ body: JSON.stringify([{ kind: 'delivered', providerId: 'p1' }]) })).status).toBe(404);
    expect(await states()).toEqual(['delivered', 'sent', 'sent']);
  });

  it('a call that is heard once more later moves nothing back', async () => {
    const old = JSON.stringify([
      { kind: 'sent', providerId: 'p0', id: 'e1', at: '2020-01-01T00:00:00Z' },
      { kind: 'delivered', providerId: 'p0', id: 'e2', at: '2020-01-01T00:00:01Z' },
    ]);
    for (let times = 0; times < 3; times += 1) expect((await call({ body: old })).status).toBe(200);
    expect(await states()).toEqual(['delivered', 'sent', 'sent']);
    const [history] = await api.database.query<{ count: number }>(
      `select count(*)::int as count from message_events where workspace_id = $1 and message_id = $2 and status = 'delivered'`,
      [workspace.id, messages[0]],
    );
    expect(history!.count).toBe(1);
  });

  it('acts on a STOP by POST only; asked by GET it says what to set', async () => {
    const authToken = 'b'.repeat(32);
    const twilio = await connect(workspace.owner, 'twilio', {
      accountSid: `AC${'2'.repeat(32)}`,
      authToken,
      sender: '+15005550006',
    });
    const path = new URL(twilio.body.feedbackUrl).pathname;
    const signed = async (query: string, method: string) => {
      const url = `${publicUrl}${path}?${query}`;
      const answer = await fetch(`${origins[name]}${path}?${query}`, {
        method,
        headers: { 'x-twilio-signature': twilioSignature(url, authToken) },
      });
      return [answer.status, answer.headers.get('allow'), await answer.text()];
    };
    const stop = new URLSearchParams({ MessageSid: 'MO1', From: '+31612345678', To: '+15005550006', Body: 'STOP' });
    expect(await signed(stop.toString(), 'GET')).toEqual([
      405,
      'POST',
      expect.stringContaining('set this webhook to POST'),
    ]);
    expect((await signed(stop.toString(), 'HEAD'))[0]).toBe(405);
    expect((await signed(new URLSearchParams(receiptFields).toString(), 'GET'))[0]).toBe(200);
    const answered = await api.database.query('select 1 from reply_answers where workspace_id = $1', [workspace.id]);
    expect(answered).toEqual([]);
  });

  it('logs refusals without the secret, the address or what was in the call', async () => {
    await call({
      signed: 'x',
      body: JSON.stringify([{ kind: 'replied', recipient: '+49301234567', text: 'private' }]),
    });
    for (const body of ['{"half": "private', '[{"to":"private" nonsense}]', 'private'])
      expect((await call({ body })).status).toBe(503);
    const text = logged.join('\n');
    expect(text).toContain(connection.id);
    for (const word of [token, connection.path.split('/').at(-1)!, '+49301234567', 'private'])
      expect(text).not.toContain(word);
  });
});
