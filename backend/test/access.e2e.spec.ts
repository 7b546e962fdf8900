import { createHash } from 'node:crypto';
import { api, apiKeyScopes, roles, rolesWith } from '@wend/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KeyAuthenticator } from '../src/access/index.js';
import { client, setupToken, signIn, startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';

const internalSecret = 'the secret of api and web';
let server: TestApi;
beforeAll(async () => {
  server = await startTestApi({ environment: { WEND_INTERNAL_SECRET: internalSecret } });
});
afterAll(() => server?.close());

const password = 'correct horse battery';
const newOwner = (email: string) => ({
  token: setupToken,
  workspace: 'Acme',
  timeZone: 'Europe/Berlin',
  language: 'de',
  name: 'Ann',
  email,
  password,
});
const cookieOf = (headers: Headers) => headers.get('set-cookie')!;

describe('the first owner', () => {
  it('is made once, however many ask at the same time', async () => {
    expect((await server.stranger.get('/api/setup')).body).toEqual({ needed: true });
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => server.stranger.send('POST', '/api/setup', newOwner(`${name}@acme.example`))),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409]);
    expect(answers.find((answer) => answer.status === 409)!.body).toMatchObject({ code: 'already-set-up' });
    const made = answers.find((answer) => answer.status === 201)!;
    expect(made.body).toMatchObject({
      member: { name: 'Ann', role: 'owner' },
      workspace: { name: 'Acme', demo: false, timeZone: 'Europe/Berlin', language: 'de' },
    });
    expect(cookieOf(made.headers)).toMatch(/^wend_session=\S{43}; .*HttpOnly; SameSite=Lax/);
    expect((await server.stranger.get('/api/setup')).body).toEqual({ needed: false });
    const [{ count }] = (await server.database.query<{ count: number }>(
      'select count(*)::int as count from workspaces',
    )) as [{ count: number }];
    expect(count).toBe(1);
  });

  it('is made by nobody without the set-up token', async () => {
    const fresh = await startTestApi();
    try {
      const refused = await fresh.stranger.send('POST', '/api/setup', {
        ...newOwner('a@acme.example'),
        token: 'a guess of a visitor',
      });
      expect(refused).toMatchObject({ status: 403, body: { code: 'wrong-setup-token', errors: [{ path: 'token' }] } });
      expect(
        (await fresh.stranger.send('POST', '/api/setup', { ...newOwner('a@acme.example'), token: undefined })).status,
      ).toBe(400);
      expect((await fresh.stranger.get('/api/setup')).body).toEqual({ needed: true });
    } finally {
      await fresh.close();
    }
  });

  it('is told which fields are wrong', async () => {
    const { status, headers, body } = await server.stranger.send('POST', '/api/setup', {
      ...newOwner('nonsense'),
      password: 'short',
    });
    expect(status).toBe(400);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ status: 400, code: 'invalid-request', title: 'Bad Request' });
    expect(body.errors.map((error: { path: string }) => error.path).sort()).toEqual(['email', 'password']);
  });
});

