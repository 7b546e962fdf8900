/**
 * PostgreSQL and Temporal, as the tests and `npm start` use them. As a command, for developers: starts both in the
 * foreground, prints what the tests need in the environment, and stops them on Ctrl-C:
 *
 *     node docker/launcher/services.mjs [--write-env FILE]
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { namespaceScript, prepareNamespace } from './build.mjs';
import { releaseLock, takeLock } from './lock.mjs';
import { PlainError, note, printError, say, step } from './log.mjs';
import { stateDirectory } from './paths.mjs';
import { rememberedPorts } from './ports.mjs';
import { locatePostgres } from './postgres-location.mjs';
import { initialisePostgres, postgresService, query } from './postgres.mjs';
import { Supervisor, reapOrphans } from './processes.mjs';
import { obtainTemporal } from './temporal-binary.mjs';
import { accepts, setUpSchemas, temporalPortNames, temporalService } from './temporal-server.mjs';

/** Has the Temporal server's binaries, once they are there; needs none of the dependencies. */
export const temporalBinaries = () =>
  step('Temporal server at hand', (progress) => obtainTemporal({ progress }), 'Temporal server');

/**
 * Starts what is not given.
 * @param {{
 *   supervisor: Supervisor,
 *   directory: string,
 *   location?: { preferred: string, memory?: string, suffix?: string },
 *   durable?: boolean,
 *   databaseUrl?: string,
 *   temporalAddress?: string,
 *   binaries?: ReturnType<typeof temporalBinaries>,
 * }} options `directory`: for ports and configuration; `databaseUrl`, `temporalAddress`: servers that are given;
 * `binaries`: when
 *   they are being obtained already
 * @returns {Promise<{ url: (database: string) => string, databaseUrl: string, temporalAddress: string }>}
 * `databaseUrl`: the
 *   given one, or the superuser's address of the database `postgres`
 */
export const startServices = async ({
  supervisor,
  directory,
  location,
  durable,
  databaseUrl,
  temporalAddress,
  binaries = undefined,
}) => {
  const ports = await rememberedPorts({
    file: join(directory, 'ports.json'),
    names: ['postgres', ...temporalPortNames],
  });
  const database = databaseUrl
    ? await givenPostgres(databaseUrl)
    : await ownPostgres({ supervisor, location, port: ports.postgres, durable });
  if (temporalAddress) {
    await givenTemporal(temporalAddress);
    return { ...database, temporalAddress };
  }
  const { server, sqlTool } = await (binaries ?? temporalBinaries());
  await step('Temporal schema', async () =>
    (await setUpSchemas({ sqlTool, databaseUrl: database.databaseUrl })) ? '' : 'already there',
  );
  const temporal = temporalService({
    binary: server,
    directory,
    databaseUrl: database.databaseUrl,
    ports,
    dependsOn: databaseUrl ? [] : ['postgres'],
  });
  await step('Temporal started', () => supervisor.start(temporal), 'Starting Temporal');
  return { ...database, temporalAddress: temporal.address };
};

const ownPostgres = ({ supervisor, location, port, durable }) =>
  step(
    'PostgreSQL started',
    async () => {
      const place = locatePostgres(location);
      const { password, made } = initialisePostgres(place);
      const service = postgresService({ location: place, port, password, durable });
      await supervisor.start(service);
      if (made) note(`New data in ${place.home}`);
      return { url: service.url, databaseUrl: service.url('postgres') };
    },
    'Starting PostgreSQL',
  );

const givenPostgres = (databaseUrl) =>
  step('PostgreSQL of DATABASE_URL', async () => {
    await query(databaseUrl, 'select 1').catch((error) => {
      throw new PlainError(`The PostgreSQL of DATABASE_URL does not answer: ${error.message || error.code}.`);
    });
    const url = (name) => Object.assign(new URL(databaseUrl), { pathname: `/${name}` }).href;
    return { url, databaseUrl };
  });

const givenTemporal = (address) =>
  step('Temporal of TEMPORAL_ADDRESS', async () => {
    const [, host, port] = /^(.+):(\d+)$/.exec(address) ?? [];
    if (!host) throw new PlainError(`TEMPORAL_ADDRESS must be host:port, not "${address}".`);
    if (await accepts(Number(port), host)) return;
    throw new PlainError(
      `Nothing answers at ${address}. Correct TEMPORAL_ADDRESS, or leave it out to have a Temporal server started here.`,
    );
  });

/** The namespace that tests and developers use on the services' Temporal server. */
export const testNamespace = 'wend-test';

/** @param {Awaited<ReturnType<typeof startServices>>} services */
export const testEnvironment = ({ databaseUrl, temporalAddress }) => ({
  WEND_TEST_DATABASE_URL: databaseUrl,
  TEMPORAL_ADDRESS: temporalAddress,
  TEMPORAL_NAMESPACE: testNamespace,
});

const main = async () => {
  const directory = join(stateDirectory, 'services');
  const lock = join(directory, 'services.lock');
  const runDirectory = join(directory, 'run');
  const owner = takeLock(lock);
  if (owner) throw new PlainError(`The services of this clone run already (process ${owner.pid}).`);
  await reapOrphans({ runDirectory, order: ['postgres', 'temporal'] });
  let finish;
  const finished = new Promise((done) => (finish = done));
  const supervisor = new Supervisor({ runDirectory, logDirectory: join(directory, 'logs'), onGiveUp: finish });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => finish());
  const envFile = process.argv[process.argv.indexOf('--write-env') + 1];
  try {
    const location = {
      preferred: join(directory, 'postgres'),
      memory: join(directory, 'postgres-location'),
      suffix: '-services',
    };
    const services = await Promise.race([startServices({ supervisor, directory, location, durable: false }), finished]);
    if (services && !(services instanceof Error)) {
      if (existsSync(namespaceScript))
        await prepareNamespace({ address: services.temporalAddress, namespace: testNamespace });
      else note(`The namespace ${testNamespace} is not prepared: compile first (npx tsc -b).`);
      const lines = Object.entries(testEnvironment(services)).map(([name, value]) => `${name}=${value}`);
      if (process.argv.includes('--write-env')) writeFileSync(envFile, `${lines.join('\n')}\n`, { mode: 0o600 });
      say(`\n${lines.join('\n')}\n`);
      note('Ctrl-C stops both.');
    }
    const problem = await finished;
    if (problem) throw problem;
  } finally {
    if (process.argv.includes('--write-env')) rmSync(envFile, { force: true });
    await supervisor.stopAll();
    releaseLock(lock);
  }
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    printError(error);
    process.exitCode = 1;
  });
}
