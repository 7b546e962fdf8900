/** `npm run check`: types, lint, unit tests. */
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { compile, runScript } from './build.mjs';
import { installDependencies, requireNode } from './install.mjs';
import { PlainError, printError, step } from './log.mjs';
import { inClone } from './paths.mjs';

/** Types of everything; builds what the rest of the clone runs. */
export const checkSources = async () => {
  await compile();
  await step('Dashboard types checked', () =>
    runScript({
      title: "Checking the dashboard's types",
      name: 'dashboard-types',
      script: inClone('node_modules', 'typescript', 'bin', 'tsc'),
      args: ['--noEmit', '--incremental', '-p', inClone('frontend', 'dashboard')],
    }),
  );
};

export const lint = () =>
  step('Lint rules kept', () =>
    runScript({
      title: 'ESLint',
      name: 'eslint',
      script: inClone('node_modules', 'eslint', 'bin', 'eslint.js'),
      args: ['.', '--cache', '--cache-strategy', 'content', '--cache-location', inClone('.wend', 'eslintcache')],
    }),
  );

/**
 * Runs vitest on this terminal.
 * @param {{ args: string[], env?: NodeJS.ProcessEnv, onStart?: (child: import('node:child_process').ChildProcess) => void }} options
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
  await installDependencies();
  await checkSources();
  await lint();
  const code = await runVitest({ args: ['--project', 'unit'] });
  if (code !== 0) throw new PlainError('Unit tests failed; see above.');
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    printError(error);
    process.exitCode = 1;
  });
}
