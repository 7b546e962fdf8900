/**
 * What the commands print: one line a step, with its seconds; and the one kind of error that is shown without a stack.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const onTerminal = Boolean(process.stdout.isTTY) && !process.env.CI;
const paint = (code, text) => (onTerminal && !process.env.NO_COLOR ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = (text) => paint('1', text);
export const dim = (text) => paint('2', text);

/** An error whose message tells a person what happened and what to do; printed without a stack. */
export class PlainError extends Error {
  /** @param {string} message @param {{ details?: string }} [options] `details`: output worth showing under the message */
  constructor(message, { details } = {}) {
    super(message);
    this.name = 'PlainError';
    this.details = details;
  }
}

/** @param {string} [text] */
export const say = (text = '') => {
  clearTransient();
  process.stdout.write(`${text}\n`);
  if (onTerminal && active.size > 0) tick();
};

/** @param {string} text */
export const note = (text) => say(`    ${dim(text)}`);

let transient = false;

/** Shows a line that the next output replaces; only on a terminal. @param {string} text */
export const show = (text) => {
  if (!onTerminal) return;
  // Some terminals say that they have no columns at all.
  const width = (process.stdout.columns || 80) - 1;
  process.stdout.write(`\r\u001b[2K${text.slice(0, width)}`);
  transient = true;
};

const clearTransient = () => {
  if (transient) process.stdout.write('\r\u001b[2K');
  transient = false;
};

/** @param {number} from milliseconds, as `Date.now()` gave them */
export const secondsSince = (from) => `${((Date.now() - from) / 1000).toFixed(1)} s`;

/**
 * What is under way, in the order in which it began. @type {Set<{ doing: string, progress: string, started: number,
 * told: number }>}
 */
const active = new Set();
let ticker;

/** @type {() => number} */
let secondsLeft;

/** From now on the line that tells what is under way also tells how long it all still takes. @param {() => number} seconds */
export const showTimeLeft = (seconds) => (secondsLeft = seconds);

/** Nobody reads a guess as a promise when it comes in round numbers. */
const roughly = (seconds) => {
  if (seconds > 100) return `about ${Math.round(seconds / 60)} min left`;
  return seconds > 10 ? `about ${Math.ceil(seconds / 10) * 10} s left` : 'a few seconds left';
};

/**
 * On a terminal a line tells what is under way and for how long, so that nobody takes a wait for a standstill.
 * Elsewhere, in a log say, a line for what takes more than two seconds, and another one every half minute.
 */
const tick = () => {
  const now = Date.now();
  // In the first moments it is not known yet what is there already.
  const left = secondsLeft && process.uptime() > 3 ? [roughly(secondsLeft())] : [];
  const lines = [...active].map(
    ({ doing, progress, started }) =>
      `${doing}${progress ? `: ${progress}` : ''}, ${Math.floor((now - started) / 1000)} s`,
  );
  if (onTerminal) return show(`  … ${[...left, ...lines].join(' · ')}`);
  for (const [index, entry] of [...active].entries()) {
    if (now - entry.started < 2000 || now - entry.told < 30_000) continue;
    entry.told = now;
    say(`  … ${[lines[index], ...left].join(' · ')}`);
  }
};

const begin = (entry) => {
  active.add(entry);
  if (onTerminal) tick();
  ticker ??= setInterval(tick, 1000).unref();
};

const end = (entry) => {
  active.delete(entry);
  if (active.size > 0) return;
  clearInterval(ticker);
  ticker = undefined;
};

/** Shows no more what is under way: the command is being stopped. */
export const hideSteps = () => {
  active.clear();
  clearInterval(ticker);
};

/**
 * Runs one step and prints a line with its seconds; while it lasts, `doing` is shown.
 * The function may return a string: it is printed behind the title (for instance "already there").
 * @template T
 * @param {string} title what is true afterwards
 * @param {(progress: (text: string) => void) => Promise<T> | T} run
 * @param {string} [doing] what goes on meanwhile
 * @returns {Promise<T>}
 */
export const step = async (title, run, doing = title) => {
  const entry = { doing, progress: '', started: Date.now(), told: 0 };
  begin(entry);
  try {
    const result = await run((text) => (entry.progress = text));
    end(entry);
    const remark = typeof result === 'string' && result !== '' ? dim(` (${result})`) : '';
    say(`  ${paint('32', '✓')} ${title}${remark} ${dim(secondsSince(entry.started))}`);
    return result;
  } catch (error) {
    end(entry);
    say(`  ${paint('31', '✗')} ${title} ${dim(secondsSince(entry.started))}`);
    throw error;
  }
};

/**
 * Prints an error the way people should see it: plain ones as text, anything else with its stack. @param {unknown}
 * error
 */
export const printError = (error) => {
  hideSteps();
  clearTransient();
  const text = explain(error);
  process.stderr.write(`\n${paint('31', 'Error:')} ${text}\n`);
};

const explain = (error) => {
  if (error instanceof PlainError)
    return error.details ? `${error.message}\n\n${indent(error.details)}` : error.message;
  if (error?.code === 'ENOSPC')
    return `the disk is full (${error.message}). Free some space and run the command again; nothing is lost.`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

/** @param {string} text */
export const indent = (text) =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');

/**
 * The last lines of a log file, from byte `from` on. @param {string} file @param {number} [from] @param {number}
 * [count]
 */
export const lastLines = (file, from = 0, count = 15) => {
  if (!existsSync(file)) return '';
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const start = Math.max(from, size - 16_384);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    readSync(handle, buffer, 0, buffer.length, start);
    const lines = buffer.toString('utf8').trimEnd().split('\n').slice(-count);
    return lines.map((line) => (line.length > 400 ? `${line.slice(0, 400)}…` : line)).join('\n');
  } finally {
    closeSync(handle);
  }
};

/** Keeps a log file from growing for ever: above 20 MB it moves to `<file>.1`. @param {string} file */
export const rotateLog = (file) => {
  if (existsSync(file) && statSync(file).size > 20 * 1024 * 1024) renameSync(file, `${file}.1`);
};
