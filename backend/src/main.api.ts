import 'reflect-metadata';
import { ProvisioningService } from './access/index.js';
import { createApi } from './api.js';
import { ConfigError, apiConfig } from './platform/config/index.js';
import type { ApiConfig } from './platform/config/index.js';
import { logger } from './platform/logging/index.js';

const drainMs = 10_000;

async function main(): Promise<void> {
  const config = apiConfig();
  logger.level = config.logLevel;
  const app = await createApi(config);
  await app.listen(config.port, config.host);
  logger.info({ url: await app.getUrl() }, 'api is ready');
  await sayHowToSetUp({ config, provisioning: app.get(ProvisioningService, { strict: false }) });
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'api stops: finishing open requests');
    // Requests under way may finish; what still hangs after the grace time is cut so that the process ends.
    setTimeout(() => app.getHttpServer().closeAllConnections(), drainMs).unref();
    await app.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop(signal).catch(fail));
}

type SayHowToSetUpOptions = {
  config: ApiConfig;
  provisioning: ProvisioningService;
};

/** The only way to become the owner of a new installation, for whoever can read its log. */
async function sayHowToSetUp({ config, provisioning }: SayHowToSetUpOptions): Promise<void> {
  if (!(await provisioning.setupNeeded())) return;
  const link = `${config.publicUrl}/setup${config.setupTokenMade ? `?token=${config.setupToken}` : ''}`;
  logger.warn(
    `nobody owns this installation yet: open ${link} and make the owner account${config.setupTokenMade ? '' : ' with WEND_SETUP_TOKEN'}`,
  );
}

function fail(error: unknown): never {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else logger.fatal({ error }, 'api cannot go on');
  process.exit(1);
}

main().catch(fail);
