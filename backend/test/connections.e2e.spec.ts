import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';
import { enroll, makeJourney, queue } from './delivery-fixture.js';
import { relaySignature } from './relay-package.mjs';
import { startRelay } from './relay.js';
import type { Relay } from './relay.js';

let api: TestApi;
let relay: Relay;
let workspace: TestWorkspace;
beforeAll(async () => {
  relay = await startRelay();
  api = await startTestApi({
    environment: {
      WEND_NODE_PACKAGES: new URL('./relay-package.mjs', import.meta.url).href,
      WEND_OUTBOUND_ALLOW: relay.allow,
      WEND_PUBLIC_URL: 'https://wend.example',
    },
  });
});
afterAll(async () => {
  await api?.close();
  await relay?.close();
});
beforeEach(async () => {
  workspace = await api.workspace();
  relay.feel('well');
  relay.calls.length = 0;
});

const add = async (over: object = {}) =>
  (
    await workspace.owner.send('POST', '/api/connections', {
      kind: 'relay',
      settings: { url: relay.url, token: 'secret-1' },
      ...over,
    })
  ).body;
const change = (id: string, body: object) => workspace.owner.send('PUT', `/api/connections/${id}`, body);
const list = async () => (await workspace.owner.get('/api/connections')).body.items;

describe('connections', () => {
  it('of a channel are several, each with a name, a rule, a rate and its place; nothing else of it changes', async () => {
    const one = await add();
    const two = await add({
      name: 'Korea',
      rule: { countries: ['KR'], classes: ['transactional'] },
      ratePerSecond: 5,
      enabled: false,
    });
    expect(one).toMatchObject({
      kind: 'relay',
      channel: 'sms',
      name: 'Relay',
      enabled: true,
      rule: null,
      ratePerSecond: null,
      secrets: ['token'],
      oldSecretsUntil: null,
      feedbackUrl: expect.stringContaining(`https://wend.example/hooks/${workspace.id}/${one.id}/`) as string,
      health: { state: 'unknown', sent24h: 0, failed24h: 0, errors: [] },
    });
    expect(two).toMatchObject({ name: 'Korea', enabled: false, ratePerSecond: 5 });
    expect((await change(two.id, { enabled: true })).body).toMatchObject({
      enabled: true,
      name: 'Korea',
      rule: { countries: ['KR'], classes: ['transactional'] },
      settings: { url: relay.url },
      secrets: ['token'],
    });
    expect((await change(two.id, { rule: null, ratePerSecond: null })).body).toMatchObject({
      rule: null,
      ratePerSecond: null,
    });
    expect((await change(two.id, { rule: { countries: ['Korea'] } })).status).toBe(400);
    expect((await change(two.id, { ratePerSecond: 0 })).status).toBe(400);
    expect(JSON.stringify(await list())).not.toContain('secret-1');
  });

  it('are put into an order, all of them; an order of other times is refused', async () => {
    const [one, two, three] = [await add(), await add(), await add()];
    const order = (ids: string[]) => workspace.owner.send('PUT', '/api/channels/sms/order', { ids });
    expect((await order([three.id, one.id, two.id])).status).toBe(200);
    expect((await list()).map(({ id }: { id: string }) => id)).toEqual([three.id, one.id, two.id]);
    expect((await order([three.id, one.id])).body).toMatchObject({ code: 'connections-changed' });
    expect((await order([three.id, one.id, one.id])).body).toMatchObject({ code: 'connections-changed' });
    expect((await order([three.id, one.id, randomUUID()])).body).toMatchObject({ code: 'connections-changed' });
    expect((await workspace.owner.send('PUT', '/api/channels/telex/order', { ids: [one.id] })).status).toBe(400);
  });

  it('get new secrets while the old ones stay valid for a while', async () => {
    const { id } = await add();
    const rotate = (body: object) => workspace.owner.send('POST', `/api/connections/${id}/rotate`, body);
    const rotated = (await rotate({ secrets: { token: 'secret-2' }, keepOldHours: 2 })).body;
    expect(Date.parse(rotated.oldSecretsUntil) - Date.now()).toBeGreaterThan(1.9 * 3_600_000);
    expect((await rotate({ secrets: { color: 'red' } })).status).toBe(400);
    // Nothing was entered: those that are still valid from before stay so.
    expect(await rotate({ secrets: { token: '' } })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'secrets.token' }] },
    });
    const { items: rotating } = (await workspace.owner.get('/api/connections')).body;
    expect(rotating.find((each: { id: string }) => each.id === id).oldSecretsUntil).toBe(rotated.oldSecretsUntil);
    expect((await rotate({ secrets: {} })).status).toBe(400);
    expect((await rotate({ secrets: { token: 'secret-3' }, keepOldHours: 0 })).body.oldSecretsUntil).toBeNull();
  });

  it('belong to those who manage channels', async () => {
    const { id } = await add();
    const marketer = await workspace.member('marketer');
    const tries = [
      marketer.send('POST', '/api/connections', { kind: 'relay', settings: {} }),
      marketer.send('PUT', `/api/connections/${id}`, { enabled: false }),
      marketer.send('POST', `/api/connections/${id}/rotate`, { secrets: { token: 'x' } }),
      marketer.send('PUT', '/api/channels/sms/order', { ids: [id] }),
    ];
    expect((await Promise.all(tries)).map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });
});