describe('signing in', () => {
  it('opens a session that signing out ends', async () => {
    const { owner } = await server.workspace();
    expect((await owner.get('/api/session')).body).toMatchObject({ member: { role: 'owner' } });
    expect((await owner.send('DELETE', '/api/session')).body).toEqual({ ok: true });
    expect(await owner.get('/api/session')).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated', detail: 'Your session has ended. Sign in again.' },
    });
  });

  it('stores neither the token nor the password', async () => {
    const workspace = await server.workspace();
    const [row] = await server.database.query<{ id: Buffer; password_hash: string }>(
      'select s.id, m.password_hash from sessions s join members m on m.id = s.member_id where s.workspace_id = $1',
      [workspace.id],
    );
    expect(row!.id).toHaveLength(32);
    expect(row!.password_hash).toMatch(/^\$argon2id\$/);
  });

  it('ends when the session is older than its days', async () => {
    const workspace = await server.workspace();
    await server.database.query(
      "update sessions set expires_at = now() - interval '1 second' where workspace_id = $1",
      [workspace.id],
    );
    expect((await workspace.owner.get('/api/session')).status).toBe(401);
  });

  it('says the same of an unknown account as of a wrong password', async () => {
    const { owner } = await server.workspace();
    const { email } = (await owner.get('/api/session')).body.member;
    const wrong = await server.stranger.send('POST', '/api/session', { email, password: 'wrong password' });
    const unknown = await server.stranger.send('POST', '/api/session', {
      email: 'nobody@example.com',
      password: 'wrong password',
    });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'wrong-credentials' } });
    expect(unknown.body).toEqual(wrong.body);
  });

  it('is refused after ten wrong passwords, even with the right one, until the window passes', async () => {
    const workspace = await server.workspace();
    const { email } = (await workspace.owner.get('/api/session')).body.member;
    const guesses = await Promise.all(
      Array.from({ length: 14 }, () =>
        server.stranger.send('POST', '/api/session', { email: email.toUpperCase(), password: 'guess' }),
      ),
    );
    expect(guesses.filter((guess) => guess.status === 401).length).toBeLessThanOrEqual(10);
    expect(guesses.some((guess) => guess.status === 429)).toBe(true);
    while ((await server.stranger.send('POST', '/api/session', { email, password: 'guess' })).status !== 429);
    const refused = await server.stranger.send('POST', '/api/session', { email, password });
    expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-attempts' } });
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(800);
    expect(wait).toBeLessThanOrEqual(900);
    await server.database.query("update sign_in_attempts set at = at - interval '15 minutes'");
    expect((await server.stranger.send('POST', '/api/session', { email, password })).status).toBe(200);
  });

  it('is refused to a stranger who guesses, and to nobody else: neither elsewhere nor where the member signed in before', async () => {
    const workspace = await server.workspace();
    const attempt = (given: string, headers: Record<string, string>) =>
      server.stranger.send(
        'POST',
        '/api/session',
        { email: workspace.ownerEmail, password: given },
        { 'x-wend-door': internalSecret, ...headers },
      );
    const stranger = { 'x-forwarded-for': '198.51.100.7' };
    const own = await attempt(password, stranger);
    const device = own.headers.getSetCookie().find((cookie) => cookie.startsWith('wend_device='))!;
    expect(device).toMatch(/Path=\/api\/session; .*HttpOnly/);
    for (let count = 0; count < 12; count += 1) await attempt('guess', stranger);
    expect((await attempt(password, stranger)).status).toBe(429);
    expect((await attempt(password, { 'x-forwarded-for': '198.51.100.8' })).status).toBe(200);
    expect((await attempt(password, { ...stranger, cookie: device.split(';')[0]! })).status).toBe(200);
    // The cookie signs nobody in, is worth nothing for others, and counts for itself.
    const other = await server.workspace();
    for (let count = 0; count < 12; count += 1)
      await server.stranger.send(
        'POST',
        '/api/session',
        { email: other.ownerEmail, password: 'guess' },
        { 'x-wend-door': internalSecret, ...stranger, cookie: device.split(';')[0]! },
      );
    expect(
      (
        await server.stranger.send(
          'POST',
          '/api/session',
          { email: other.ownerEmail, password },
          { 'x-wend-door': internalSecret, ...stranger, cookie: device.split(';')[0]! },
        )
      ).status,
    ).toBe(429);
    for (let count = 0; count < 12; count += 1) await attempt('guess', { ...stranger, cookie: device.split(';')[0]! });
    expect((await attempt(password, { ...stranger, cookie: device.split(';')[0]! })).status).toBe(429);
  });

  it('is refused from an address that tries many accounts; what a stranger says of the address does not count', async () => {
    await server.database.query(
      "insert into sign_in_attempts (key, at) select 'address:203.0.113.7', now() from generate_series(1, 50)",
    );
    let door: Record<string, string> = { 'x-wend-door': internalSecret };
    const from = (address: string) =>
      server.stranger.send(
        'POST',
        '/api/session',
        { email: 'someone@example.com', password: 'guess' },
        { 'x-forwarded-for': address, ...door },
      );
    expect((await from('203.0.113.7')).status).toBe(429);
    expect((await from('203.0.113.8')).status).toBe(401);
    door = {};
    expect((await from('203.0.113.7')).status).toBe(401);
    door = { 'x-wend-door': 'a guess of this secret' };
    expect((await from('203.0.113.7')).status).toBe(401);
  });

  it('changes the password and ends the other sessions', async () => {
    const { owner } = await server.workspace();
    const { email } = (await owner.get('/api/session')).body.member;
    const other = await signIn({ url: server.url, email });
    const refused = await owner.send('PUT', '/api/session/password', {
      current: 'wrong password',
      password: 'a new long password',
    });
    expect(refused).toMatchObject({ status: 400, body: { code: 'wrong-password', errors: [{ path: 'current' }] } });
    expect(
      (await owner.send('PUT', '/api/session/password', { current: password, password: 'a new long password' })).status,
    ).toBe(200);
    expect((await other.get('/api/session')).status).toBe(401);
    expect((await owner.get('/api/session')).status).toBe(200);
    await expect(signIn({ url: server.url, email })).rejects.toThrow('is incorrect');
    await signIn({ url: server.url, email, password: 'a new long password' });
  });

  it('marks the cookie secure when the public address is https', async () => {
    const secure = await startTestApi({ environment: { WEND_PUBLIC_URL: 'https://wend.example.com' } });
    try {
      const answer = await secure.stranger.send('POST', '/api/setup', newOwner('ann@acme.example'));
      expect(cookieOf(answer.headers)).toContain('Secure');
      expect(answer.headers.get('strict-transport-security')).toBeTruthy();
    } finally {
      await secure.close();
    }
  });
});

