import { createHash, randomInt } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { personChannels } from '@wend/contract';
import { z } from 'zod';
import { ProvisioningService } from '../access/index.js';
import { ConnectionRepository } from '../channels/index.js';
import type { Database } from '../platform/database/index.js';
import { DemoRepository } from './demo.repository.js';

const demoEmail = 'demo@wend.local';
const login = z.object({ email: z.string(), password: z.string().min(10), writeKey: z.string() });
export type DemoLogin = z.infer<typeof login>;

const words = [
  'amber',
  'birch',
  'cedar',
  'coral',
  'delta',
  'ember',
  'fjord',
  'grove',
  'harbor',
  'indigo',
  'juniper',
  'kelp',
  'lagoon',
  'maple',
  'nectar',
  'ocean',
  'pebble',
  'quartz',
  'river',
  'saffron',
  'tundra',
  'umber',
  'velvet',
  'willow',
];

/** Four words and a number: easy to type, and enough chance for a workspace that holds only made-up people. */
function readablePassword(): string {
  return [...Array.from({ length: 4 }, () => words[randomInt(words.length)]), randomInt(100, 1000)].join('-');
}

type EnsureDemoAccountsOptions = {
  database: Database;
  file: string;
};

/**
 * Makes the demo workspace, its member and its write key, and writes how to sign in to `file`. What is there is kept;
 * when only the file was lost, the member gets a new password, and a key that is gone is made anew.
 */
export async function ensureDemoAccounts({
  database,
  file,
}: EnsureDemoAccountsOptions): Promise<DemoLogin & { workspaceId: string; memberId: string }> {
  const provisioning = new ProvisioningService(database);
  const known = await readLogin(file);
  const password = known?.password ?? readablePassword();
  const existing = await provisioning.findMember(demoEmail);
  const { workspaceId, memberId } =
    existing ??
    (await provisioning.createWorkspaceWithOwner({
      name: 'Northwind (demo)',
      timeZone: 'Europe/Berlin',
      demo: true,
      owner: { name: 'Demo', email: demoEmail, password },
    }));
  if (existing && !known) await provisioning.resetPassword({ workspaceId }, { memberId, password });
  const scope = { workspaceId };
  await new ConnectionRepository(database).sandboxUndecided(scope, personChannels());
  const keeps =
    known !== null &&
    (await new DemoRepository(database).keyExists(scope, createHash('sha256').update(known.writeKey).digest()));
  const writeKey = keeps
    ? known.writeKey
    : (await provisioning.createApiKey(scope, { name: 'Demo shop', scopes: ['ingest'] })).key;
  const made: DemoLogin = { email: demoEmail, password, writeKey };
  if (!keeps) await writeLogin(file, made);
  return { ...made, workspaceId, memberId };
}

async function readLogin(file: string): Promise<DemoLogin | null> {
  try {
    return login.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Missing, or not ours any more: it is written anew.
    return null;
  }
}

async function writeLogin(file: string, value: DemoLogin): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
