import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import type { Database } from '../platform/database/index.js';
import { ensureDemoAccounts } from './accounts.js';

let database: Database;
let drop: () => Promise<void>;
let folder: string;

beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  folder = await mkdtemp(join(tmpdir(), 'demo-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await drop?.();
});

it('makes the demo once, keeps its login, and mends what was lost', async () => {
  const file = join(folder, 'state', 'login.json');
  const first = await ensureDemoAccounts({ database, file });
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    email: first.email,
    password: first.password,
    writeKey: first.writeKey,
  });
  expect((await stat(file)).mode & 0o077).toBe(0);
  expect(await ensureDemoAccounts({ database, file })).toEqual(first);
  const counts = async () =>
    (
      await database.query(
        `select (select count(*)::int from workspaces where demo) as workspaces,
            (select count(*)::int from members) as members, (select count(*)::int from api_keys) as keys`,
      )
    )[0];
  expect(await counts()).toEqual({ workspaces: 1, members: 1, keys: 1 });

  await writeFile(file, 'torn');
  const lost = await ensureDemoAccounts({ database, file });
  expect(lost.workspaceId).toBe(first.workspaceId);
  expect(lost.password).not.toBe(first.password);
  expect(lost.writeKey).not.toBe(first.writeKey);
  expect(await counts()).toEqual({ workspaces: 1, members: 1, keys: 2 });

  await database.query('update api_keys set revoked_at = now()');
  const revoked = await ensureDemoAccounts({ database, file });
  expect(revoked.password).toBe(lost.password);
  expect(revoked.writeKey).not.toBe(lost.writeKey);
});
