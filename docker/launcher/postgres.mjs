/** The embedded PostgreSQL 18: initialised once, then started as a child. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlainError } from './log.mjs';

const user = 'postgres';

/**
 * Makes the cluster unless it is there.
 * @param {import('./postgres-location.mjs').Location} location
 * @returns {{ password: string, made: boolean }}
 */
export const initialisePostgres = ({ home, native, ids }) => {
  const data = join(home, 'data');
  const passwordFile = join(home, 'password');
  if (existsSync(join(data, 'PG_VERSION'))) {
    const major = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
    if (major !== '18')
      throw new PlainError(`${data} was made by PostgreSQL ${major}, this is 18. "npm start -- --reset" begins anew.`);
    return { password: readFileSync(passwordFile, 'utf8').trim(), made: false };
  }
  const password = randomBytes(18).toString('hex');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (ids.uid !== undefined) chownSync(passwordFile, ids.uid, ids.gid);
  // A killed initdb leaves half a cluster: it works in a folder of its own that is renamed when whole.
  const draft = join(home, 'data.new');
  rmSync(draft, { recursive: true, force: true });
  rmSync(data, { recursive: true, force: true });
  const { status, stdout, stderr, error } = spawnSync(
    join(native, 'bin', 'initdb'),
    [
      '-D',
      draft,
      '-U',
      user,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
    ],
    { ...ids, cwd: home, encoding: 'utf8', env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } },
  );
  if (status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw new PlainError(`PostgreSQL could not set up its data in ${home}.`, {
      details: `${stdout ?? ''}${stderr ?? ''}${error ?? ''}`,
    });
  }
  chmodSync(draft, 0o700);
  renameSync(draft, data);
  return { password, made: true };
};

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 200,
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  jit: 'off',
  wal_compression: 'on',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  fsync: 'on',
  synchronous_commit: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
};

/** A cluster that is thrown away after the tests need not survive a power cut. */
const throwAway = { fsync: 'off', full_page_writes: 'off' };

/**
 * @param {{ location: import('./postgres-location.mjs').Location, port: number, password: string, durable?: boolean }}
 * options
 * @returns {import('./processes.mjs').Service & { url: (database: string) => string }}
 */
export const postgresService = ({ location, port, password, durable = true }) => {
  const url = (database) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  const all = { ...settings, ...(durable ? {} : throwAway), port };
  return {
    name: 'postgres',
    title: 'PostgreSQL',
    url,
    command: () => ({
      command: join(location.native, 'bin', 'postgres'),
      args: [
        '-D',
        join(location.home, 'data'),
        ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      cwd: location.home,
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      ...location.ids,
    }),
    isReady: async () => (await query(url('postgres'), 'select 1')).rows.length === 1,
    // Recovery after a crash of the machine may take its time.
    readyWithin: 120_000,
    // "Fast": ends sessions, writes a checkpoint. SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
    forceSignal: 'SIGQUIT',
    grace: 20_000,
  };
};

/**
 * One statement on a connection of its own.
 * @param {string} url @param {string} text @param {unknown[]} [values]
 */
export const query = async (url, text, values) => {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.query(text, values);
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** @param {string} url of any database of the server @param {string} name */
export const createDatabaseIfMissing = async (url, name) => {
  const { rowCount } = await query(url, 'select 1 from pg_database where datname = $1', [name]);
  if (rowCount === 0) await query(url, `create database "${name.replaceAll('"', '""')}"`);
};
