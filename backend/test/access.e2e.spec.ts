import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { api, apiKeyScopes, roles } from '@wend/contract';
import type { Route as ContractRoute } from '@wend/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routeKey } from '../src/platform/http/index.js';
import { client, signIn, startTestApi } from './api.js';
import type { TestApi, TestWorkspace } from './api.js';

let server: TestApi;
beforeAll(async () => {
  server = await startTestApi();
});
afterAll(() => server?.close());

const password = 'correct horse battery';
const newOwner = (email: string) => ({ workspace: 'Acme', name: 'Ann', email, password });
const cookieOf = (headers: Headers) => headers.get('set-cookie')!;

describe('the first owner', () => {
  it('is made once, however many ask at the same time', async () => {
    expect((await server.stranger.get('/api/setup')).body).toEqual({ needed: true });
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => server.stranger.send('POST', '/api/setup', newOwner(`${name}@acme.example`))));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409, 409]);
    expect(answers.find((answer) => answer.status === 409)!.body).toMatchObject({ code: 'already-set-up' });
    const made = answers.find((answer) => answer.status === 201)!;
    expect(made.body).toMatchObject({ member: { name: 'Ann', role: 'owner' }, workspace: { name: 'Acme', demo: false } });
    expect(cookieOf(made.headers)).toMatch(/^wend_session=\S{43}; .*HttpOnly; SameSite=Lax/);
    expect((await server.stranger.get('/api/setup')).body).toEqual({ needed: false });
    const [{ count }] = (await server.database.query<{ count: number }>('select count(*)::int as count from workspaces')) as [{ count: number }];
    expect(count).toBe(1);
  });

  it('is told which fields are wrong', async () => {
    const { status, headers, body } = await server.stranger.send('POST', '/api/setup', { ...newOwner('nonsense'), password: 'short' });
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
    expect(await owner.get('/api/session')).toMatchObject({ status: 401, body: { code: 'unauthenticated', detail: 'Your session has ended. Sign in again.' } });
  });

  it('stores neither the token nor the password', async () => {
    const workspace = await server.workspace();
    const [row] = await server.database.query<{ id: Buffer; password_hash: string }>('select s.id, m.password_hash from sessions s join members m on m.id = s.member_id where s.workspace_id = $1', [workspace.id]);
    expect(row!.id).toHaveLength(32);
    expect(row!.password_hash).toMatch(/^\$argon2id\$/);
  });

  it('ends when the session is older than its days', async () => {
    const workspace = await server.workspace();
    await server.database.query("update sessions set expires_at = now() - interval '1 second' where workspace_id = $1", [workspace.id]);
    expect((await workspace.owner.get('/api/session')).status).toBe(401);
  });

  it('says the same of an unknown account as of a wrong password', async () => {
    const { owner } = await server.workspace();
    const { email } = (await owner.get('/api/session')).body.member;
    const wrong = await server.stranger.send('POST', '/api/session', { email, password: 'wrong password' });
    const unknown = await server.stranger.send('POST', '/api/session', { email: 'nobody@example.com', password: 'wrong password' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'wrong-credentials' } });
    expect(unknown.body).toEqual(wrong.body);
  });

  it('is refused after ten wrong passwords, even with the right one, until the window passes', async () => {
    const workspace = await server.workspace();
    const { email } = (await workspace.owner.get('/api/session')).body.member;
    const guesses = await Promise.all(Array.from({ length: 14 }, () => server.stranger.send('POST', '/api/session', { email: email.toUpperCase(), password: 'guess' })));
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

  it('is refused from an address that tries many accounts, also through a proxy', async () => {
    await server.database.query("insert into sign_in_attempts (key, at) select 'address:203.0.113.7', now() from generate_series(1, 50)");
    const from = (address: string) => server.stranger.send('POST', '/api/session', { email: 'someone@example.com', password: 'guess' }, { 'x-forwarded-for': address });
    expect((await from('203.0.113.7')).status).toBe(429);
    expect((await from('203.0.113.8')).status).toBe(401);
  });

  it('changes the password and ends the other sessions', async () => {
    const { owner } = await server.workspace();
    const { email } = (await owner.get('/api/session')).body.member;
    const other = await signIn({ url: server.url, email });
    const refused = await owner.send('PUT', '/api/session/password', { current: 'wrong password', password: 'a new long password' });
    expect(refused).toMatchObject({ status: 400, body: { code: 'wrong-password', errors: [{ path: 'current' }] } });
    expect((await owner.send('PUT', '/api/session/password', { current: password, password: 'a new long password' })).status).toBe(200);
    expect((await other.get('/api/session')).status).toBe(401);
    expect((await owner.get('/api/session')).status).toBe(200);
    await expect(signIn({ url: server.url, email })).rejects.toThrow('do not belong together');
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
  const change = (workspace: TestWorkspace, headers: Record<string, string>) => workspace.owner.send('POST', '/api/api-keys', { name: 'x', scopes: ['read'] }, headers);

  it('cannot use the cookie of a member', async () => {
    const workspace = await server.workspace();
    const host = new URL(server.url).host;
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }, { origin: 'null' }] as Record<string, string>[]) {
      expect(await change(workspace, headers), JSON.stringify(headers)).toMatchObject({ status: 403, body: { code: 'cross-site' } });
    }
    for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { origin: `http://${host}` }, { origin: 'http://localhost:3000' }, {}] as Record<string, string>[]) {
      expect((await change(workspace, headers)).status, JSON.stringify(headers)).toBe(201);
    }
  });

  it('cannot sign a visitor in to a foreign account', async () => {
    expect((await server.stranger.send('POST', '/api/session', { email: 'a@b.example', password: 'x' }, { origin: 'https://evil.example' })).body.code).toBe('cross-site');
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
    expect(await program.get('/api/members')).toMatchObject({ status: 401, body: { detail: 'This API key is not known or was revoked.' } });
    expect((await workspace.owner.get('/api/api-keys')).body.items).toEqual([]);
    const audited = await server.database.query('select action from audit_log where workspace_id = $1 order by id', [workspace.id]);
    expect(audited.map((row) => row['action'])).toEqual(['key.create', 'key.revoke']);
  });

  it('cannot make keys or change passwords, whatever their scopes', async () => {
    const key = await (await server.workspace()).key(...apiKeyScopes);
    expect((await key.send('POST', '/api/api-keys', { name: 'x', scopes: ['admin'] })).body.code).toBe('people-only');
    expect((await key.send('PUT', '/api/session/password', { current: 'x', password: 'long enough to pass' })).body.code).toBe('people-only');
  });

  it('of another workspace are not there', async () => {
    const [mine, theirs] = [await server.workspace(), await server.workspace()];
    const made = await theirs.owner.send('POST', '/api/api-keys', { name: 'Theirs', scopes: ['read'] });
    expect((await mine.owner.get('/api/api-keys')).body.items).toEqual([]);
    expect((await mine.owner.send('DELETE', `/api/api-keys/${made.body.id}`)).status).toBe(404);
    expect((await theirs.owner.get('/api/api-keys')).body.items).toHaveLength(1);
  });
});

