/** Where things lie. */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Everything a local installation keeps: data, logs, pid files, the secret. */
export const stateDirectory = join(root, '.wend');

/** What all clones share: the Temporal server's binaries. */
export const cacheDirectory = resolve(process.env.WEND_CACHE || join(homedir(), '.cache', 'wend'));

/** Tells clones apart where they share a folder. */
export const cloneId = createHash('sha256').update(root).digest('hex').slice(0, 12);

/** @param {...string} parts */
export const inClone = (...parts) => join(root, ...parts);
