/**
 * The product's worker, all of it, with three gates: the router, the reader of changes of people and delivery can be
 * held, so that their CPU can be told apart from each other and from ingestion. Nothing else is changed.
 */
import 'reflect-metadata';
import { logTemporalTo } from '@wend/temporal/worker';
import { ChangesService } from '../dist/changes/index.js';
import { RouterService } from '../dist/enrollments/index.js';
import { DeliveryLoop } from '../dist/messages/index.js';
import { workerConfig } from '../dist/platform/config/index.js';
import { logger } from '../dist/platform/logging/index.js';
import { startWorker } from '../dist/worker.js';
import { serveCommands } from './control.mjs';

const config = workerConfig();
logger.level = config.logLevel;
logTemporalTo(({ level, message, meta }) => logger[level === 'ERROR' ? 'error' : 'warn']({ meta }, message));

/** Holds a method back before its next call; `hold` waits for the calls that are under way. */
const gateBefore = (prototype, name) => {
  let gate = Promise.resolve();
  let open = () => undefined;
  let running = 0;
  const method = prototype[name];
  prototype[name] = async function (...given) {
    await gate;
    running += 1;
    try {
      return await method.apply(this, given);
    } finally {
      running -= 1;
    }
  };
  return {
    hold: async () => {
      open();
      gate = new Promise((resolve) => (open = resolve));
      while (running > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    release: () => open(),
  };
};
const router = gateBefore(RouterService.prototype, 'routeOnce');
const changes = gateBefore(ChangesService.prototype, 'work');

let delivery;
const startDelivery = DeliveryLoop.prototype.start;
DeliveryLoop.prototype.start = function (...options) {
  delivery = this;
  return startDelivery.apply(this, options);
};

const worker = await startWorker(config);

const commands = {
  holdRouter: router.hold,
  releaseRouter: router.release,
  holdChanges: changes.hold,
  releaseChanges: changes.release,
  holdDelivery: () => delivery.stop(),
  releaseDelivery: () => delivery.start(),
};
const close = await serveCommands({ port: Number(process.env.BENCH_CONTROL_PORT), commands });

const stop = async () => {
  router.release();
  changes.release();
  await close();
  await worker.stop();
  process.exit(0);
};
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop());
await worker.done;
