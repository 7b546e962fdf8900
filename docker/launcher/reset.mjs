/** `npm start -- --reset`: stops what runs in this clone and deletes its data. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runningOwner, startOf } from './identity.mjs';
import { PlainError, note, step } from './log.mjs';
import { stateDirectory } from './paths.mjs';
import { isOwnHome, rememberedHome } from './postgres-location.mjs';

/**
 * What a start makes. Other commands keep their things beside it, and a folder that WEND_DATA names may hold anything.
 */
const made = ['app-ports.json', 'demo-login.json', 'logs', 'postgres', 'postgres-location', 'run', 'secret'];

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Asks a running start of this clone to stop, and waits until it has. @param {string} lock */
export const stopRunningStart = async (lock) => {
  const owner = runningOwner(lock);
  if (!owner) return;
  await step('Running Wend stopped', async () => {
    process.kill(owner.pid, 'SIGTERM');
    const until = Date.now() + 60_000;
    while (startOf(owner.pid) === owner.start) {
      if (Date.now() > until)
        throw new PlainError(
          `The running start (process ${owner.pid}) does not stop. End it (kill -9 ${owner.pid}) and run this again.`,
        );
      await pause(200);
    }
  });
};

/** Deletes everything a start made; nothing of it may run. @param {{ locationMemory: string }} options */
export const deleteData = async ({ locationMemory }) => {
  await step('Data deleted', () => {
    const home = rememberedHome(locationMemory);
    if (home && isOwnHome(home)) rmSync(home, { recursive: true, force: true });
    for (const name of made) rmSync(join(stateDirectory, name), { recursive: true, force: true });
  });
  if (process.env.DATABASE_URL) note('The database of DATABASE_URL is yours and was not touched.');
};
