import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AddHttpConnection, HttpAuth } from '@wend/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from './database.js';
import { AuditLog } from '../src/access/index.js';
import { AuditEntryRepository } from '../src/access/audit-entry.repository.js';
import type { Config } from '../src/platform/config/index.js';
import type { Database } from '../src/platform/database/index.js';
import type { Caller } from '../src/platform/http/index.js';
import { SafeHttpClient } from '../src/platform/outbound/index.js';
import { Secrets } from '../src/platform/secrets/index.js';
import { HttpConnectionRepository } from '../src/http-connections/http-connection.repository.js';
import { HttpConnectionSecrets } from '../src/http-connections/http-connection-secrets.js';
import { HttpConnectionSettings } from '../src/http-connections/http-connection-settings.service.js';
import { HttpConnections } from '../src/http-connections/http-connections.js';
import { originOf } from '../src/http-connections/origin.js';

const secret = 'pa"ss-w+rd/1';
let database: Database;
let drop: () => Promise<void>;
let caller: Caller;
let other: Caller;
let settings: HttpConnectionSettings;
let connections: HttpConnections;
let origin = '';
let seen: { url: string; headers: Record<string, unknown> }[] = [];
const server = createServer((request, response) => {
  seen.push({ url: request.url ?? '', headers: request.headers });
  if (request.url?.startsWith('/away')) response.writeHead(302, { location: `${origin}/elsewhere` }).end();
  else response.end(JSON.stringify({ said: request.headers['authorization'] ?? '', secret, at: request.url }));
});

beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  const repository = new HttpConnectionRepository(database);
  const secrets = new HttpConnectionSecrets(new Secrets({ secretKey: Buffer.alloc(32, 7) } as unknown as Config));
  settings = new HttpConnectionSettings(repository, secrets, new AuditLog(new AuditEntryRepository(database)));
  connections = new HttpConnections(repository, secrets, new SafeHttpClient({ allow: [`127.0.0.1:${port}`] }));
  [caller, other] = [await workspace(), await workspace()];
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await drop?.();
});
beforeEach(() => {
  seen = [];
});

async function workspace(): Promise<Caller> {
  const [row] = await database.query<{ id: string }>("insert into workspaces (name) values ('test') returning id");
  return { workspaceId: row!.id, actor: { kind: 'member', email: 'ann@example.com' } } as unknown as Caller;
}
const add = (auth: HttpAuth, more: Partial<AddHttpConnection> = {}) =>
  settings.add(caller, { name: 'CRM', auth, origins: [origin], secret, ...more });
const ask = (connection: string, path = '/x', of = caller) =>
  connections.request(of, {
    method: 'GET',
    url: path.startsWith('http') ? path : `${origin}${path}`,
    headers: { Authorization: 'mine', accept: 'application/json' },
    connection,
  });

describe('a request with an API connection', () => {
  it.each<[HttpAuth, object, string]>([
    [{ kind: 'bearer' }, { authorization: `Bearer ${secret}` }, '/x'],
    [
      { kind: 'basic', username: 'ann' },
      { authorization: `Basic ${Buffer.from(`ann:${secret}`).toString('base64')}` },
      '/x',
    ],
    [{ kind: 'query', parameter: 'key' }, { authorization: 'mine' }, '/x?key=pa%22ss-w%2Brd%2F1'],
  ])('signs in by %o, and repeats no secret', async (auth, headers, url) => {
    const { id } = await add(auth);
    const { body } = await ask(id);
    expect(seen).toMatchObject([{ url, headers: { ...headers, accept: 'application/json' } }]);
    expect(body).toContain('•••');
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
      expect(body).not.toContain(form);
    expect(body).not.toContain(Buffer.from(`ann:${secret}`).toString('base64'));
  });

  it('goes to its own servers alone, whatever an address looks like, and follows no redirect', async () => {
    const { id } = await add({ kind: 'header', header: 'X-Key' }, { secret: 'plain-key' });
    for (const url of [
      'https://evil.example/x',
      origin.replace('http:', 'https:'),
      `${origin}0/x`,
      origin.replace('127.0.0.1', '127.0.0.1.evil.example'),
      `http://127.0.0.1@evil.example/`,
      'no address',
    ])
      await expect(ask(id, url)).rejects.toMatchObject({ kind: 'refused' });
    expect(seen).toEqual([]);
    expect(await ask(id, '/away')).toMatchObject({ status: 302 });
    expect(seen.map(({ url }) => url)).toEqual(['/away']);
    expect(seen[0]!.headers).toMatchObject({ 'x-key': 'plain-key' });
  });

  it('is refused for one of another workspace, and one that was deleted', async () => {
    const { id } = await add({ kind: 'bearer' });
    await expect(ask(id, '/x', other)).rejects.toMatchObject({ kind: 'refused' });
    await settings.remove(caller, id);
    await expect(ask(id)).rejects.toThrow('was deleted');
    await expect(ask('{{ x }}')).rejects.toThrow('was deleted');
    expect(seen).toEqual([]);
  });
});

describe('the settings', () => {
  it('keep the secret only for the same way and servers, and never tell it', async () => {
    const { id, ...shown } = await add({ kind: 'bearer' });
    const { createdAt: _, ...same } = shown;
    expect(await settings.save(caller, { ...same, id, name: 'New' })).toMatchObject({ name: 'New' });
    await ask(id);
    expect(seen).toHaveLength(1);
    for (const change of [{ origins: [origin, 'https://evil.example'] }, { auth: { kind: 'header', header: 'X' } }])
      await expect(settings.save(caller, { ...same, ...change, id } as never)).rejects.toMatchObject({
        code: 'invalid-request',
      });
    await settings.save(caller, { ...same, id, origins: ['api.example.com'], secret: 'another' });
    expect(JSON.stringify(await settings.list(caller))).not.toMatch(/another|pa.*ss-w/);
    const logged = await database.query('select detail from audit_log where subject = $1', [`httpConnection:${id}`]);
    expect(logged.length).toBeGreaterThan(1);
    expect(JSON.stringify(logged)).not.toContain('another');
    expect((await settings.list(other)).length).toBe(0);
  });

  it('take no secret that a header can’t carry', async () => {
    const kept = add({ kind: 'bearer' }, { secret: 'schlüssel' });
    await expect(kept).rejects.toMatchObject({ details: { errors: [{ path: 'secret' }] } });
    await add({ kind: 'basic', username: 'ann' }, { secret: 'schlüssel' });
  });

  it('take servers alone', async () => {
    const bad = ['https://a.example/path', 'ftp://a.example', 'https://u:p@a.example', '*.example.com', 'a b'];
    expect(bad.map(originOf)).toEqual(bad.map(() => null));
    expect(['a.example', 'HTTPS://A.example:443/', 'http://a.example:80'].map(originOf)).toEqual([
      'https://a.example',
      'https://a.example',
      'http://a.example',
    ]);
    await expect(
      add({ kind: 'bearer' }, { origins: ['https://a.example', 'https://b.example/x'] }),
    ).rejects.toMatchObject({ details: { errors: [{ path: 'origins.1' }] } });
  });
});
