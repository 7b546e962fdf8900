import 'reflect-metadata';
import { RunsClient, connectClient } from '@wend/temporal';
import { apiConfig } from '../platform/config/index.js';
import { Database } from '../platform/database/index.js';
import { ErasureRepository, ErasureService } from '../upkeep/index.js';

const usage = `Erases for good, with the histories of the runs on Temporal:

  node backend/dist/bin/erase.js person <workspace id> <profile id or external id>
  node backend/dist/bin/erase.js workspace <workspace id>`;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Settings are those of the api. */
async function main(args: string[]): Promise<void> {
  const [what, workspaceId = '', person = ''] = args;
  const isPerson = what === 'person' && person !== '';
  if ((!isPerson && what !== 'workspace') || !uuid.test(workspaceId)) throw new Error(usage);
  const config = apiConfig();
  const client = await connectClient({ address: config.temporalAddress, namespace: config.temporalNamespace });
  const database = await Database.connect({ url: config.databaseUrl, poolSize: 2, applicationName: 'wend-erase' });
  const repository = new ErasureRepository(database);
  const erasure = new ErasureService(repository, new RunsClient(client));
  const scope = { workspaceId };
  try {
    const profileId = (await repository.findByExternalId(scope, person)) ?? (uuid.test(person) ? person : null);
    const done = isPerson
      ? profileId !== null && (await erasure.person(scope, profileId))
      : await erasure.workspace(scope);
    if (!done) throw new Error(isPerson ? 'There is no such person.' : 'There is no such workspace.');
    process.stdout.write('Erased.\n');
  } finally {
    await database.close();
    await client.connection.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