describe('permissions', () => {
  it('allow members by role', async () => {
    const workspace = await server.workspace();
    for (const role of roles) {
      const member = await workspace.member(role);
      const allowed = (api.apiKeys.access as { roles: readonly string[] }).roles.includes(role);
      expect((await member.get('/api/api-keys')).status, role).toBe(allowed ? 200 : 403);
      expect((await member.get('/api/members')).status, role).toBe(200);
    }
  });

  it('list only members of the own workspace', async () => {
    const [mine, theirs] = [await server.workspace(), await server.workspace()];
    await theirs.member('analyst');
    expect((await mine.owner.get('/api/members')).body.items).toHaveLength(1);
  });

  it('are named by every route that is served, and refused to strangers unless public', async () => {
    const handlers = allHandlers();
    expect(handlers.length).toBeGreaterThan(5);
    for (const { name, access } of handlers) expect(access, `${name} has neither @Route nor @Access`).toBeDefined();
    for (const { route } of handlers) {
      if (!route || route.access === 'public') continue;
      const path = route.path.replace(':number', '1').replace(/:\w+/g, '00000000-0000-4000-8000-000000000000');
      expect((await server.stranger.send(route.method, path)).status, `${route.method} ${path}`).toBe(401);
    }
  });
});

function allHandlers(): { name: string; access: unknown; route: ContractRoute | undefined }[] {
  const reflector = server.app.get(Reflector);
  const discovery = new DiscoveryService(server.app.get(ModulesContainer));
  return discovery.getControllers().flatMap(({ instance, metatype }) =>
    new MetadataScanner().getAllMethodNames(Object.getPrototypeOf(instance)).flatMap((method) => {
      const handler = (instance as Record<string, () => void>)[method]!;
      if (Reflect.getMetadata(PATH_METADATA, handler) === undefined) return [];
      const route = reflector.get<ContractRoute | undefined>(routeKey, handler);
      const access = route?.access ?? reflector.getAllAndOverride<unknown>('wend:access', [handler, metatype as never]);
      return [{ name: `${metatype?.name}.${method} (${RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number]})`, access, route }];
    }),
  );
}

describe('errors', () => {
  it('say that JSON is malformed, that a body is too large, and that a path is unknown', async () => {
    expect(await server.stranger.send('POST', '/api/session', '{"email": ')).toMatchObject({ status: 400, body: { code: 'malformed-json' } });
    expect(await server.stranger.send('POST', '/api/session', { email: 'x'.repeat(1_100_000), password: 'x' })).toMatchObject({ status: 413, body: { code: 'body-too-large' } });
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
