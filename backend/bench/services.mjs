/** A PostgreSQL and a Temporal server of the bench's own, durable, with api and workers on them. */
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { appEnvironment, appServices } from '../../docker/launcher/app.mjs';
import { prepareNamespace, runScript } from '../../docker/launcher/build.mjs';
import { runningOwner } from '../../docker/launcher/identity.mjs';
import { step } from '../../docker/launcher/log.mjs';
import { inClone } from '../../docker/launcher/paths.mjs';
import { freePorts } from '../../docker/launcher/ports.mjs';
import { locatePostgres } from '../../docker/launcher/postgres-location.mjs';
import { createDatabaseIfMissing, initialisePostgres } from '../../docker/launcher/postgres.mjs';
import { Supervisor } from '../../docker/launcher/processes.mjs';
import { startServices } from '../../docker/launcher/services.mjs';
import { accepts } from '../../docker/launcher/temporal-server.mjs';
import { directory, locationMemory, runDirectory } from './build.mjs';
import { commander } from './control.mjs';
import { CpuMeter } from './cpu.mjs';
import { Product } from './product.mjs';
import { Sink } from './sink.mjs';

const namespace = 'bench';

/** @param {{ profile?: string, dashboard: boolean }} options `profile`: a folder for V8 profiles of the worker */
export const startSystem = async ({ profile, dashboard }) => {
  mkdirSync(directory, { recursive: true });
  const supervisor = new Supervisor({ runDirectory, logDirectory: join(directory, 'logs') });
  const closers = [];
  const stop = async () => {
    for (const close of closers.reverse()) await close();
    await supervisor.stopAll();
  };
  try {
    const location = { preferred: join(directory, 'postgres'), memory: locationMemory, suffix: '-bench' };
    if (profile) collectStatements(location);
    const services = await startServices({ supervisor, directory: runDirectory, location, durable: true });
    const ports = await portsOf();
    const sink = await Sink.listen(ports.sink);
    closers.push(() => sink.close());
    const environment = await prepare({ services, ports });
    await startProcesses({ supervisor, environment, ports, profile, dashboard });
    const clients = await connect({ services, closers });
    if (profile) await clients.admin.query('create extension pg_stat_statements');
    const pids = Object.fromEntries(
      ['postgres', 'temporal', 'api', 'worker', 'baseline', ...(dashboard ? ['web'] : [])].map((name) => [
        name,
        runningOwner(join(runDirectory, `${name}.pid`)).pid,
      ]),
    );
    const another = async (name) => {
      const created = await Product.create({
        url: `http://127.0.0.1:${ports.api}`,
        databaseUrl: environment.DATABASE_URL,
        sinkPort: ports.sink,
        name,
      });
      closers.push(() => created.close());
      return created;
    };
    const product = await another('Bench');
    const worker = commander({ port: ports.workerControl });
    const baseline = commander({ port: ports.baselineControl });
    return {
      ...clients,
      environment,
      databaseUrl: environment.DATABASE_URL,
      temporalAddress: services.temporalAddress,
      namespace,
      meter: new CpuMeter({ pids, admin: clients.admin }),
      product,
      another,
      worker,
      baseline,
      sink,
      stop,
      webUrl: `http://localhost:${ports.web}`,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** Lets PostgreSQL count what each statement costs. */
const collectStatements = (location) => {
  const place = locatePostgres(location);
  initialisePostgres(place);
  appendFileSync(
    join(place.home, 'data', 'postgresql.conf'),
    "shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.track_planning = on\n",
  );
};

const portsOf = async () => {
  const names = ['web', 'api', 'workerHealth', 'workerControl', 'baselineControl', 'sink'];
  const found = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, found[index]]));
};

const prepare = async ({ services, ports }) => {
  await createDatabaseIfMissing(services.databaseUrl, 'wend');
  const databaseUrl = services.url('wend');
  await runScript({
    title: 'Migrating the database',
    name: 'bench-migrate',
    script: inClone('migrations', 'dist', 'bin', 'migrate.js'),
    env: { DATABASE_URL: databaseUrl },
  });
  await prepareNamespace({ address: services.temporalAddress, namespace });
  const environment = appEnvironment({
    databaseUrl,
    temporalAddress: services.temporalAddress,
    namespace,
    ports,
    secret: randomBytes(32).toString('hex'),
    demo: false,
  });
  // Sinks lie on a private address; logging every request would be measured too, as in production it is.
  return {
    ...environment,
    WEND_OUTBOUND_ALLOW: `127.0.0.1:${ports.sink}`,
    BENCH_SINK: `http://127.0.0.1:${ports.sink}`,
  };
};

const startProcesses = async ({ supervisor, environment, ports, profile, dashboard }) => {
  const node = ({ name, script, control, flags = [], isReady }) => ({
    name,
    title: name,
    dependsOn: ['postgres', 'temporal'],
    isReady,
    grace: 20_000,
    command: () => ({
      command: process.execPath,
      args: [...flags, script],
      cwd: inClone(),
      env: { ...process.env, ...environment, ...(control ? { BENCH_CONTROL_PORT: String(control) } : {}) },
    }),
  });
  const profiling = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
  const services = [
    node({
      name: 'api',
      script: inClone('backend', 'dist', 'main.api.js'),
      flags: profiling,
      isReady: () => accepts(ports.api),
    }),
    node({
      name: 'worker',
      script: inClone('backend', 'bench', 'worker.mjs'),
      control: ports.workerControl,
      flags: profiling,
      isReady: () => accepts(ports.workerControl),
    }),
    node({
      name: 'baseline',
      script: inClone('backend', 'bench', 'baseline-worker.mjs'),
      control: ports.baselineControl,
      isReady: () => accepts(ports.baselineControl),
    }),
  ];
  const { web } = appServices({ environment, ports, dependsOn: [] });
  await step(dashboard ? 'API, workers and dashboard started' : 'API and workers started', () =>
    Promise.all([...services, ...(dashboard ? [web] : [])].map((service) => supervisor.start(service))),
  );
};

const connect = async ({ services, closers }) => {
  const client = async (database) => {
    const connected = new pg.Client({ connectionString: services.url(database) });
    connected.on('error', () => undefined);
    await connected.connect();
    closers.push(() => connected.end());
    return connected;
  };
  return {
    admin: await client('postgres'),
    wend: await client('wend'),
    temporal: await client('temporal'),
    visibility: await client('temporal_visibility'),
  };
};
