/** `npm start`: everything from a fresh clone to a running Wend, and back to nothing on Ctrl-C. */
import fs from 'node:fs';
import { join } from 'node:path';
import { appEnvironment, appServices, secretKey } from './app.mjs';
import { buildAll, migrate, prepareNamespace } from './build.mjs';
import { seedAccounts, seedPeople } from './demo.mjs';
import { installDependencies, requireNode } from './install.mjs';
import { releaseLock, takeLock } from './lock.mjs';
import { PlainError, bold, dim, hideSteps, note, printError, say, secondsSince, showTimeLeft, step } from './log.mjs';
import { help, parseOptions } from './options.mjs';
import { inClone, stateDirectory } from './paths.mjs';
import { freePorts, holderOf, isFreeOnLocalhost, rememberedPorts } from './ports.mjs';
import { createDatabaseIfMissing } from './postgres.mjs';
import { Supervisor, reapOrphans } from './processes.mjs';
import { deleteData, stopRunningStart } from './reset.mjs';
import { startServices, temporalBinaries } from './services.mjs';
import { partsOfStart, timeLeft } from './time-left.mjs';

const runDirectory = join(stateDirectory, 'run');
const lock = join(stateDirectory, 'start.lock');
const locationMemory = join(stateDirectory, 'postgres-location');
const order = ['postgres', 'temporal', 'api', 'worker', 'web'];

const requireSpace = () => {
  const { bavail, bsize } = fs.statfsSync(inClone());
  const free = (bavail * bsize) / 1024 ** 3;
  // The dependencies alone are more than one.
  const needed = fs.existsSync(inClone('node_modules')) ? 1 : 3;
  if (free < needed)
    throw new PlainError(
      `Only ${free.toFixed(1)} GB are free on the disk of ${inClone()}; Wend needs ${needed} GB at least. Free some space and start again.`,
    );
};

const requirePlatform = () => {
  if (['linux', 'darwin'].includes(process.platform)) return;
  throw new PlainError(
    `npm start runs on Linux and macOS, not on ${process.platform}. On Windows use WSL (https://learn.microsoft.com/windows/wsl), or the containers in docker/.`,
  );
};

const requirePort = async (port) => {
  if (await isFreeOnLocalhost(port)) return;
  const holder = holderOf(port);
  const who = holder
    ? `by process ${holder.pid} (${holder.command.slice(0, 120)})`
    : `by another process ("lsof -i :${port}" may name it)`;
  const other = port + 100 > 65_535 ? port - 100 : port + 100;
  throw new PlainError(
    `Port ${port} is taken ${who}. End that process, or use another port:\n\n    npm start -- --port ${other}`,
  );
};

/** The API stands behind the dashboard's address; its own port matters to nobody, so any will do. */
const choosePorts = async (web) => {
  const { workerHealth } = await rememberedPorts({
    file: join(stateDirectory, 'app-ports.json'),
    names: ['workerHealth'],
  });
  const next = web + 1;
  const api = next <= 65_535 && (await isFreeOnLocalhost(next)) ? next : (await freePorts(1, [workerHealth]))[0];
  return { web, api, workerHealth };
};

const given = { databaseUrl: process.env.DATABASE_URL, temporalAddress: process.env.TEMPORAL_ADDRESS };
const namespace = process.env.TEMPORAL_NAMESPACE ?? 'wend';

/**
 * Installs, and brings up the servers while Wend is compiled. The dashboard is still being built when this is done.
 * @param {{ supervisor: Supervisor, part: ReturnType<typeof timeLeft>['part'] }} context
 */
const prepare = async ({ supervisor, part }) => {
  // What takes longest on a first start needs nothing of the rest.
  const binaries = part('temporal', async () => (given.temporalAddress ? undefined : temporalBinaries()));
  binaries.catch(() => undefined);
  await part('install', () => installDependencies());
  const { compiled, dashboard } = buildAll();
  const bundled = part('dashboard', () => dashboard);
  bundled.catch(() => undefined);
  const location = { preferred: join(stateDirectory, 'postgres'), memory: locationMemory };
  const [services] = await Promise.all([
    part('servers', () => startServices({ supervisor, binaries, directory: runDirectory, location, ...given })),
    part('compile', () => compiled),
  ]);
  if (!given.databaseUrl) await createDatabaseIfMissing(services.databaseUrl, 'wend');
  return { services, bundled };
};

