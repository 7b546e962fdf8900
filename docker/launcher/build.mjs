/**
 * Builds what runs, migrates the database, prepares Temporal's namespace: everything between "installed" and "started".
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildLock, runLogged } from './install.mjs';
import { withLock } from './lock.mjs';
import { PlainError, lastLines, step } from './log.mjs';
import { inClone, stateDirectory } from './paths.mjs';

const logDirectory = join(stateDirectory, 'logs');

/**
 * Runs a Node script of this clone to its end; its output is shown when it fails.
 * @param {{ title: string, name: string, script: string, args?: string[], cwd?: string, env?: NodeJS.ProcessEnv,
 * advice?: string }} options
 *   `name` names the log file
 */
export const runScript = async ({ title, name, script, args = [], cwd = inClone(), env = {}, advice = '' }) => {
  mkdirSync(logDirectory, { recursive: true });
  const log = join(logDirectory, `${name}.log`);
  const code = await runLogged({
    command: process.execPath,
    args: [script, ...args],
    log,
    cwd,
    env: { ...process.env, ...env },
  });
  if (code === 0) return;
  const details = lastLines(log, 0, 40);
  if (/ENOSPC/.test(details)) throw Object.assign(new Error(`${title} could not write`), { code: 'ENOSPC' });
  throw new PlainError(`${title} failed. ${advice}The whole output: ${log}`, { details });
};

const tsc = (...projects) =>
  runScript({
    title: 'Compiling',
    name: 'tsc',
    script: inClone('node_modules', 'typescript', 'bin', 'tsc'),
    args: ['-b', ...projects],
  });

/** `/wend.js` and `/wend-sw.js`: quick, so it asks nobody whether something changed. */
export const buildWebSdk = () =>
  runScript({
    title: 'Building the web SDK',
    name: 'web-sdk',
    script: inClone('frontend', 'web-sdk', 'bin', 'build.mjs'),
  });

/** Compiles everything but what only the browser gets. `onShared` hears when the packages that the dashboard shares are. */
export const compile = ({ onShared = () => undefined } = {}) =>
  withLock(buildLock, () =>
    step(
      'TypeScript compiled',
      async () => {
        await tsc(inClone('workflows', 'contract'), inClone('workflows', 'engine'));
        onShared();
        await tsc();
        await buildWebSdk();
      },
      'Compiling TypeScript',
    ),
  );

/** Compiles, and builds the dashboard as soon as what it shares with the backend is there. */
export const buildAll = () => {
  let compiled;
  const shared = new Promise((resolve, reject) => {
    compiled = compile({ onShared: resolve });
    compiled.catch(reject);
  });
  const dashboard = shared.then(buildDashboard);
  // Whoever waits for one first must not leave the failure of the other unheard.
  dashboard.catch(() => undefined);
  return { compiled, dashboard };
};

const dashboard = inClone('frontend', 'dashboard');
/** What the dashboard's bundle is made of. */
const dashboardInputs = [
  dashboard,
  inClone('workflows', 'contract'),
  inClone('workflows', 'engine'),
  inClone('tsconfig.base.json'),
];
const notInputs = new Set([
  'node_modules',
  '.next',
  'dist',
  'e2e',
  'test-results',
  'next-env.d.ts',
  'tsconfig.tsbuildinfo',
]);

/** Builds the dashboard when its inputs changed. */
export const buildDashboard = () =>
  withLock(buildLock, async () => {
    const stamp = join(dashboard, '.next', 'wend-inputs');
    const hash = hashOf(dashboardInputs);
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && existsSync(join(dashboard, '.next', 'BUILD_ID')))
      return;
    const title = 'Building the dashboard';
    const run = () =>
      runScript({
        title,
        name: 'next-build',
        script: inClone('node_modules', 'next', 'dist', 'bin', 'next'),
        args: ['build'],
        cwd: dashboard,
        env: { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      });
    await step('Dashboard built', run, title);
    writeFileSync(stamp, hash);
  });

/** Which packages are installed. Those of this clone are links: a new one with nodes does not change the dashboard. */
const installedPackages = () =>
  Object.entries(JSON.parse(readFileSync(inClone('package-lock.json'), 'utf8')).packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .map(([path, { version }]) => `${path} ${version}`)
    .join('\n');

const hashOf = (paths) => {
  const hash = createHash('sha256').update(installedPackages());
  const add = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort())
        if (!notInputs.has(name) && !name.endsWith('.tsbuildinfo')) add(join(path, name));
      return;
    }
    const content = readFileSync(path);
    hash.update(`${path.slice(inClone().length)}\0${content.length}\0`).update(content);
  };
  paths.forEach(add);
  return hash.digest('hex');
};

/** @param {string} databaseUrl */
export const migrate = (databaseUrl) =>
  step(
    'Database migrated',
    () =>
      runScript({
        title: 'Migrating the database',
        name: 'migrate',
        script: inClone('migrations', 'dist', 'bin', 'migrate.js'),
        env: { DATABASE_URL: databaseUrl },
      }),
    'Migrating the database',
  );

export const namespaceScript = inClone('workflows', 'temporal', 'dist', 'bin', 'prepare-namespace.js');

/**
 * Registers namespace and search attributes, and waits until they are usable. @param {{ address: string, namespace:
 * string }} options
 */
export const prepareNamespace = ({ address, namespace }) =>
  step(
    'Temporal namespace ready',
    () =>
      runScript({
        title: `Preparing the namespace ${namespace} at ${address}`,
        name: 'namespace',
        script: namespaceScript,
        env: { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace },
      }),
    'Preparing the Temporal namespace',
  );