describe('requests from other sites', () => {
  const change = (workspace: TestWorkspace, headers: Record<string, string>) =>
    workspace.owner.send('POST', '/api/api-keys', { name: 'x', scopes: ['read'] }, headers);

  it('cannot use the cookie of a member', async () => {
    const workspace = await server.workspace();
    const host = new URL(server.url).host;
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ] as Record<string, string>[]) {
      expect(await change(workspace, headers), JSON.stringify(headers)).toMatchObject({
        status: 403,
        body: { code: 'cross-site' },
      });
    }
    for (const headers of [
      { 'sec-fetch-site': 'same-origin' },
      { origin: `http://${host}` },
      { origin: 'http://localhost:3000' },
      {},
    ] as Record<string, string>[]) {
      expect((await change(workspace, headers)).status, JSON.stringify(headers)).toBe(201);
    }
  });

  it('cannot sign a visitor in to a foreign account', async () => {
    expect(
      (
        await server.stranger.send(
          'POST',
          '/api/session',
          { email: 'a@b.example', password: 'x' },
          { origin: 'https://evil.example' },
        )
      ).body.code,
    ).toBe('cross-site');
  });
});

describe('API keys', () => {
  it('are shown once, work until revoked, and note their use', async () => {
    const workspace = await server.workspace();
    const made = await workspace.owner.send('POST', '/api/api-keys', { name: 'Shop', scopes: ['read'] });
    expect(made.status).toBe(201);
    expect(made.body.key).toMatch(/^wk_[0-9A-Za-z]{43}$/);
    expect(made.body.prefix).toBe(made.body.key.slice(0, 9));
    const program = client({ url: server.url, headers: { authorization: `Bearer ${made.body.key}` } });
    expect((await program.get('/api/members')).status).toBe(403);
    const listed = (await workspace.owner.get('/api/api-keys')).body.items;
    expect(listed).toEqual([expect.objectContaining({ name: 'Shop', lastUsedAt: expect.any(String) })]);
    expect(JSON.stringify(listed)).not.toContain(made.body.key);
    expect((await workspace.owner.send('DELETE', `/api/api-keys/${made.body.id}`)).status).toBe(200);
    expect(await program.get('/api/members')).toMatchObject({
      status: 401,
      body: { detail: 'This API key is not known or was revoked.' },
    });
    expect((await workspace.owner.get('/api/api-keys')).body.items).toEqual([]);
    const audited = await server.database.query('select action from audit_log where workspace_id = $1 order by id', [
      workspace.id,
    ]);
    expect(audited.map((row) => row['action'])).toEqual(['key.create', 'key.revoke']);
  });

  it('may never do more than whoever made them may now, and nothing when that member is gone', async () => {
    const workspace = await server.workspace();
    const developer = await workspace.member('developer');
    const email = (await developer.get('/api/session')).body.member.email as string;
    const made = await developer.send('POST', '/api/api-keys', { name: 'Shop', scopes: ['admin'] });
    expect(made.body).toMatchObject({ madeBy: { name: 'developer', role: 'developer' }, orphaned: false });
    const program = client({ url: server.url, headers: { authorization: `Bearer ${made.body.key}` } });
    const may = async () => ({
      read: (await program.get('/api/journeys')).status,
      change: (await program.send('POST', '/api/journeys', { name: 'X' })).status,
      letters: (await program.get('/api/dead-letters')).status,
      ingest: (await program.send('POST', '/v1/track', { userId: 'u', event: 'E' })).status,
    });
    const forget = () =>
      server.app.get(KeyAuthenticator, { strict: false }).forget(createHash('sha256').update(made.body.key).digest());
    expect(await may()).toEqual({ read: 200, change: 201, letters: 200, ingest: 200 });
    for (const [role, expected] of [
      ['marketer', { read: 200, change: 201, letters: 403, ingest: 403 }],
      ['analyst', { read: 200, change: 403, letters: 403, ingest: 403 }],
    ] as const) {
      await server.database.query('update members set role = $2 where email = $1', [email, role]);
      forget();
      expect(await may(), role).toEqual(expected);
    }
    await server.database.query('delete from members where email = $1', [email]);
    forget();
    expect(await may()).toEqual({ read: 403, change: 403, letters: 403, ingest: 403 });
    expect((await workspace.owner.get('/api/api-keys')).body.items).toEqual([
      expect.objectContaining({ madeBy: null, orphaned: true }),
    ]);
  });

  it('cannot make keys or change passwords, whatever their scopes', async () => {
    const key = await (await server.workspace()).key(...apiKeyScopes);
    expect((await key.send('POST', '/api/api-keys', { name: 'x', scopes: ['admin'] })).body.code).toBe('people-only');
    expect(
      (await key.send('PUT', '/api/session/password', { current: 'x', password: 'long enough to pass' })).body.code,
    ).toBe('people-only');
  });

  it('of another workspace are not there', async () => {
    const [mine, theirs] = [await server.workspace(), await server.workspace()];
    const made = await theirs.owner.send('POST', '/api/api-keys', { name: 'Theirs', scopes: ['read'] });
    expect((await mine.owner.get('/api/api-keys')).body.items).toEqual([]);
    expect((await mine.owner.send('DELETE', `/api/api-keys/${made.body.id}`)).status).toBe(404);
    expect((await theirs.owner.get('/api/api-keys')).body.items).toHaveLength(1);
  });
});

