/** CPU time and memory of processes, read from /proc. */
import { readFileSync, readdirSync } from 'node:fs';

/** The kernel counts in hundredths of a second for user space, whatever its own clock is. */
const tickMs = 10;

/** @param {string} path @returns {{ fields: string[], name: string } | undefined} undefined when the process is gone */
const readStat = (path) => {
  try {
    const stat = readFileSync(path, 'utf8');
    const end = stat.lastIndexOf(')');
    return { name: stat.slice(stat.indexOf('(') + 1, end), fields: stat.slice(end + 2).split(' ') };
  } catch {
    return undefined;
  }
};

/** CPU time of a process and its ended children in ms, user and system. @param {number} pid */
export const cpuOf = (pid) => {
  const stat = readStat(`/proc/${pid}/stat`);
  if (!stat) return { own: 0, endedChildren: 0 };
  const [user, system, childUser, childSystem] = stat.fields.slice(11, 15).map(Number);
  return { own: (user + system) * tickMs, endedChildren: (childUser + childSystem) * tickMs };
};

/** @param {number} parent @returns {number[]} */
export const childrenOf = (parent) =>
  readdirSync('/proc').flatMap((name) =>
    /^\d+$/.test(name) && Number(readStat(`/proc/${name}/stat`)?.fields[1]) === parent ? [Number(name)] : [],
  );

/** CPU time by thread in ms. @param {number} pid @returns {Map<number, { name: string, main: boolean, ms: number }>} */
export const threadsOf = (pid) => {
  const threads = new Map();
  for (const name of readdirSync(`/proc/${pid}/task`)) {
    const stat = readStat(`/proc/${pid}/task/${name}/stat`);
    if (stat)
      threads.set(Number(name), {
        name: stat.name,
        main: Number(name) === pid,
        ms: (Number(stat.fields[11]) + Number(stat.fields[12])) * tickMs,
      });
  }
  return threads;
};

/**
 * Memory in bytes; what is shared between processes is divided among them where the kernel tells. @param {number} pid
 */
export const memoryOf = (pid) => {
  for (const [file, field] of [
    ['smaps_rollup', 'Pss'],
    ['status', 'VmRSS'],
  ]) {
    try {
      const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'));
      if (found) return Number(found[1]) * 1024;
    } catch {
      // Another user's, or gone: the next file, or nothing.
    }
  }
  return 0;
};

/** CPU time that the whole machine spent, in ms, over all cores. */
export const machineCpu = () => {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8')
    .split('\n')[0]
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) * tickMs;
};
