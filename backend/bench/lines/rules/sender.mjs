/** A process that sends messages and does nothing else of a worker: told to `start`, `stop` and `end` by its parent. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { DeliveryLoop } from '../../../dist/messages/index.js';
import { workerConfig } from '../../../dist/platform/config/index.js';
import { WorkerModule } from '../../../dist/worker.module.js';

const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(workerConfig()), { logger: false });
const loop = app.get(DeliveryLoop);

const commands = {
  start: () => loop.start(),
  stop: () => loop.stop(),
  end: () => loop.stop(),
};
process.on('message', async (what) => {
  await commands[what]();
  process.send(`${what} done`, () => what === 'end' && process.exit());
});
process.on('disconnect', () => process.exit());
process.send('ready');