describe('the workspace', () => {
  it('has a name, a time zone and a language that owner and admin change, which is noted', async () => {
    const workspace = await server.workspace();
    const change = { name: 'Renamed', timeZone: 'America/New_York', language: 'pt-BR' };
    expect((await workspace.owner.send('PATCH', '/api/workspace', change)).body).toMatchObject(change);
    expect((await workspace.owner.get('/api/session')).body.workspace).toMatchObject(change);
    expect((await (await workspace.member('admin')).send('PATCH', '/api/workspace', { name: 'Renamed' })).status).toBe(
      200,
    );
    expect((await (await workspace.member('developer')).send('PATCH', '/api/workspace', { name: 'Mine' })).status).toBe(
      403,
    );
    for (const [field, value] of [
      ['timeZone', 'Mars/Base'],
      ['timeZone', '+02:00'],
      ['timeZone', ''],
      ['language', 'no language'],
      ['name', ' '],
    ] as const) {
      expect((await workspace.owner.send('PATCH', '/api/workspace', { [field]: value })).body, value).toMatchObject({
        code: 'invalid-request',
        errors: [{ path: field }],
      });
    }
    const noted = await server.database.query('select actor, detail from audit_log where workspace_id = $1', [
      workspace.id,
    ]);
    expect(noted).toEqual([
      {
        actor: workspace.ownerEmail,
        detail: expect.objectContaining({ timeZone: { from: 'UTC', to: 'America/New_York' } }),
      },
    ]);
  });
});

