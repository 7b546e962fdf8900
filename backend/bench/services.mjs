/** A PostgreSQL and a Temporal server of the bench's own, durable, with api and workers on them. */
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { appEnvironment, appServices } from '../../docker/local/app.mjs';
import { prepareNamespace, runScript } from '../../docker/local/build.mjs';
import { runningOwner } from '../../docker/local/identity.mjs';
import { step } from '../../docker/local/log.mjs';
import { inClone } from '../../docker/local/paths.mjs';
import { freePorts } from '../../docker/local/ports.mjs';
import { locatePostgres } from '../../docker/local/postgres-location.mjs';
import { createDatabaseIfMissing, initialisePostgres } from '../../docker/local/postgres.mjs';
import { Supervisor } from '../../docker/local/processes.mjs';
import { startServices } from '../../docker/local/services.mjs';
import { accepts } from '../../docker/local/temporal-server.mjs';
import { directory, locationMemory, runDirectory } from './build.mjs';
import { commander } from './control.mjs';
import { CpuMeter } from './cpu.mjs';
import { Product } from './product.mjs';
import { Sink } from './sink.mjs';

const namespace = 'bench';

/** @param {{ profile?: string }} options `profile`: a folder for V8 profiles of the worker */
export const startSystem = async ({ profile }) => {
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
    await startProcesses({ supervisor, environment, ports, profile });
    const clients = await connect({ services, closers });
    if (profile) await clients.admin.query('create extension pg_stat_statements');
    const pids = Object.fromEntries(['postgres', 'temporal', 'api', 'worker', 'baseline', 'web'].map((name) => [name, runningOwner(join(runDirectory, `${name}.pid`)).pid]));
    const product = await Product.create({ url: `http://127.0.0.1:${ports.api}`, databaseUrl: environment.DATABASE_URL, sinkPort: ports.sink });
    closers.push(() => product.close());
    const worker = commander({ port: ports.workerControl });
    const baseline = commander({ port: ports.baselineControl });
    return { ...clients, temporalAddress: services.temporalAddress, namespace, meter: new CpuMeter({ pids, admin: clients.admin }), product, worker, baseline, sink, stop, webUrl: `http://localhost:${ports.web}` };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** Lets PostgreSQL count what each statement costs. */
const collectStatements = (location) => {
  const place = locatePostgres(location);
  initialisePostgres(place);
  appendFileSync(join(place.home, 'data', 'postgresql.conf'), "shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.track_planning = on\n");
};

const portsOf = async () => {
  const names = ['web', 'api', 'workerHealth', 'workerControl', 'baselineControl', 'sink'];
  const found = await freePorts(names.length);
  return Object.fromEntries(names.map((name, index) => [name, found[index]]));
};

const prepare = async ({ services, ports }) => {
  await createDatabaseIfMissing(services.databaseUrl, 'wend');
  const databaseUrl = services.url('wend');
  await runScript({ title: 'Migrating the database', name: 'bench-migrate', script: inClone('migrations', 'dist', 'bin', 'migrate.js'), env: { DATABASE_URL: databaseUrl } });
  await prepareNamespace({ address: services.temporalAddress, namespace });
  const environment = appEnvironment({ databaseUrl, temporalAddress: services.temporalAddress, namespace, ports, secret: randomBytes(32).toString('hex'), demo: false });
  // Sinks lie on a private address; logging every request would be measured too, as in production it is.
  return { ...environment, WEND_OUTBOUND_ALLOW: `127.0.0.1:${ports.sink}`, BENCH_SINK: `http://127.0.0.1:${ports.sink}` };
};

const startProcesses = async ({ supervisor, environment, ports, profile }) => {
  const node = ({ name, script, control, flags = [], isReady }) => ({
    name, title: name, dependsOn: ['postgres', 'temporal'], isReady, grace: 20_000,
    command: () => ({ command: process.execPath, args: [...flags, script], cwd: inClone(), env: { ...process.env, ...environment, ...(control ? { BENCH_CONTROL_PORT: String(control) } : {}) } }),
  });
  const profiling = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
  const services = [
    node({ name: 'api', script: inClone('backend', 'dist', 'main.api.js'), flags: profiling, isReady: () => accepts(ports.api) }),
    node({ name: 'worker', script: inClone('backend', 'bench', 'worker.mjs'), control: ports.workerControl, flags: profiling, isReady: () => accepts(ports.workerControl) }),
    node({ name: 'baseline', script: inClone('backend', 'bench', 'baseline-worker.mjs'), control: ports.baselineControl, isReady: () => accepts(ports.baselineControl) }),
  ];
  const web = appServices({ environment, ports, dependsOn: [] }).find(({ name }) => name === 'web');
  await step('API, workers and dashboard started', () => Promise.all([...services, web].map((service) => supervisor.start(service))));
};

const connect = async ({ services, closers }) => {
  const client = async (database) => {
    const connected = new pg.Client({ connectionString: services.url(database) });
    connected.on('error', () => undefined);
    await connected.connect();
    closers.push(() => connected.end());
    return connected;
  };
  return { admin: await client('postgres'), wend: await client('wend'), temporal: await client('temporal'), visibility: await client('temporal_visibility') };
};
