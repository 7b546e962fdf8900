import { afterEach, expect, it, vi } from 'vitest';
import { passTime } from '../../test/pass-time.js';
import type { ApiKeyRepository } from './api-key.repository.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { newApiKey, looksLikeApiKey, tokenHash } from './tokens.js';

afterEach(() => void vi.restoreAllMocks());

/** Keys that are good; `asked` counts the looks into the database. */
function authenticator() {
  const state = { good: true, asked: 0 };
  const use = () => {
    state.asked += 1;
    return Promise.resolve(state.good ? { workspaceId: 'w', id: 'k', scopes: ['ingest'], role: null } : null);
  };
  return { state, keys: new KeyAuthenticator({ use } as unknown as ApiKeyRepository) };
}

it('remembers a good key for five seconds, and a bad one not at all', async () => {
  const { state, keys } = authenticator();
  const { key } = newApiKey();
  for (let call = 0; call < 3; call += 1) expect(await keys.authenticateKey(key)).toMatchObject({ workspaceId: 'w' });
  expect(state.asked).toBe(1);
  state.good = false;
  await passTime(4_900);
  expect(await keys.authenticateKey(key)).not.toBeNull();
  await passTime(200);
  for (let call = 0; call < 2; call += 1) expect(await keys.authenticateKey(key)).toBeNull();
  expect(state.asked).toBe(3);
});

it('forgets a key that is revoked here at once', async () => {
  const { state, keys } = authenticator();
  const { key } = newApiKey();
  await keys.authenticateKey(key);
  state.good = false;
  keys.forget(tokenHash(key));
  expect(await keys.authenticateKey(key)).toBeNull();
});

it('makes keys that look like keys, each another', () => {
  const made = Array.from({ length: 100 }, newApiKey);
  expect(made.every(({ key, prefix }) => looksLikeApiKey(key) && key.startsWith(prefix) && prefix.length === 9)).toBe(
    true,
  );
  expect(new Set(made.map(({ key }) => key)).size).toBe(100);
});