describe('permissions', () => {
  it('allow members by role', async () => {
    const workspace = await server.workspace();
    for (const role of roles) {
      const member = await workspace.member(role);
      const allowed = rolesWith('apiKeys.manage').includes(role);
      expect((await member.get('/api/api-keys')).status, role).toBe(allowed ? 200 : 403);
      expect((await member.get('/api/members')).status, role).toBe(200);
    }
  });

  it('let nobody do anything whose role is in no table', async () => {
    const workspace = await server.workspace();
    const member = await workspace.member('analyst');
    await server.database.query("update members set role = 'support' where workspace_id = $1 and role = 'analyst'", [
      workspace.id,
    ]);
    for (const route of Object.values(api)) {
      if (route.access === 'public') continue;
      const path = route.path.replace(':number', '1').replace(/:\w+/g, '00000000-0000-4000-8000-000000000000');
      expect(await member.send(route.method, path), `${route.method} ${path}`).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      });
    }
  });

  it('list only members of the own workspace', async () => {
    const [mine, theirs] = [await server.workspace(), await server.workspace()];
    await theirs.member('analyst');
    expect((await mine.owner.get('/api/members')).body.items).toHaveLength(1);
  });

  it('refuse strangers every route that is not public', async () => {
    for (const route of Object.values(api)) {
      if (route.access === 'public') continue;
      const path = route.path.replace(':number', '1').replace(/:\w+/g, '00000000-0000-4000-8000-000000000000');
      expect((await server.stranger.send(route.method, path)).status, `${route.method} ${path}`).toBe(401);
    }
  });
});

describe('errors', () => {
  it('say that JSON is malformed, that a body is too large, and that a path is unknown', async () => {
    expect(await server.stranger.send('POST', '/api/session', '{"email": ')).toMatchObject({
      status: 400,
      body: { code: 'malformed-json' },
    });
    expect(
      await server.stranger.send('POST', '/api/session', { email: 'x'.repeat(1_100_000), password: 'x' }),
    ).toMatchObject({ status: 413, body: { code: 'body-too-large' } });
    expect(await server.stranger.get('/api/nothing-here')).toMatchObject({ status: 404, body: { code: 'no-route' } });
  });

  it('carry headers that keep browsers careful', async () => {
    const { headers } = await server.stranger.get('/api/setup');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

describe('without a database', () => {
  it('answers 503 with Retry-After, on health too, and comes back by itself', async () => {
    const broken = await startTestApi();
    try {
      const { owner } = await broken.workspace();
      expect((await broken.stranger.get('/health')).body).toEqual({ status: 'ok', database: 'ok' });
      const name = new URL(broken.databaseUrl).pathname.slice(1);
      await server.database.query(`alter database ${name} allow_connections false`);
      await server.database.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      expect((await broken.stranger.get('/health')).status).toBe(503);
      const answer = await owner.get('/api/members');
      expect(answer).toMatchObject({ status: 503, body: { code: 'database-unavailable' } });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      await server.database.query(`alter database ${name} allow_connections true`);
      expect((await owner.get('/api/members')).status).toBe(200);
    } finally {
      await broken.close();
    }
  });
});
