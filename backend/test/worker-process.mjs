/** The worker as it is deployed, a process of its own, on the task queue of a spec. Needs what is built. */
import 'reflect-metadata';
import { logTemporalTo } from '@wend/temporal/worker';
import { workerConfig } from '../dist/platform/config/index.js';
import { logger } from '../dist/platform/logging/index.js';
import { startWorker } from '../dist/worker.js';

const config = workerConfig();
logger.level = 'fatal';
logTemporalTo(() => undefined);
const worker = await startWorker(config, { taskQueue: process.env.WEND_TEST_TASK_QUEUE });
process.stdout.write('worker is ready\n');
await worker.done;
