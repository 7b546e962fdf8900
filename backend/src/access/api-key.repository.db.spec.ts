import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { ProvisioningService } from './provisioning.service.js';
import { tokenHash } from './tokens.js';

let test: Awaited<ReturnType<typeof testDatabase>>;
let keys: ApiKeyRepository;
let scope: { workspaceId: string };
beforeAll(async () => {
  test = await testDatabase();
  keys = new ApiKeyRepository(test.database);
  scope = await new ProvisioningService(test.database).createWorkspaceWithOwner({
    name: 'Acme',
    owner: { name: 'Ann', email: 'ann@acme.example', password: 'correct horse' },
  });
});
afterAll(() => test?.drop());

const lastUsed = async (id: string) =>
  (
    await test.database.query<{ at: string | null }>('select last_used_at::text as at from api_keys where id = $1', [
      id,
    ])
  )[0]!.at;

describe('API keys', () => {
  it('are stored as a hash only', async () => {
    const { id, key } = await keys.create(scope, { name: 'Shop', scopes: ['ingest', 'ingest'] });
    const [row] = await test.database.query('select * from api_keys where id = $1', [id]);
    expect(row!['hash']).toEqual(tokenHash(key));
    expect(row!['scopes']).toEqual(['ingest']);
    expect(JSON.stringify(row)).not.toContain(key);
  });

  it('note their use at most once a minute', async () => {
    const { id, key } = await keys.create(scope, { name: 'Shop', scopes: ['ingest'] });
    expect(await lastUsed(id)).toBeNull();
    expect(await keys.use(tokenHash(key))).toEqual({
      ...{ workspaceId: scope.workspaceId },
      id,
      scopes: ['ingest'],
      role: null,
    });
    const first = await lastUsed(id);
    await keys.use(tokenHash(key));
    expect(await lastUsed(id)).toBe(first);
    await test.database.query("update api_keys set last_used_at = now() - interval '61 seconds' where id = $1", [id]);
    const old = await lastUsed(id);
    await keys.use(tokenHash(key));
    expect(await lastUsed(id)).not.toBe(old);
  });

  it('are revoked in their own workspace only', async () => {
    const { id, key } = await keys.create(scope, { name: 'Shop', scopes: ['read'] });
    expect(
      await keys.revoke({ workspaceId: '00000000-0000-4000-8000-000000000000' }, { id, sql: test.database }),
    ).toBeNull();
    expect(await keys.use(tokenHash(key))).not.toBeNull();
    expect(await keys.revoke(scope, { id, sql: test.database })).toMatchObject({ name: 'Shop' });
    expect(await keys.use(tokenHash(key))).toBeNull();
    expect(await keys.revoke(scope, { id, sql: test.database })).toBeNull();
  });

  it('are remembered for a moment, and forgotten when revoked here', async () => {
    const authenticator = new KeyAuthenticator(keys);
    const { id, key } = await keys.create(scope, { name: 'Shop', scopes: ['ingest'] });
    expect(await authenticator.authenticateKey(key)).toEqual({
      workspaceId: scope.workspaceId,
      actor: { kind: 'key', id, scopes: ['ingest'], role: null },
    });
    await keys.revoke(scope, { id, sql: test.database });
    expect(await authenticator.authenticateKey(key)).not.toBeNull();
    authenticator.forget(tokenHash(key));
    expect(await authenticator.authenticateKey(key)).toBeNull();
    for (const nonsense of ['', 'wk_', 'password', `wk_${'x'.repeat(42)}`])
      expect(await authenticator.authenticateKey(nonsense)).toBeNull();
  });
});
