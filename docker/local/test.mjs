/**
 * `npm test`: types, lint, and every level of tests, on a PostgreSQL and a Temporal server of their own.
 * Arguments go to vitest: `npm test -- --project db path/of/a/file`.
 */
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildDashboard, prepareNamespace } from './build.mjs';
import { checkSources, lint, runVitest } from './check.mjs';
import { findChromium } from './chromium.mjs';
import { runningOwner, startOf, writePidFile } from './identity.mjs';
import { installDependencies, requireNode } from './install.mjs';
import { PlainError, printError, say, step } from './log.mjs';
import { cloneId, stateDirectory } from './paths.mjs';
import { rememberedHome } from './postgres-location.mjs';
import { Supervisor, reapOrphans } from './processes.mjs';
import { startServices, testEnvironment, testNamespace } from './services.mjs';

const runs = join(stateDirectory, 'test');
const directory = join(runs, String(process.pid));
const locationMemory = (run) => join(run, 'postgres-location');

/** The projects that were asked for with --project; undefined means all. */
const askedProjects = (args) => {
  const names = args.flatMap((arg, index) => (arg === '--project' ? [args[index + 1]] : arg.startsWith('--project=') ? [arg.slice(10)] : []));
  return names.length > 0 ? names : undefined;
};

/** Clears away what killed test runs left: processes, data, logs. */
const clearDeadRuns = async () => {
  if (!existsSync(runs)) return;
  for (const name of readdirSync(runs)) {
    const run = join(runs, name);
    const owner = join(run, 'owner');
    // A run that has only just begun has made its folder and not yet its owner file.
    if (existsSync(owner) ? runningOwner(owner) : startOf(Number(name))) continue;
    await reapOrphans({ runDirectory: join(run, 'run'), order: ['postgres', 'temporal'] });
    removeData(run);
    rmSync(run, { recursive: true, force: true });
  }
};

const removeData = (run) => {
  const home = rememberedHome(locationMemory(run));
  if (home) rmSync(home, { recursive: true, force: true });
};

/** @param {{ args: string[], supervisor: Supervisor }} context @returns {Promise<NodeJS.ProcessEnv>} what the tests get */
const prepare = async ({ args, supervisor }) => {
  const projects = askedProjects(args);
  const wants = (...names) => !projects || names.some((name) => projects.includes(name));
  const env = {};
  if (wants('browser')) {
    env.WEND_CHROMIUM = await step('Chromium found', findChromium);
    await buildDashboard();
  }
  if (wants('db', 'workflow', 'e2e', 'browser')) {
    const services = await startServices({
      supervisor,
      directory: join(directory, 'run'),
      location: { preferred: join(tmpdir(), `wend-test-${cloneId}-${process.pid}`), memory: locationMemory(directory), suffix: `-test-${process.pid}` },
      durable: false,
    });
    await prepareNamespace({ address: services.temporalAddress, namespace: testNamespace });
    Object.assign(env, testEnvironment(services));
  }
  return env;
};

/** Numbers from vitest's report; a file that could not even be loaded counts as one failure. */
const countResults = (file) => {
  if (!existsSync(file)) return undefined;
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const unloaded = report.testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
};

/** @returns {Promise<{ counts: { passed: number, failed: number, skipped: number }, passed: boolean }>} */
const runAll = async ({ args, supervisor, onChild }) => {
  await installDependencies();
  await checkSources();
  // A broken lint rule fails the run, but is no reason not to hear about the tests.
  const clean = await lint().then(
    () => true,
    (error) => (printError(error), false),
  );
  const env = await prepare({ args, supervisor });
  const results = join(directory, 'results.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const code = await runVitest({ args: [...reporters, ...args], env, onStart: onChild });
  const counts = countResults(results);
  if (!counts) throw new PlainError(`vitest ended with code ${code} and wrote no report.`);
  if (!clean) say('\nLint rules are broken; see above.');
  return { counts, passed: clean && code === 0 && counts.failed === 0 };
};

const main = async () => {
  requireNode();
  await clearDeadRuns();
  writePidFile(join(directory, 'owner'), process.pid);
  let child;
  const supervisor = new Supervisor({ runDirectory: join(directory, 'run'), logDirectory: join(directory, 'logs') });
  let finish;
  const interrupted = new Promise((done) => (finish = done));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      child?.kill(signal);
      finish({ signal });
    });
  }
  let result;
  try {
    result = await Promise.race([runAll({ args: process.argv.slice(2), supervisor, onChild: (started) => (child = started) }), interrupted]);
  } finally {
    await supervisor.stopAll();
    removeData(directory);
    // The servers' logs of a run that failed stay until the next one.
    if (result?.passed || result?.signal) rmSync(directory, { recursive: true, force: true });
    else rmSync(join(directory, 'owner'), { force: true });
  }
  if (result.signal) throw new PlainError(`Interrupted (${result.signal}).`);
  const { passed, failed, skipped } = result.counts;
  if (!result.passed) {
    say(`\nLogs of PostgreSQL and Temporal: ${join(directory, 'logs')}`);
    process.exitCode = 1;
  }
  say(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
};

main()
  .catch((error) => {
    printError(error);
    process.exitCode = 1;
  })
  .finally(() => process.exit());
