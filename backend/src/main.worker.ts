import 'reflect-metadata';
import { logTemporalTo } from '@wend/temporal/worker';
import { ConfigError, workerConfig } from './platform/config/index.js';
import { logger } from './platform/logging/index.js';
import { startWorker } from './worker.js';

async function main(): Promise<void> {
  const config = workerConfig();
  logger.level = config.logLevel;
  logTemporalTo(({ level, message, meta }) => logger[level === 'ERROR' ? 'error' : 'warn']({ meta }, message));
  const worker = await startWorker(config);
  logger.info({ healthPort: worker.healthPort }, 'worker is ready');
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'worker stops: finishing what is under way');
    await worker.stop();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop(signal).catch(fail));
  // A Temporal worker that cannot go on ends the process, so that whoever watches it starts it again.
  await worker.done;
  if (!stopping) fail(new Error('The Temporal worker ended.'));
}

function fail(error: unknown): never {
  if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
  else logger.fatal({ error }, 'worker cannot go on');
  process.exit(1);
}

main().catch(fail);
