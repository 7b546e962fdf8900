/**
 * Starts long-running children, watches them and stops them in reverse order.
 *
 * Children are detached: each has a session of its own, so Ctrl-C in the terminal reaches only this process, which then
 * lets the worker drain before it takes the database away. A pid file per child lets the next start reap what a killed
 * start left behind.
 */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { removePidFile, runningOwner, startOf, writePidFile } from './identity.mjs';
import { PlainError, indent, lastLines, note, rotateLog, say, secondsSince } from './log.mjs';

/**
 * @typedef {object} Service
 * @property {string} name names the pid and log file
 * @property {string} title for people
 * @property {string[]} [dependsOn] names of services without which it cannot live
 * @property {() => { command: string, args: string[], cwd?: string, env?: NodeJS.ProcessEnv, uid?: number, gid?: number
 * }} command
 * @property {() => Promise<boolean>} isReady asked again and again until true
 * @property {number} [readyWithin] milliseconds, default 60,000
 * @property {NodeJS.Signals} [stopSignal] default SIGTERM
 * @property {NodeJS.Signals} [forceSignal] default SIGKILL
 * @property {number} [grace] milliseconds between the two, default 10,000
 */

const minute = 60_000;
const deathsBeforeGivingUp = 5;
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Signals a child and all it started. @param {number} pid @param {NodeJS.Signals} signal */
const signalGroup = (pid, signal) => {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
};

export class Supervisor {
  #entries = new Map();
  #stopping = false;

  /**
   * @param {{ runDirectory: string, logDirectory: string, onGiveUp?: (error: Error) => void }} options `onGiveUp` is
   * told
   *   when a service dies again and again
   */
  constructor({ runDirectory, logDirectory, onGiveUp }) {
    this.runDirectory = runDirectory;
    this.logDirectory = logDirectory;
    this.onGiveUp = onGiveUp;
    mkdirSync(runDirectory, { recursive: true });
    mkdirSync(logDirectory, { recursive: true });
  }

  logFile(name) {
    return join(this.logDirectory, `${name}.log`);
  }

