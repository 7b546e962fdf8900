/** `npm start -- --reset`: stops what runs in this clone and deletes its data. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runningOwner, startOf } from './identity.mjs';
import { PlainError, note, step } from './log.mjs';
import { stateDirectory } from './paths.mjs';
import { rememberedHome } from './postgres-location.mjs';

/** What belongs to other commands. */
const kept = new Set(['services', 'test', 'eslintcache', 'build.lock']);

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Asks a running start of this clone to stop, and waits until it has. @param {string} lock */
export const stopRunningStart = async (lock) => {
  const owner = runningOwner(lock);
  if (!owner) return;
  await step('Running Wend stopped', async () => {
    process.kill(owner.pid, 'SIGTERM');
    const until = Date.now() + 60_000;
    while (startOf(owner.pid) === owner.start) {
      if (Date.now() > until) throw new PlainError(`The running start (process ${owner.pid}) does not stop. End it (kill -9 ${owner.pid}) and run this again.`);
      await pause(200);
    }
  });
};

/** Deletes everything a start made; nothing of it may run. @param {{ locationMemory: string, lock: string }} options */
export const deleteData = async ({ locationMemory, lock }) => {
  await step('Data deleted', () => {
    const home = rememberedHome(locationMemory);
    if (home) rmSync(home, { recursive: true, force: true });
    if (!existsSync(stateDirectory)) return;
    for (const name of readdirSync(stateDirectory)) {
      const path = join(stateDirectory, name);
      if (!kept.has(name) && path !== lock) rmSync(path, { recursive: true, force: true });
    }
  });
  if (process.env.DATABASE_URL) note('The database of DATABASE_URL is yours and was not touched.');
};
