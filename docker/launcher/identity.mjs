/**
 * Which process a pid file means. A pid alone is not enough: after a crash or a reboot the number may belong to
 * somebody else, so the time the process started is kept beside it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * When the process started, as an opaque text; undefined when it is not running (a zombie counts as not running).
 * @param {number} pid
 * @returns {string | undefined}
 */
export const startOf = (pid) => {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  try {
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return text === '' || text.startsWith('Z') ? undefined : text.slice(text.indexOf(' ') + 1).trim();
  } catch {
    return undefined;
  }
};

/** @typedef {{ pid: number, start: string } & Record<string, unknown>} Owner */

/** @param {string} file @param {number} pid @param {Record<string, unknown>} [more] */
export const writePidFile = (file, pid, more = {}) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ pid, start: startOf(pid) ?? '', ...more }));
};

/** The process a pid file names, if it still runs. @param {string} file @returns {Owner | undefined} */
export const runningOwner = (file) => {
  if (!existsSync(file)) return undefined;
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8'));
    return owner.start && startOf(owner.pid) === owner.start ? owner : undefined;
  } catch {
    return undefined;
  }
};

/** @param {string} file */
export const removePidFile = (file) => rmSync(file, { force: true });
