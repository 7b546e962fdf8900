/** Node's version, and the dependencies: installed when, and only when, they are not what package-lock.json says. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { PlainError, lastLines, note, step } from './log.mjs';
import { cloneDirectory, inClone, stateDirectory } from './paths.mjs';

const minimumNode = [20, 19];

/** The first thing a command does. An older Node must get this far: no named import of what it does not have. */
export const requireNode = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > minimumNode[0] || (major === minimumNode[0] && minor >= minimumNode[1])) return;
  throw new PlainError(
    `Wend needs Node ${minimumNode.join('.')} or later; this is ${process.versions.node}. Install a newer one from https://nodejs.org or with your version manager.`,
  );
};

/** The lock that keeps two commands in one clone from installing or building at once. */
export const buildLock = {
  file: join(cloneDirectory, 'build.lock'),
  onWait: (owner) =>
    note(`Another command of this clone (process ${owner.pid}) is installing or building; waiting for it.`),
};

/**
 * What npm is asked for. `npm ci` begins with an empty folder, under the feet of a start that runs; so where a start has
 * installed its part, the tools come beside it.
 */
const installCommand = ({ tools }) => {
  if (!existsSync(inClone('package-lock.json'))) return ['install'];
  if (!tools) return ['ci', '--omit=dev'];
  return isInstalled({ tools: false }) ? ['install', '--no-save'] : ['ci'];
};

/** @param {{ tools?: boolean }} [options] `tools`: also what only tests, checks and measurements need */
export const installDependencies = ({ tools = false } = {}) =>
  withLock(buildLock, async () => {
    if (isInstalled({ tools })) return;
    await step(
      'Dependencies installed',
      async () => {
        const log = join(stateDirectory, 'logs', 'install.log');
        mkdirSync(join(stateDirectory, 'logs'), { recursive: true });
        const code = await runLogged({
          command: 'npm',
          args: [...installCommand({ tools }), '--no-audit', '--no-fund', '--loglevel=error'],
          log,
        });
        if (code === 0) return;
        const tail = lastLines(log, 0, 20);
        if (/ENOSPC/.test(tail)) throw Object.assign(new Error('npm could not write'), { code: 'ENOSPC' });
        if (/in sync/.test(readFileSync(log, 'utf8'))) {
          throw new PlainError(
            `package-lock.json does not match the package.json files. Run "npm install" and commit the lock file. The whole output: ${log}`,
          );
        }
        throw new PlainError(
          `The dependencies could not be installed. Is the npm registry within reach? The whole output: ${log}`,
          { details: tail },
        );
      },
      'Installing the dependencies',
    );
  });

/**
 * npm writes node_modules/.package-lock.json last, with what it really installed: comparing it to package-lock.json
 * sees an install that was interrupted as well as a lock file that changed since.
 */
const isInstalled = ({ tools }) => {
  const wanted = packagesOf('package-lock.json');
  const actual = packagesOf('node_modules', '.package-lock.json');
  if (!wanted || !actual) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    if (entry.dev && !tools) return true;
    const found = actual[path];
    // Optional packages are for other platforms.
    if (!found) return Boolean(entry.optional || entry.devOptional || entry.peer);
    return entry.link ? Boolean(found.link) : found.version === entry.version;
  });
};

const packagesOf = (...path) => {
  try {
    return JSON.parse(readFileSync(inClone(...path), 'utf8')).packages;
  } catch {
    return undefined;
  }
};

/**
 * Runs a command with its output in a log file.
 * @param {{ command: string, args: string[], log: string, cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} its exit code
 */
export const runLogged = ({ command, args, log, cwd = inClone(), env = process.env }) => {
  const output = openSync(log, 'w');
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', output, output] });
    const stop = () => child.kill('SIGTERM');
    process.once('exit', stop);
    child.once('error', reject);
    child.once('exit', (code) => {
      process.off('exit', stop);
      resolve(code ?? 1);
    });
  }).finally(() => closeSync(output));
};