/** @param {{ options: ReturnType<typeof parseOptions>, supervisor: Supervisor }} context */
const boot = async ({ options, supervisor }) => {
  const { part, seconds } = timeLeft(partsOfStart);
  showTimeLeft(seconds);
  const { services, bundled } = await prepare({ supervisor, part });
  const ports = await choosePorts(options.port);
  const environment = appEnvironment({
    databaseUrl: given.databaseUrl ?? services.url('wend'),
    temporalAddress: services.temporalAddress,
    namespace,
    ports,
    secret: secretKey(join(stateDirectory, 'secret')),
    demo: options.demo,
  });
  const dependsOn = [...(given.databaseUrl ? [] : ['postgres']), ...(given.temporalAddress ? [] : ['temporal'])];
  const { api, worker, web } = appServices({ environment, ports, dependsOn });
  const launch = (service) =>
    step(`${service.title} started`, () => supervisor.start(service), `Starting the ${service.title}`);
  await part('data', () =>
    Promise.all([
      migrate(environment.DATABASE_URL),
      prepareNamespace({ address: services.temporalAddress, namespace }),
    ]),
  );
  const [login] = await Promise.all([
    options.demo ? seedAccounts(environment) : undefined,
    part('product', () => Promise.all([launch(api), launch(worker)])),
    // Last, so that it is the first to be stopped.
    bundled.then(() => part('web', () => launch(web))),
  ]);
  return { environment, login };
};

const announce = ({ environment, login, started }) => {
  const url = environment.WEND_PUBLIC_URL;
  say();
  say(`  ${bold('Wend is ready')} ${dim(`after ${secondsSince(started)}`)}`);
  say();
  say(`    Address     ${bold(url)}`);
  if (login) {
    say(`    Log in      ${login.email}  /  ${login.password}`);
    say(`    Write key   ${login.writeKey}  for an SDK of Segment with this address as its host`);
  } else {
    say(
      `    First step  open ${bold(`${url}/setup?token=${environment.WEND_SETUP_TOKEN}`)} and make the owner account; later, log in with it`,
    );
  }
  say(`    Logs        ${join(stateDirectory, 'logs')}`);
  say();
  say(dim('    Ctrl-C stops everything; data is kept for the next start.'));
  say();
};

const main = async () => {
  const started = Date.now();
  requireNode();
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return say(help);
  requirePlatform();
  requireSpace();
  if (options.reset) await stopRunningStart(lock);
  fs.mkdirSync(stateDirectory, { recursive: true });
  const owner = takeLock(lock, { url: `http://localhost:${options.port}` });
  if (owner) {
    throw new PlainError(
      `Wend runs already from this clone: ${owner.url} (process ${owner.pid}). Ctrl-C in its terminal or "kill ${owner.pid}" stops it.`,
    );
  }
  try {
    const reaped = await reapOrphans({ runDirectory, order });
    if (reaped.length > 0) note(`An earlier start was killed; ended what it had left: ${reaped.join(', ')}.`);
    if (options.reset) await deleteData({ locationMemory });
    await requirePort(options.port);
    if (!fs.existsSync(inClone('node_modules')))
      note('The first start in a clone takes a few minutes; the ones after it take seconds.');
    await run({ options, started });
  } finally {
    releaseLock(lock);
  }
};

/** Runs until a signal, or until something cannot be kept alive. */
const run = async ({ options, started }) => {
  let finish;
  const finished = new Promise((done) => (finish = done));
  const supervisor = new Supervisor({ runDirectory, logDirectory: join(stateDirectory, 'logs'), onGiveUp: finish });
  let signals = 0;
  const onSignal = () => {
    signals += 1;
    if (signals === 1) return finish();
    say('Forced to stop.');
    supervisor.killAll();
    releaseLock(lock);
    process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
  // A program that started this with a channel, and is gone, can no longer stop it.
  if (process.connected) process.once('disconnect', () => finish());
  let demo;
  try {
    const booted = await Promise.race([boot({ options, supervisor }), finished]);
    if (booted instanceof Error) throw booted;
    if (!booted) return;
    announce({ ...booted, started });
    if (options.demo) demo = seedPeople(booted.environment);
    const problem = await finished;
    if (problem) throw problem;
  } finally {
    hideSteps();
    say();
    await demo?.stop();
    const asked = Date.now();
    await supervisor.stopAll((title) => note(`Stopping ${title}`));
    say(`  Stopped after ${secondsSince(asked)}.`);
  }
};

// A terminal that goes away must not take this process down before its children are stopped.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

main()
  .catch((error) => {
    printError(error);
    process.exitCode = 1;
  })
  // Whatever a stopped start had still under way (an install, a build) ends with it.
  .finally(() => process.exit());
