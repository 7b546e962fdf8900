/** Free ports, and who holds one that is not free. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';

/** @param {number} port @param {string} [host] @returns {Promise<boolean>} */
const isFree = (port, host = '127.0.0.1') =>
  new Promise((done) => {
    const server = createServer();
    server.once('error', (error) => done(error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => done(true)));
  });

/** Free on both addresses that "localhost" may mean. @param {number} port */
export const isFreeOnLocalhost = async (port) => (await isFree(port, '127.0.0.1')) && (await isFree(port, '::1'));

/**
 * Free ports below the range from which the system takes ports for outgoing connections, so that a restarted process
 * finds its port free again.
 * @param {number} count
 * @param {number[]} [taken]
 */
export const freePorts = async (count, taken = []) => {
  const found = [];
  for (let tries = 0; found.length < count && tries < 500; tries += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (!found.includes(port) && !taken.includes(port) && (await isFree(port))) found.push(port);
  }
  if (found.length < count) throw new Error(`No ${count} free ports between 20000 and 32000.`);
  return found;
};

/**
 * Named ports that stay the same from start to start while they are free: Temporal's members find each other by them.
 * @param {{ file: string, names: string[] }} options
 * @returns {Promise<Record<string, number>>}
 */
export const rememberedPorts = async ({ file, names }) => {
  const known = readKnown(file);
  const ports = {};
  for (const name of names) {
    if (known[name] && (await isFree(known[name]))) ports[name] = known[name];
  }
  const missing = names.filter((name) => !ports[name]);
  const fresh = await freePorts(missing.length, Object.values(ports));
  missing.forEach((name, index) => (ports[name] = fresh[index]));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(ports, null, 2));
  return ports;
};

const readKnown = (file) => {
  try {
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  } catch {
    return {};
  }
};

/**
 * The process that listens on a port, as far as this user may know.
 * @param {number} port
 * @returns {{ pid: number, command: string } | undefined}
 */
export const holderOf = (port) => {
  try {
    return process.platform === 'linux' ? holderOnLinux(port) : holderByLsof(port);
  } catch {
    return undefined;
  }
};

const holderByLsof = (port) => {
  const output = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], { encoding: 'utf8' });
  const pid = /^p(\d+)$/m.exec(output)?.[1];
  return pid ? { pid: Number(pid), command: /^c(.+)$/m.exec(output)?.[1] ?? '' } : undefined;
};

const holderOnLinux = (port) => {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    if (!existsSync(table)) continue;
    for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(`:${hex}`) && fields[3] === '0A') inodes.add(`socket:[${fields[9]}]`);
    }
  }
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (holdsOneOf(pid, inodes)) {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return { pid: Number(pid), command };
    }
  }
  return undefined;
};

const holdsOneOf = (pid, inodes) => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        return false;
      }
    });
  } catch {
    return false; // another user's process
  }
};
