import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roles } from '@wend/contract';
import { EventsService } from '../src/events/index.js';
import { publishDraft } from './api.js';
import { startChain, until } from './chain.js';
import type { Chain } from './chain.js';
import type { Client, TestWorkspace } from './api.js';
import { entry, graphOf } from './graph-of.js';

let chain: Chain;
let workspace: TestWorkspace;
let owner: Client;
beforeAll(async () => {
  chain = await startChain();
  workspace = chain.workspace;
  owner = chain.owner;
}, 120_000);
afterAll(() => chain?.close());

let count = 0;
const someId = () => `person-${(count += 1)}`;
const put = (body: object, client = owner) => client.send('PUT', '/api/profiles', body);
const made = async (traits: object = {}) =>
  (await put({ externalId: someId(), traits })).body.profile as { id: string; externalId: string };
const ingest = (events: object[]) =>
  chain.api.app.get(EventsService, { strict: false }).ingest({ scope: workspace.scope, events: events as never });

describe('PUT /api/profiles', () => {
  it('makes a person once, finds by external id or email, and says what came late', async () => {
    const externalId = someId();
    const first = await put({ externalId, traits: { plan: 'pro', email: `${externalId}@example.com` } });
    expect([first.status, first.body.created]).toEqual([200, true]);
    const late = await put({
      email: `${externalId.toUpperCase()}@example.com`,
      traits: { plan: 'free' },
      at: '2020-01-01T00:00:00Z',
    });
    expect(late.body.created).toBe(false);
    expect(late.body.late.map(({ name }: { name: string }) => name).sort()).toEqual(['email', 'plan']);
    expect(late.body.profile.traits.plan).toBe('pro');
    const { body: timeline } = await owner.get(`/api/profiles/${first.body.profile.id}/timeline?kinds=profile`);
    const told = timeline.items.find((item: { late: unknown[] }) => item.late.length > 0);
    expect(told.properties.plan).toBe('free');
    expect(told.late.map(({ name }: { name: string }) => name).sort()).toEqual(['email', 'plan']);
    const sdk = await (
      await workspace.key('ingest')
    ).send('POST', '/v1/identify', { userId: externalId, traits: { plan: 'old' }, timestamp: '2020-01-01T00:00:00Z' });
    expect(sdk.body).toEqual({ success: true, late: [{ index: 0, traits: ['plan'] }] });
  });

  it('makes one person of two calls at once with the same new email', async () => {
    const email = `${someId()}@example.com`;
    const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => put({ email, traits: { n } })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.profile.id)).size).toBe(1);
    expect(answers.filter(({ body }) => body.created)).toHaveLength(1);
    expect((await owner.get(`/api/profiles?email=${email.toUpperCase()}`)).body.items).toHaveLength(1);
  });

  it('gives a new external id to whoever has the address and no id', async () => {
    const email = `${someId()}@example.com`;
    const { profile } = (await put({ email })).body;
    const externalId = someId();
    const named = (await put({ externalId, email, traits: { plan: 'pro' } })).body;
    expect(named).toMatchObject({ created: false, profile: { id: profile.id, externalId } });
    const other = (await put({ externalId: someId(), email })).body;
    expect(other).toMatchObject({ created: true });
    expect(other.profile.id).not.toBe(profile.id);
  });

  it('refuses what names nobody or several, and says what to do', async () => {
    expect((await put({ traits: {} })).body.errors[0].path).toBe('externalId');
    expect((await put({ externalId: 'undefined' })).body.errors[0].message).toMatch(/names nobody/);
    const email = `${someId()}@example.com`;
    await made({ email });
    await made({ email });
    const several = await put({ email });
    expect([several.status, several.body.code, several.body.errors.length]).toEqual([409, 'several-people', 2]);
  });

  it('refuses addresses that are none or two, channels that are not there, and fields that nobody knows', async () => {
    const externalId = someId();
    expect(await put({ externalId, email: 'notmail' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'email' }] },
    });
    expect(await put({ externalId, email: 'a@example.com', traits: { email: 'b@example.com' } })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'email', message: expect.stringContaining('another address') as unknown }] },
    });
    expect(await put({ externalId, consents: { pigeon: 'subscribed' } })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'consents.pigeon' }] },
    });
    expect(await put({ externalId, trait: { plan: 'pro' } })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'trait', message: expect.stringContaining('“traits”') as unknown }] },
    });
    expect((await owner.get(`/api/profiles?externalId=${externalId}`)).body.items).toEqual([]);
    const { id } = await made();
    expect((await owner.send('PATCH', `/api/profiles/${id}`, { consents: { pigeon: 'subscribed' } })).status).toBe(422);
    expect((await put({ externalId, email: 'A@example.com', traits: { email: ' a@example.com' } })).status).toBe(200);
  });

  it('is of the same person at every door, whatever spaces stand around the id, and keeps every digit', async () => {
    const externalId = someId();
    const key = await workspace.key('ingest');
    const big = `{"userId":"  ${externalId} ","traits":{"n":9007199254740993}}`;
    expect((await key.send('POST', '/v1/identify', JSON.parse(big.replace('9007199254740993', '"0"')))).status).toBe(
      200,
    );
    const { body } = await put({ externalId: ` ${externalId}`, traits: { seen: true } });
    expect(body).toMatchObject({ created: false, profile: { externalId } });
    expect((await owner.get(`/api/profiles?externalId=%20${externalId}%20`)).body.items).toHaveLength(1);
    const answer = await fetch(`${chain.api.url}/api/profiles`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${(await workspace.key('admin')).key}` },
      body: `{"externalId":"${externalId}","traits":{"n":9007199254740993}}`,
    });
    expect(((await answer.json()) as { profile: { traits: object } }).profile.traits).toMatchObject({
      n: '9007199254740993',
    });
  });

  it('keeps the consent that was said later', async () => {
    const { id, externalId } = await made();
    await put({ externalId, consents: { email: 'unsubscribed' } });
    const old = await put({ externalId, consents: { email: 'subscribed' }, at: '2020-01-01T00:00:00Z' });
    expect(old.body.lateConsents).toMatchObject([{ channel: 'email' }]);
    expect((await owner.get(`/api/profiles/${id}`)).body.unsubscribed).toEqual(['email']);
    await put({ externalId, consents: { email: 'subscribed' } });
    const { body } = await owner.get(`/api/profiles/${id}`);
    expect([body.unsubscribed, body.consents]).toMatchObject([[], [{ channel: 'email', state: 'subscribed' }]]);
    const names = (await owner.get(`/api/profiles/${id}/timeline?kinds=consent`)).body.items.map(
      (item: { name: string }) => item.name,
    );
    expect(names).toHaveLength(2);
  });
});

describe('PATCH /api/profiles/:id', () => {
  it('changes, adds and removes, by the way of events, and shows who was first instead of losing it', async () => {
    const { id } = await made({ plan: 'pro', tags: ['a'], old: 1 });
    const path = `/api/profiles/${id}`;
    const done = await owner.send('PATCH', path, {
      traits: { plan: 'free', old: null, 이름: '민수' },
      expected: { plan: 'pro', old: 1, 이름: null },
    });
    expect(done.body.profile.traits).toEqual({ plan: 'free', tags: ['a'], 이름: '민수' });
    const stale = await owner.send('PATCH', path, { traits: { plan: 'gold' }, expected: { plan: 'pro' } });
    expect([stale.status, stale.body.code, stale.body.errors]).toEqual([
      409,
      'profile-changed',
      [{ path: 'traits.plan', message: 'is "free" now' }],
    ]);
    const both = await Promise.all(
      [1, 2].map((n) => owner.send('PATCH', path, { traits: { plan: `by ${n}` }, expected: { plan: 'free' } })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const { items } = (await owner.get(`${path}/timeline?kinds=profile`)).body;
    expect(items[0]).toMatchObject({ name: 'Identified', by: workspace.ownerEmail });
    expect((await owner.send('PATCH', path, { traits: { big: 'x'.repeat(200_000) } })).status).toBe(400);
  });
});

describe('the list', () => {
  it('is found by id, email, phone, words and a rule, counted, and refuses what is no rule', async () => {
    const { id, externalId } = await made({
      name: 'Zacharias Quill',
      email: 'zq@example.com',
      phone: '+31 6 1234 0000',
      level: 7,
    });
    const find = async (query: string) =>
      (await owner.get(`/api/profiles?${query}`)).body.items.map((item: { id: string }) => item.id);
    const rule = { op: 'compare', left: { source: 'trait', path: 'level' }, is: 'equals', value: 7 };
    for (const query of [
      `externalId=${externalId}`,
      'email=ZQ@example.com',
      'phone=%2B31612340000',
      'search=quill%20zach',
      `rule=${encodeURIComponent(JSON.stringify(rule))}`,
    ])
      expect([query, await find(query)]).toEqual([query, [id]]);
    expect(await find(`externalId=${externalId}&search=nobody`)).toEqual([]);
    expect((await owner.get('/api/profile-count?search=quill')).body).toEqual({ count: 1, more: false });
    for (const wrong of [
      '{',
      '{"op":"or"}',
      '{"op":"compare","left":{"source":"trait","path":"level"},"is":"after","value":"x"}',
    ])
      expect([422, 400]).toContain((await owner.get(`/api/profiles?rule=${encodeURIComponent(wrong)}`)).status);
    expect((await owner.get('/api/profiles?phone=abc')).body.errors[0].path).toBe('phone');
  });
});

describe('the time line', () => {
  it('gives each thing once with names, also while more comes', async () => {
    const { id, externalId } = await made();
    const time = Date.now() - 60_000;
    await ingest(
      Array.from({ length: 23 }, (_, n) => ({ name: `Event ${n}`, userId: externalId, time: time + (n % 3) })),
    );
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await owner.get(
        `/api/profiles/${id}/timeline?limit=5&kinds=activity${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...body.items.map((item: { name: string }) => item.name));
      await ingest([{ name: 'Later', userId: externalId }]);
      if (body.next === null) break;
      cursor = body.next;
    }
    expect(seen.toSorted()).toEqual(Array.from({ length: 23 }, (_, n) => `Event ${n}`).toSorted());
    await ingest([{ name: 'Paid', userId: externalId, properties: { total: 5, card: '4111 1111 1111 1111', pin: 1 } }]);
    const [paid] = (await owner.get(`/api/profiles/${id}/timeline?limit=1`)).body.items;
    expect(paid).toMatchObject({ name: 'Paid', properties: { total: 5, card: '•••', pin: '•••' } });
    // What is theirs is whole in the export.
    expect(JSON.stringify((await owner.get(`/api/profiles/${id}/export`)).body)).toContain('4111 1111 1111 1111');
    expect((await owner.get(`/api/profiles/${id}/timeline?cursor=x`)).status).toBe(400);
    expect((await owner.get(`/api/profiles/${id}/timeline?kinds=all`)).status).toBe(400);
  });
});

