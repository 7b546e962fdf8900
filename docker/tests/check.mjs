/** `npm run check`: types, format, lint, dead code, unit tests. */
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { compile, runScript } from '../launcher/build.mjs';
import { installDependencies, requireNode } from '../launcher/install.mjs';
import { PlainError, printError, step } from '../launcher/log.mjs';
import { inClone } from '../launcher/paths.mjs';

const tool = ({ title, done, name, script, args }) =>
  step(done, () => runScript({ title, name, script: inClone('node_modules', ...script), args }), title);

/** What compiling leaves out: the dashboard is built by its bundler, which looks at no types. */
const checkDashboardTypes = () =>
  tool({
    title: "Checking the dashboard's types",
    done: 'Dashboard types checked',
    name: 'dashboard-types',
    script: ['typescript', 'bin', 'tsc'],
    args: ['--noEmit', '--incremental', '-p', inClone('frontend', 'dashboard')],
  });

/** Everything as Prettier lays it out; `npx prettier --write .` mends it. */
const checkFormat = () =>
  tool({
    title: 'Checking the format',
    done: 'Format kept',
    name: 'prettier',
    script: ['prettier', 'bin', 'prettier.cjs'],
    args: ['.', '--check', '--log-level', 'warn', '--cache', '--cache-location', inClone('.wend', 'prettiercache')],
  });

const lint = () =>
  tool({
    title: 'Checking the lint rules',
    done: 'Lint rules kept',
    name: 'eslint',
    script: ['eslint', 'bin', 'eslint.js'],
    args: ['.', '--cache', '--cache-strategy', 'content', '--cache-location', inClone('.wend', 'eslintcache')],
  });

/** Files, exports and dependencies that nobody uses: see knip.jsonc. */
const findDeadCode = () =>
  tool({
    title: 'Looking for dead code',
    done: 'No dead code',
    name: 'knip',
    script: ['knip', 'bin', 'knip.js'],
    args: ['--no-progress', '--no-config-hints'],
  });

/** Side by side, one after the other in each: what two cores take about as long for. */
const lanes = [
  [checkDashboardTypes, checkFormat],
  [lint, findDeadCode],
];

/** All that is said about sources without running them; goes through all of it, then throws what was found. */
export const checkSources = async () => {
  const found = [];
  const runLane = async (checks) => {
    for (const check of checks) await check().catch((error) => found.push(error));
  };
  await Promise.all(lanes.map(runLane));
  if (found.length > 0) throw allOf(found);
};

const allOf = (errors) => {
  const alone = errors.length === 1 ? errors[0] : errors.find((error) => !(error instanceof PlainError));
  if (alone) return alone;
  return new PlainError('The sources are not as they should be.', {
    details: errors.map(({ message, details }) => `${message}\n${details ?? ''}`).join('\n\n'),
  });
};

/**
 * Runs vitest on this terminal.
 * @param {{ args: string[], env?: NodeJS.ProcessEnv, onStart?: (child: import('node:child_process').ChildProcess) =>
 * void }} options
 * @returns {Promise<number>} its exit code
 */
export const runVitest = ({ args, env = {}, onStart }) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [inClone('node_modules', 'vitest', 'vitest.mjs'), 'run', ...args], {
      cwd: inClone(),
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    onStart?.(child);
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });

const main = async () => {
  requireNode();
  await installDependencies({ tools: true });
  await compile();
  await checkSources();
  const code = await runVitest({ args: ['--project', 'unit'] });
  if (code !== 0) throw new PlainError('Unit tests failed; see above.');
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    printError(error);
    process.exitCode = 1;
  });
}
