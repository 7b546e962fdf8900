import { expect, it } from 'vitest';
import { api } from '../api/index.js';
import { apiKeyScopes, permissions, roles, rolesWith, scopesWith } from './permissions.js';
import type { Access, ApiKeyScope, Permission, Role } from './permissions.js';

const routes: { method: string; path: string; access: Access }[] = [
  ...Object.values(api),
  { method: 'POST', path: '/v1/*', access: 'events.send' },
  { method: 'DELETE', path: '/v1/devices', access: 'events.send' },
  { method: 'GET', path: '/v1/webpush/key', access: 'events.send' },
  { method: 'GET', path: '/api/messages.csv', access: 'messages.export' },
  { method: 'GET', path: '/api/ingestion/stream', access: 'events.read' },
  { method: 'GET', path: '/api/profiles/:id/export', access: 'profiles.export' },
  { method: 'GET', path: '/api/profiles.csv', access: 'profiles.export' },
  { method: 'GET', path: '/api/imports/:id/problems.csv', access: 'profiles.import' },
];

const who = (access: Access): string => {
  if (access === 'public') return 'public';
  const scopes = apiKeyScopes.filter((scope) => scopesWith(access).includes(scope));
  return `${roles.filter((role) => rolesWith(access).includes(role)).join(' ')}; ${scopes.join(' ') || '-'}`;
};

it('says of every route which roles and scopes may call it', async () => {
  const lines = routes.map(({ method, path, access }) => `${method} ${path}: ${who(access)}\n`).sort();
  await expect(lines.join('')).toMatchFileSnapshot('./who-may-call.txt');
});

it('gives nothing to a role, a scope or for a permission that is in no table', () => {
  for (const permission of permissions) {
    expect(rolesWith(permission)).not.toContain('support' as Role);
    expect(scopesWith(permission)).not.toContain('journeys:sell' as ApiKeyScope);
  }
  for (const permission of ['journeys.sell', 'constructor', ''] as unknown as Permission[])
    expect([rolesWith(permission), scopesWith(permission)]).toEqual([[], []]);
});

it('asks for each permission somewhere, and gives each to somebody', () => {
  const asked = new Set(routes.map(({ access }) => access));
  for (const permission of permissions) {
    expect(asked, permission).toContain(permission);
    expect(rolesWith(permission), permission).not.toEqual([]);
  }
});