describe('merging by hand', () => {
  it('comes to what the preview said, while events of both stream in', async () => {
    const [into, from] = [await made({ plan: 'pro', city: 'Ulm' }), await made({ plan: 'free' })];
    await owner.send('PATCH', `/api/profiles/${from.id}`, { consents: { sms: 'unsubscribed' } });
    const path = `/api/profiles/${into.id}/merge`;
    const { body: preview } = await owner.get(`${path}?from=${from.id}`);
    expect(preview.traits).toEqual([
      { name: 'city', into: 'Ulm', keeps: 'into', conflict: false },
      { name: 'plan', into: 'pro', from: 'free', keeps: 'from', conflict: true },
    ]);
    expect(preview).toMatchObject({ unsubscribed: ['sms'], externalId: into.externalId });
    const streaming = Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        ingest([{ name: 'Streamed', userId: n % 2 ? into.externalId : from.externalId }]),
      ),
    );
    const merged = await owner.send('POST', path, { from: from.id });
    expect([merged.status, merged.body.id, merged.body.traits.plan]).toEqual([200, into.id, 'free']);
    await streaming;
    const rows = await chain.api.database.query<{ profile_id: string; n: number }>(
      `select profile_id, count(*)::int4 as n from events where workspace_id = $1 and name = 'Streamed' group by 1`,
      [workspace.id],
    );
    expect(rows).toEqual([{ profile_id: into.id, n: 40 }]);
    const { body } = await owner.get(`/api/profiles/${from.id}`);
    expect([body.id, body.otherIds, body.unsubscribed]).toEqual([into.id, [from.externalId], ['sms']]);
    expect((await owner.send('POST', path, { from: from.id })).body.code).toBe('same-person');
  });

  it('gives an anonymous one the external id of whom it takes in', async () => {
    await ingest([{ name: 'Visited', anonymousId: 'visitor-1' }]);
    const [visitor] = await chain.api.database.query<{ profile_id: string }>(
      `select profile_id from identities where workspace_id = $1 and value = 'visitor-1'`,
      [workspace.id],
    );
    const known = await made();
    const { body } = await owner.send('POST', `/api/profiles/${visitor!.profile_id}/merge`, { from: known.id });
    expect(body).toMatchObject({ id: visitor!.profile_id, externalId: known.externalId });
    await ingest([{ name: 'Back', userId: known.externalId }]);
    expect((await owner.get(`/api/profiles?externalId=${known.externalId}`)).body.items).toHaveLength(1);
  });
});

