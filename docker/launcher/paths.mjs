/** Where things lie. */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What a clone has once, however many installations run from it: the lock of builds. */
export const cloneDirectory = join(root, '.wend');

/** Everything a local installation keeps: data, logs, pid files, the secret. */
export const stateDirectory = process.env.WEND_DATA ? resolve(process.env.WEND_DATA) : cloneDirectory;

/** What all clones share: the Temporal server's binaries. */
export const cacheDirectory = resolve(process.env.WEND_CACHE || join(homedir(), '.cache', 'wend'));

/** Tells clones, and installations of one clone, apart where they share a folder. */
export const cloneId = createHash('sha256')
  .update(stateDirectory === cloneDirectory ? root : stateDirectory)
  .digest('hex')
  .slice(0, 12);

/** @param {...string} parts */
export const inClone = (...parts) => join(root, ...parts);
