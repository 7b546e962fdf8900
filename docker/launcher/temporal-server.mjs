/** A real Temporal server on PostgreSQL: schema, configuration, process. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { PlainError } from './log.mjs';
import { createDatabaseIfMissing, query } from './postgres.mjs';

/** The pinned server, and the schema versions that belong to it. */
export const temporalVersion = '1.32.1';
const schemas = [
  { database: 'temporal', name: 'postgresql/v12/temporal', version: '1.19' },
  { database: 'temporal_visibility', name: 'postgresql/v12/visibility', version: '1.14' },
];

/** The ports a server needs; `frontend` is the one that clients speak to. */
export const temporalPortNames = ['frontend', 'history', 'matching', 'worker'].flatMap((name) => [
  name,
  `${name}Membership`,
]);

/**
 * What Wend and Temporal's UI look runs up by; `by_keyword_01` and `_02` belong to the first two search attributes,
 * which are Wend's.
 */
const visibilityIndexes = [
  'default_idx',
  'by_workflow_id',
  'by_workflow_type',
  'by_status',
  'by_keyword_01',
  'by_keyword_02',
];

/** Immutable once the schema is set up. */
const historyShards = 8;

const parts = (databaseUrl) => {
  const url = new URL(databaseUrl);
  const mode = url.searchParams.get('sslmode') ?? 'disable';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || '5432',
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    tls: ['require', 'verify-ca', 'verify-full'].includes(mode),
    verify: mode === 'verify-full',
  };
};

/**
 * Brings Temporal's two databases to the schema of the pinned server; does nothing when they have it.
 * @param {{ sqlTool: string, databaseUrl: string }} options `databaseUrl`: any database of the server; its role may
 * create databases
 * @returns {Promise<boolean>} whether there was anything to do
 */
export const setUpSchemas = async ({ sqlTool, databaseUrl }) => {
  const done = await Promise.all(schemas.map((schema) => setUpSchema({ sqlTool, databaseUrl, schema })));
  await trimVisibility(databaseUrl);
  return done.includes(true);
};

/**
 * Each run writes two rows of `executions_visibility`, which has an index for every search attribute that anybody could
 * define: more than 80, half of all that Temporal asks of PostgreSQL for a short run. See docs/decisions/0007.
 */
const trimVisibility = async (databaseUrl) => {
  const url = new URL(databaseUrl);
  url.pathname = '/temporal_visibility';
  const { rows } = await query(
    url.href,
    `select indexrelid::regclass::text as name
      from pg_index
      where indrelid = 'executions_visibility'::regclass and not indisunique and indexrelid::regclass::text <> all($1)`,
    [visibilityIndexes],
  );
  if (rows.length > 0) await query(url.href, `drop index if exists ${rows.map(({ name }) => name).join(', ')}`);
};

const setUpSchema = async ({ sqlTool, databaseUrl, schema }) => {
  const url = new URL(databaseUrl);
  url.pathname = `/${schema.database}`;
  await createDatabaseIfMissing(databaseUrl, schema.database).catch((error) => {
    throw new PlainError(
      `Temporal needs the databases temporal and temporal_visibility on the server of DATABASE_URL, and they could not be made: ${error.message}. ` +
        'Use a role that may create databases, make both for it, or give a Temporal server in TEMPORAL_ADDRESS.',
    );
  });
  const current = await currentVersion(url.href);
  if (current === schema.version) return false;
  const tool = (...args) => runTool({ sqlTool, databaseUrl, database: schema.database, args });
  if (current === undefined) await tool('setup-schema', '-v', '0.0');
  await tool('update-schema', '--schema-name', schema.name);
  const reached = await currentVersion(url.href);
  if (reached !== schema.version) {
    throw new PlainError(
      `The database ${schema.database} has schema ${reached}, Temporal ${temporalVersion} was expected to bring ${schema.version}.`,
    );
  }
  return true;
};

const currentVersion = async (url) => {
  const { rows } = await query(url, "select to_regclass('schema_version') is not null as there");
  if (!rows[0].there) return undefined;
  return (await query(url, 'select curr_version from schema_version')).rows[0]?.curr_version;
};

