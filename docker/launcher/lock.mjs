/**
 * A lock between processes: a file made with O_EXCL that names its owner. A lock whose owner is gone is taken over.
 */
import { closeSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { runningOwner, startOf } from './identity.mjs';

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/**
 * Tries to take the lock; gives its living owner when that fails.
 * @param {string} file
 * @param {Record<string, unknown>} [more] kept in the file, for whoever finds it taken
 * @returns {import('./identity.mjs').Owner | undefined} undefined when the lock is ours now
 */
export const takeLock = (file, more = {}) => {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ pid: process.pid, start: startOf(process.pid), ...more }));
  try {
    for (;;) {
      try {
        // A link appears whole or not at all: nobody can read a lock without its owner.
        linkSync(draft, file);
        return undefined;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const owner = runningOwner(file);
      if (owner) return owner;
      removeDeadLock(file);
    }
  } finally {
    rmSync(draft, { force: true });
  }
};

/** Two processes may find the same dead lock: only the one that makes the marker removes it. */
const removeDeadLock = (file) => {
  const marker = `${file}.removing`;
  try {
    closeSync(openSync(marker, 'wx'));
  } catch {
    if (Date.now() - (statSync(marker, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > 10_000)
      rmSync(marker, { force: true });
    return;
  }
  try {
    if (!runningOwner(file)) rmSync(file, { force: true });
  } finally {
    rmSync(marker, { force: true });
  }
};

/** @param {string} file */
export const releaseLock = (file) => {
  try {
    if (JSON.parse(readFileSync(file, 'utf8')).pid === process.pid) rmSync(file, { force: true });
  } catch {
    // Somebody took over a lock that was ours no more.
  }
};

/** The locks that this process holds or waits for, with how many use each. @type {Map<string, { users: number, taken: Promise<void> }>} */
const held = new Map();

const acquire = async ({ file, onWait }) => {
  let told = false;
  for (let owner = takeLock(file); owner; owner = takeLock(file)) {
    if (!told) onWait?.(owner);
    told = true;
    await pause(300);
  }
};

/**
 * Runs `work` while this process holds the lock, waiting for it as long as its owner lives. It keeps processes apart:
 * what one process does at once shares the lock.
 * @template T
 * @param {{ file: string, onWait?: (owner: import('./identity.mjs').Owner) => void }} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export const withLock = async ({ file, onWait }, work) => {
  const lock = held.get(file) ?? { users: 0, taken: acquire({ file, onWait }) };
  held.set(file, lock);
  lock.users += 1;
  try {
    await lock.taken;
    return await work();
  } finally {
    lock.users -= 1;
    if (lock.users === 0) {
      held.delete(file);
      releaseLock(file);
    }
  }
};
