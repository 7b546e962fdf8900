/**
 * The product's worker, all of it, with two gates: the router and delivery can be held, so that their CPU can be told
 * apart from each other and from ingestion. Nothing else is changed.
 */
import 'reflect-metadata';
import { logTemporalTo } from '@wend/temporal/worker';
import { RouterService } from '../dist/enrollments/index.js';
import { DeliveryLoop } from '../dist/messages/index.js';
import { workerConfig } from '../dist/platform/config/index.js';
import { logger } from '../dist/platform/logging/index.js';
import { startWorker } from '../dist/worker.js';
import { serveCommands } from './control.mjs';

const config = workerConfig();
logger.level = config.logLevel;
logTemporalTo(({ level, message, meta }) => logger[level === 'ERROR' ? 'error' : 'warn']({ meta }, message));

let gate = Promise.resolve();
let open = () => undefined;
let routing = 0;
const route = RouterService.prototype.routeOnce;
RouterService.prototype.routeOnce = async function () {
  await gate;
  routing += 1;
  try {
    return await route.call(this);
  } finally {
    routing -= 1;
  }
};

let delivery;
const startDelivery = DeliveryLoop.prototype.start;
DeliveryLoop.prototype.start = function (...options) {
  delivery = this;
  return startDelivery.apply(this, options);
};

const worker = await startWorker(config);

const commands = {
  holdRouter: async () => {
    open();
    gate = new Promise((resolve) => (open = resolve));
    while (routing > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  },
  releaseRouter: () => open(),
  holdDelivery: () => delivery.stop(),
  releaseDelivery: () => delivery.start(),
};
const close = await serveCommands({ port: Number(process.env.BENCH_CONTROL_PORT), commands });

const stop = async () => {
  open();
  await close();
  await worker.stop();
  process.exit(0);
};
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void stop());
await worker.done;