  #pidFile(name) {
    return join(this.runDirectory, `${name}.pid`);
  }

  /**
   * Starts a service and waits until it answers; from then on it is restarted when it dies. @param {Service} service
   */
  async start(service) {
    if (this.#stopping) throw new PlainError('Stopped.');
    const entry = { service, deaths: [], ready: false, child: undefined, logFrom: 0 };
    this.#entries.set(service.name, entry);
    this.#launch(entry);
    await this.#untilReady(entry);
    this.#watch(entry);
  }

  #launch(entry) {
    const { name } = entry.service;
    const { command, args, ...options } = entry.service.command();
    const log = this.logFile(name);
    rotateLog(log);
    entry.logFrom = existsSync(log) ? statSync(log).size : 0;
    const output = openSync(log, 'a');
    try {
      entry.child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', output, output] });
    } finally {
      closeSync(output);
    }
    const { child } = entry;
    entry.ended = new Promise((done) => {
      child.once('error', (error) => done(`could not be started: ${error.message}`));
      child.once('exit', (code, signal) => done(signal ? `was killed (${signal})` : `ended with code ${code}`));
    }).then((how) => {
      entry.how = how;
      entry.ready = false;
      if (entry.child === child) removePidFile(this.#pidFile(name));
      return how;
    });
    entry.how = undefined;
    if (child.pid) writePidFile(this.#pidFile(name), child.pid, { stopSignal: entry.service.stopSignal ?? 'SIGTERM' });
  }

  async #untilReady(entry) {
    const { title, isReady, readyWithin = minute } = entry.service;
    const started = Date.now();
    while (!this.#stopping) {
      if (entry.how) throw this.#diedError(entry, `${title} ${entry.how} while it was starting.`);
      if (await isReady().catch(() => false)) {
        entry.ready = true;
        return;
      }
      if (Date.now() - started > readyWithin) {
        throw this.#diedError(entry, `${title} did not answer within ${Math.round(readyWithin / 1000)} seconds.`);
      }
      await Promise.race([entry.ended, pause(100)]);
    }
    throw new PlainError('Stopped.');
  }

  #diedError(entry, message) {
    const log = this.logFile(entry.service.name);
    const tail = lastLines(log, entry.logFrom);
    return new PlainError(`${message} Its log: ${log}`, { details: tail || '(it wrote nothing)' });
  }

  async #watch(entry) {
    while (!this.#stopping) {
      const how = await entry.ended;
      if (this.#stopping) return;
      say();
      say(`${entry.service.title} ${how}; it is started again.`);
      const tail = lastLines(this.logFile(entry.service.name), entry.logFrom, 8);
      if (tail) say(indent(tail));
      if (!(await this.#revive(entry))) return;
    }
  }

  async #revive(entry) {
    const { title, dependsOn = [] } = entry.service;
    const died = Date.now();
    while (!this.#stopping) {
      const alone = dependsOn.every((name) => this.#isReady(name));
      // Who dies because its database is away is not to blame: only deaths of its own count.
      if (alone) entry.deaths = [...entry.deaths.filter((at) => Date.now() - at < 5 * minute), Date.now()];
      if (entry.deaths.filter((at) => Date.now() - at < minute).length >= deathsBeforeGivingUp) {
        this.#giveUp(entry);
        return false;
      }
      await this.#sleep(Math.min(30, 2 ** Math.max(0, entry.deaths.length - 1)) * 1000);
      while (!this.#stopping && !dependsOn.every((name) => this.#isReady(name))) await pause(200);
      if (this.#stopping) return false;
      this.#launch(entry);
      try {
        await this.#untilReady(entry);
        say(`${title} is back after ${secondsSince(died)}.`);
        return true;
      } catch (error) {
        if (this.#stopping) return false;
        note(`${error.message}`);
        await this.#end(entry, 'SIGKILL', 1000);
      }
    }
    return false;
  }

  #giveUp(entry) {
    const { title, name } = entry.service;
    const error = this.#diedError(
      entry,
      `${title} died ${deathsBeforeGivingUp} times within a minute, so everything is stopped. Your data is kept. ` +
        `Read the lines below, and when the cause is gone run the command again; if the data itself is broken, ` +
        `"npm start -- --reset" begins anew. (Process: ${name}.)`,
    );
    this.onGiveUp?.(error);
  }

  #isReady(name) {
    return this.#entries.get(name)?.ready ?? true;
  }

  async #sleep(milliseconds) {
    const until = Date.now() + milliseconds;
    while (!this.#stopping && Date.now() < until) await pause(100);
  }

  async #end(entry, signal, grace) {
    const { child, service } = entry;
    if (!child?.pid || entry.how) return;
    signalGroup(child.pid, signal);
    const force = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), grace);
    await entry.ended;
    clearTimeout(force);
    // What the child itself had started, if it did not take it along.
    signalGroup(child.pid, 'SIGKILL');
    removePidFile(this.#pidFile(service.name));
  }

  /** Stops everything, last started first. @param {(title: string) => void} [onStop] */
  async stopAll(onStop) {
    this.#stopping = true;
    for (const entry of [...this.#entries.values()].reverse()) {
      onStop?.(entry.service.title);
      await this.#end(entry, entry.service.stopSignal ?? 'SIGTERM', entry.service.grace ?? 10_000);
    }
  }

  /** Kills everything at once. */
  killAll() {
    this.#stopping = true;
    for (const { child, how, service } of [...this.#entries.values()].reverse()) {
      if (child?.pid && !how) signalGroup(child.pid, service.forceSignal ?? 'SIGKILL');
    }
  }
}

/**
 * Ends what an earlier start left running because it was killed itself.
 * @param {{ runDirectory: string, order: string[] }} options `order`: names in the order in which they were started
 * @returns {Promise<string[]>} the names of those that were still running
 */
export const reapOrphans = async ({ runDirectory, order }) => {
  const reaped = [];
  for (const name of [...order].reverse()) {
    const file = join(runDirectory, `${name}.pid`);
    const owner = runningOwner(file);
    if (owner) {
      reaped.push(name);
      signalGroup(owner.pid, owner.stopSignal ?? 'SIGTERM');
      const started = Date.now();
      while (startOf(owner.pid) === owner.start && Date.now() - started < 10_000) await pause(50);
      signalGroup(owner.pid, 'SIGKILL');
      while (startOf(owner.pid) === owner.start) await pause(50);
    }
    removePidFile(file);
  }
  return reaped;
};