describe('a test message', () => {
  const test = (body: object, who = workspace.owner) => who.send('POST', '/api/send-test', body);
  const text = { channel: 'sms', config: { text: 'Hi {{ profile.first_name }}' } };

  it('goes out for real to the address that was entered, also while the channel is in the sandbox', async () => {
    const { id, name } = await add();
    await workspace.owner.send('PUT', '/api/channels/sandbox', { channel: 'sms', sandbox: true });
    expect((await test({ ...text, to: '+49 30 1234567' })).body).toMatchObject({
      ok: true,
      to: '+49301234567',
      connection: { id, name },
      answer: expect.stringContaining('id-') as string,
    });
    expect(relay.calls).toMatchObject([{ to: '+49301234567', token: 'secret-1' }]);
    const stored = await api.database.query('select 1 from messages where workspace_id = $1', [workspace.id]);
    expect(stored).toEqual([]);
  });

  it('goes to oneself by email, with a sample where no step is there yet', async () => {
    await add({ kind: 'mail-relay' });
    const answer = await test({ channel: 'email' });
    expect(answer.body).toMatchObject({ ok: true, to: workspace.ownerEmail });
  });

  it('goes by the connection that was chosen, even one that is off, and says what it answered', async () => {
    await add();
    const off = await add({ name: 'Off', enabled: false });
    relay.feel('locked');
    expect((await test({ ...text, to: '+49301234567', connectionId: off.id })).body).toMatchObject({
      ok: false,
      message: 'who are you',
      connection: { id: off.id, name: 'Off' },
    });
    expect((await test({ ...text, to: '+49301234567', connectionId: randomUUID() })).status).toBe(404);
  });

  it('goes to a device of the person that was chosen', async () => {
    await add({ kind: 'notifier' });
    const note = { channel: 'push', config: { title: 'Hi', body: 'There' } };
    const [profile] = await api.database.query<{ id: string }>(
      'insert into profiles (workspace_id) values ($1) returning id',
      [workspace.id],
    );
    expect((await test(note)).body).toMatchObject({ code: 'profile-needed' });
    expect((await test({ ...note, profileId: profile!.id })).body).toMatchObject({ code: 'unreachable' });
    await api.database.query(
      `insert into devices (workspace_id, profile_id, kind, token) values ($1, $2, 'fcm', 'tok')`,
      [workspace.id, profile!.id],
    );
    expect((await test({ ...note, profileId: profile!.id })).body).toMatchObject({ ok: true, to: null });
    expect(relay.calls.at(-1)).toMatchObject({ devices: ['tok'] });
  });

  it('says what is missing: an address, a provider, a message', async () => {
    expect((await test({ ...text, to: '+49301234567' })).body).toMatchObject({ code: 'no-provider' });
    await add();
    expect((await test(text)).body).toMatchObject({ code: 'address-needed', errors: [{ path: 'to' }] });
    expect((await test({ ...text, to: '12' })).body).toMatchObject({ code: 'bad-address' });
    expect((await test({ channel: 'sms', config: { text: '{{ oops' }, to: '+49301234567' })).body).toMatchObject({
      code: 'invalid-message',
      errors: [{ path: 'text' }],
    });
    expect(relay.calls).toEqual([]);
  });

  it('is for those who build journeys, and not without end', async () => {
    await add();
    expect((await test({ ...text, to: '+49301234567' }, await workspace.member('analyst'))).status).toBe(403);
    const marketer = await workspace.member('marketer');
    const answers = [];
    for (let n = 0; n < 22; n += 1) answers.push(await test({ ...text, to: '+49301234567' }, marketer));
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(20);
    expect(answers.at(-1)).toMatchObject({ status: 429, body: { code: 'too-many-tests' } });
    const lines = await api.database.query(
      `select 1 from audit_log where workspace_id = $1 and action = 'message.test'`,
      [workspace.id],
    );
    expect(lines).toHaveLength(20);
  });
});

