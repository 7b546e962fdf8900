/**
 * `npm test`: types, format, lint, dead code, and every level of tests, on a PostgreSQL and a Temporal server of their own.
 * Arguments go to vitest: `npm test -- --project db path/of/a/file`.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll, compile, prepareNamespace } from '../launcher/build.mjs';
import { runningOwner, startOf, writePidFile } from '../launcher/identity.mjs';
import { installDependencies, requireNode } from '../launcher/install.mjs';
import { PlainError, printError, say, step } from '../launcher/log.mjs';
import { cloneId, stateDirectory } from '../launcher/paths.mjs';
import { rememberedHome } from '../launcher/postgres-location.mjs';
import { Supervisor, reapOrphans } from '../launcher/processes.mjs';
import { startServices, testEnvironment, testNamespace } from '../launcher/services.mjs';
import { checkSources, runVitest } from './check.mjs';
import { findChromium } from './chromium.mjs';
import { countsOf, readReport, slowestOf } from './report.mjs';

const runs = join(stateDirectory, 'test');
const directory = join(runs, String(process.pid));
const locationMemory = (run) => join(run, 'postgres-location');

/** The projects that were asked for with --project; undefined means all. */
const askedProjects = (args) => {
  const names = args.flatMap((arg, index) =>
    arg === '--project' ? [args[index + 1]] : arg.startsWith('--project=') ? [arg.slice(10)] : [],
  );
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

const wants = (projects, ...names) => !projects || names.some((name) => projects.includes(name));

/** @param {{ projects?: string[], supervisor: Supervisor }} context @returns {Promise<NodeJS.ProcessEnv>} what the tests get */
const prepare = async ({ projects, supervisor }) => {
  const env = {};
  if (wants(projects, 'browser')) env.WEND_CHROMIUM = await step('Chromium found', findChromium);
  if (wants(projects, 'db', 'workflow', 'e2e', 'browser')) {
    const services = await startServices({
      supervisor,
      directory: join(directory, 'run'),
      location: {
        preferred: join(tmpdir(), `wend-test-${cloneId}-${process.pid}`),
        memory: locationMemory(directory),
        suffix: `-test-${process.pid}`,
      },
      durable: false,
    });
    await prepareNamespace({ address: services.temporalAddress, namespace: testNamespace });
    Object.assign(env, testEnvironment(services));
  }
  return env;
};

/** @returns {Promise<{ counts: { passed: number, failed: number, skipped: number }, passed: boolean }>} */
const runAll = async ({ args, supervisor, onChild }) => {
  await installDependencies({ tools: true });
  const projects = askedProjects(args);
  const { compiled, dashboard } = wants(projects, 'browser') ? buildAll() : { compiled: compile() };
  await compiled;
  // What they find fails the run, but is no reason not to hear about the tests.
  const clean = await checkSources().then(
    () => true,
    (error) => (printError(error), false),
  );
  await dashboard;
  const env = await prepare({ projects, supervisor });
  const results = join(directory, 'results.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const code = await runVitest({ args: [...reporters, ...args], env, onStart: onChild });
  const report = readReport(results);
  if (!report) throw new PlainError(`vitest ended with code ${code} and wrote no report.`);
  const counts = countsOf(report);
  say(`\n${slowestOf(report).join('\n')}`);
  if (!clean) say('\nThe sources are not as they should be; see above.');
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
    result = await Promise.race([
      runAll({ args: process.argv.slice(2), supervisor, onChild: (started) => (child = started) }),
      interrupted,
    ]);
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