describe('deleting for good', () => {
  it('takes everything with it while events stream in, leaves a receipt, and a later event makes somebody new', async () => {
    const graph = graphOf([
      entry('Erased', 'wait'),
      { id: 'wait', type: 'wend/wait', config: { duration: { amount: 1, unit: 'days' } }, to: {} },
    ]);
    const { body: journey } = await owner.send('POST', '/api/journeys', { name: 'Erasing', graph });
    await publishDraft(owner, journey.id);
    const { id, externalId } = await made({ email: 'secret-person@example.com' });
    await ingest([{ name: 'Erased', userId: externalId }]);
    await until(
      async () =>
        (await owner.get(`/api/profiles/${id}`)).body.enrollments.some((run: { node: string }) => run.node === 'wait'),
      'the run',
    );
    let stop = false;
    const streaming = (async () => {
      for (let n = 0; !stop; n += 1) await ingest([{ kind: 'identify', userId: externalId, traits: { n } }]);
    })();
    const { status, body } = await owner.send('DELETE', `/api/profiles/${id}`);
    expect(status).toBe(202);
    await until(async () => (await owner.get(`/api/erasures/${body.id}`)).body.state === 'done', 'the deletion');
    stop = true;
    await streaming;
    await ingest([{ kind: 'identify', userId: externalId, traits: { fresh: true } }]);
    const receipt = (await owner.get(`/api/erasures/${body.id}`)).body;
    expect(receipt).toMatchObject({
      state: 'done',
      requestedBy: workspace.ownerEmail,
      deleted: { profiles: 1, runs: 1, executions: 1 },
    });
    expect((await owner.get(`/api/profiles/${id}`)).status).toBe(404);
    expect((await owner.get('/api/erasures')).body.items[0].id).toBe(body.id);
    const [fresh] = (await owner.get(`/api/profiles?externalId=${externalId}`)).body.items;
    expect(fresh.id).not.toBe(id);
    expect(fresh.traits).toMatchObject({ fresh: true });
    expect(fresh.traits.email).toBeUndefined();
    const tables = await chain.api.database.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`,
    );
    // The audit log says that a profile was changed, and nothing of whom.
    const left = async (name: string, text: string) =>
      (await chain.api.database.query(`select 1 from ${name} t where strpos(t::text, $1) > 0`, [text])).length;
    for (const { name } of tables) {
      expect([name, await left(name, 'secret-person')]).toEqual([name, 0]);
      if (name !== 'audit_log') expect([name, await left(name, id)]).toEqual([name, 0]);
    }
    expect((await owner.send('DELETE', `/api/profiles/${id}`)).status).toBe(404);
  });

  it('is finished by another process when the one that began it is gone', async () => {
    const { id } = await made();
    await chain.api.database.query(
      `insert into erasures (workspace_id, person_id, requested_by, taken_until) values ($1, $2, 'gone', now() - interval '1 second')`,
      [workspace.id, id],
    );
    await until(async () => (await owner.get(`/api/profiles/${id}`)).status === 404, 'the deletion', 40_000);
  });
});

describe('an export', () => {
  it('has everything of one person and nothing of others, as JSON', async () => {
    const [{ id, externalId }, other] = [await made({ name: 'Export Me' }), await made({ name: 'Not Me' })];
    await ingest(Array.from({ length: 1_203 }, (_, n) => ({ name: 'Counted', userId: externalId, properties: { n } })));
    const { body, headers } = await owner.get(`/api/profiles/${id}/export`);
    expect(headers.get('content-disposition')).toContain('attachment');
    expect(body.profileId).toBe(id);
    expect(body.profiles[0]).toMatchObject({ id, external_id: externalId, traits: { name: 'Export Me' } });
    const numbers = body.events.flatMap((event: { name: string; properties: { n: number } }) =>
      event.name === 'Counted' ? [event.properties.n] : [],
    );
    expect(numbers.toSorted((a: number, b: number) => a - b)).toEqual(Array.from({ length: 1_203 }, (_, n) => n));
    expect(JSON.stringify(body)).not.toContain(other.id);
    expect(Object.keys(body)).toEqual(
      expect.arrayContaining(['identities', 'devices', 'consents', 'enrollments', 'messages', 'visits', 'late_traits']),
    );
  });

  it('is for those who may', async () => {
    const { id } = await made();
    for (const role of roles) {
      const member = await workspace.member(role);
      expect([role, (await member.get(`/api/profiles/${id}/export`)).status]).toEqual([
        role,
        role === 'analyst' ? 403 : 200,
      ]);
    }
    expect((await (await workspace.key('read')).get(`/api/profiles/${id}/export`)).status).toBe(403);
    expect((await (await workspace.key('admin')).get(`/api/profiles/${id}/export`)).status).toBe(200);
  });
});