describe('the address that a provider calls', () => {
  async function message() {
    const connection = await add();
    const journey = await makeJourney(
      api.database,
      { text: { type: 'wend/sms', config: { text: 'Hi' } } },
      workspace.id,
      randomUUID(),
    );
    const person = await enroll(api.database, { journey });
    const { id } = await queue(api.database, { journey, person, node: 'text', channel: 'sms' });
    await api.database.query(
      `update messages set status = 'sent', provider = 'relay', provider_id = 'p1', connection_id = $3, sent_at = now()
       where workspace_id = $1 and id = $2`,
      [workspace.id, id, connection.id],
    );
    await api.database.query(
      `insert into message_events (workspace_id, message_id, status, at, attempt, provider, connection_id, answer)
       values ($1, $2, 'sent', now(), 1, 'relay', $3, 'taken')`,
      [workspace.id, id, connection.id],
    );
    return { id, connection, path: new URL(connection.feedbackUrl).pathname };
  }
  const hear = (path: string, events: object[], secret = 'secret-1', body = JSON.stringify(events)) =>
    fetch(`${api.url}${path}`, {
      method: 'POST',
      body,
      headers: { 'x-relay-signature': relaySignature(secret, body) },
    });
  const detail = async (id: string) => (await workspace.owner.get(`/api/messages/${id}`)).body;

  it('takes what is signed, over the very bytes, and shows it with the attempt and its answer', async () => {
    const { id, connection, path } = await message();
    const odd = `[ {"kind":"delivered",   "providerId":"p1","detail":"Zugestellt \u2713"} ]\n`;
    const answer = await hear(path, [], 'secret-1', odd);
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    const { status, events } = await detail(id);
    expect(status).toBe('delivered');
    expect(events).toMatchObject([
      {
        status: 'sent',
        attempt: 1,
        provider: 'relay',
        connection: { id: connection.id, name: 'Relay' },
        answer: 'taken',
      },
      { status: 'delivered', detail: 'Zugestellt ✓', attempt: null, connection: null },
    ]);
    await workspace.owner.send('DELETE', `/api/connections/${connection.id}`);
    expect((await detail(id)).events[0].connection).toEqual({ id: connection.id, name: null });
    expect((await hear(path, [])).status).toBe(404);
  });

  it('takes either secret while they are exchanged, and only the new one after', async () => {
    const { connection, path } = await message();
    const rotate = (token: string, keepOldHours: number) =>
      workspace.owner.send('POST', `/api/connections/${connection.id}/rotate`, { secrets: { token }, keepOldHours });
    await rotate('secret-2', 1);
    expect([(await hear(path, [], 'secret-1')).status, (await hear(path, [], 'secret-2')).status]).toEqual([200, 200]);
    await rotate('secret-3', 0);
    expect([(await hear(path, [], 'secret-2')).status, (await hear(path, [], 'secret-3')).status]).toEqual([403, 200]);
  });

  it('refuses what is forged, altered, cut off, or of another connection or workspace', async () => {
    const { id, path } = await message();
    const forged = await hear(path, [{ kind: 'failed', providerId: 'p1' }], 'guess');
    expect([forged.status, await forged.text()]).toEqual([
      403,
      expect.stringContaining('signature is wrong') as string,
    ]);
    expect((await hear(`${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`, [])).status).toBe(404);
    const other = await add();
    const [, , , , token] = path.split('/');
    expect((await hear(`/hooks/${workspace.id}/${other.id}/${token}`, [])).status).toBe(404);
    expect((await hear(`/hooks/${randomUUID()}/${other.id}/${token}`, [])).status).toBe(404);
    expect((await hear('/hooks/a/b/c', [])).status).toBe(404);
    const smtp = await workspace.owner.send('POST', '/api/connections', {
      kind: 'smtp',
      settings: { host: 'mail.example', port: 25, security: 'none', from: 'a@example.com' },
    });
    expect(smtp.body.feedbackUrl).toBeNull();
    expect((await detail(id)).status).toBe('sent');
  });

  it('answers a challenge, says what is too large, and asks to be told again what it could not take', async () => {
    const { path } = await message();
    const challenge = await fetch(`${api.url}${path}?challenge=abc%20d`);
    expect([challenge.status, await challenge.text()]).toEqual([200, 'abc d']);
    expect((await hear(path, [], 'secret-1', 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
    // Signed, but nothing that the provider's code can read.
    const broken = await hear(path, [], 'secret-1', '{"half":');
    expect([broken.status, broken.headers.get('retry-after')]).toEqual([503, '30']);
    expect((await fetch(`${api.url}${path}`, { method: 'DELETE' })).status).toBe(405);
  });
});