const runTool = ({ sqlTool, databaseUrl, database, args }) => {
  const { host, port, user, password, tls, verify } = parts(databaseUrl);
  const flags = ['--plugin', 'postgres12', '--ep', host, '-p', port, '-u', user, '--db', database];
  if (tls) flags.push('--tls', ...(verify ? [] : ['--tls-disable-host-verification']));
  return new Promise((resolve, reject) => {
    const child = spawn(sqlTool, [...flags, ...args], {
      env: { ...process.env, SQL_PASSWORD: password },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0
        ? resolve()
        : reject(
            new PlainError(`Temporal's schema tool failed (${args[0]} on ${database}).`, {
              details: output.slice(-3000),
            }),
          ),
    );
  });
};

/** @param {{ databaseUrl: string, ports: Record<string, number>, dynamicConfig: string }} options */
const configuration = ({ databaseUrl, ports, dynamicConfig }) => {
  const { host, port, user, password, tls, verify } = parts(databaseUrl);
  const store = (databaseName, maxConns) => ({
    sql: {
      pluginName: 'postgres12_pgx',
      databaseName,
      connectAddr: `${host.includes(':') ? `[${host}]` : host}:${port}`,
      connectProtocol: 'tcp',
      user,
      password,
      maxConns,
      maxIdleConns: maxConns,
      maxConnLifetime: '1h',
      ...(tls ? { tls: { enabled: true, enableHostVerification: verify } } : {}),
    },
  });
  const rpc = (name) => ({
    rpc: { grpcPort: ports[name], membershipPort: ports[`${name}Membership`], bindOnLocalHost: true },
  });
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: historyShards,
      datastores: { default: store('temporal', 20), visibility: store('temporal_visibility', 4) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: { frontend: rpc('frontend'), history: rpc('history'), matching: rpc('matching'), worker: rpc('worker') },
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `127.0.0.1:${ports.frontend}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: dynamicConfig, pollInterval: '10s' },
  };
};

/** One small node: limits meant for clusters are lifted, caches are kept small, task queues are not split. */
const dynamicSettings = {
  'frontend.WorkflowTimeSkippingEnabled': true,
  // A timer fires no sooner than this after the server last looked for due ones, and it looks at most so often a second
  // (and shard). With the defaults, 1 s and 20, each wait of a test run that is fast-forwarded would take a second.
  'history.timerProcessorMaxTimeShift': '100ms',
  'history.timerProcessorMaxPollRPS': 25,
  'frontend.rps': 20_000,
  'frontend.namespaceRPS': 20_000,
  'frontend.namespaceRPS.visibility': 1000,
  'frontend.namespaceCount': 20_000,
  'frontend.persistenceMaxQPS': 20_000,
  'history.rps': 50_000,
  'history.persistenceMaxQPS': 50_000,
  'history.shardIOConcurrency': 4,
  'history.hostLevelCacheMaxSize': 4096,
  'history.hostLevelCacheMaxSizeBytes': 64 * 1024 * 1024,
  'history.eventsHostLevelCacheMaxSizeBytes': 32 * 1024 * 1024,
  'matching.rps': 50_000,
  'matching.persistenceMaxQPS': 20_000,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'system.visibilityPersistenceMaxReadQPS': 9000,
  // A new namespace is usable at once instead of after ten seconds.
  'system.namespaceCacheRefreshInterval': '1s',
};

/**
 * @param {{ binary: string, directory: string, databaseUrl: string, ports: Record<string, number>, dependsOn?: string[]
 * }} options
 *   `directory`: for the configuration files
 * @returns {import('./processes.mjs').Service & { address: string }}
 */
export const temporalService = ({ binary, directory, databaseUrl, ports, dependsOn = [] }) => {
  mkdirSync(directory, { recursive: true });
  const config = join(directory, 'temporal.yaml');
  const dynamicConfig = join(directory, 'temporal-dynamic.yaml');
  // JSON is YAML. The configuration holds the database's password.
  writeFileSync(config, JSON.stringify(configuration({ databaseUrl, ports, dynamicConfig }), null, 2), { mode: 0o600 });
  const constraints = Object.fromEntries(Object.entries(dynamicSettings).map(([key, value]) => [key, [{ value }]]));
  writeFileSync(dynamicConfig, JSON.stringify(constraints, null, 2));
  return {
    name: 'temporal',
    title: 'Temporal',
    address: `127.0.0.1:${ports.frontend}`,
    dependsOn,
    command: () => ({
      command: binary,
      args: ['--config-file', config, '--allow-no-auth', 'start'],
      cwd: directory,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC', GOMEMLIMIT: '400MiB', GOGC: '200' },
    }),
    isReady: () => accepts(ports.frontend),
    readyWithin: 90_000,
    grace: 15_000,
  };
};

/** Whether somebody listens on a port. @param {number} port @param {string} [host] @returns {Promise<boolean>} */
export const accepts = (port, host = '127.0.0.1') =>
  new Promise((done) => {
    const socket = connect({ port, host });
    const finish = (answer) => {
      socket.destroy();
      done(answer);
    };
    socket.setTimeout(3000, () => finish(false));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
