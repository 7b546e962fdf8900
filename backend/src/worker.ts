import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { RunsClient } from '@wend/temporal';
import { createRunWorker } from '@wend/temporal/worker';
import { CommitService, Listener, Loop, LoopGroup, NodeCallActivities, RouterService, Runs, SweeperService } from './enrollments/index.js';
import { DeliveryLoop } from './messages/index.js';
import type { DeliveryOptions } from './messages/index.js';
import type { WorkerConfig } from './platform/config/index.js';
import { Database } from './platform/database/index.js';
import { logger, NestLogger } from './platform/logging/index.js';
import { WorkerModule } from './worker.module.js';

/** Batches of events worked on at the same time. */
const routers = 4;

export type RunningWorker = { healthPort: number; stop: () => Promise<void>; done: Promise<void> };

/** Starts all that the worker process does; used by the process and by tests. `taskQueue` keeps tests apart on one Temporal server; `delivery` shortens its limits. */
export async function startWorker(config: WorkerConfig, { delivery: limits = {}, ...options }: { taskQueue?: string; delivery?: Partial<DeliveryOptions> } = {}): Promise<RunningWorker> {
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(config), { logger: new NestLogger(), abortOnError: false });
  const commits = app.get(CommitService);
  const worker = await createRunWorker({
    address: config.temporalAddress, namespace: config.temporalNamespace, nodes: app.get(NodeCallActivities).all(),
    activities: { read: commits.read, commit: commits.commit, fail: commits.fail }, ...options,
  });
  app.get(Runs).use(new RunsClient(worker.client, { eager: true, ...options }));
  const done = worker.run();

  const router = app.get(RouterService);
  const route = async (): Promise<boolean> => {
    const more = await router.routeOnce();
    if (more) routing.nudgeIdle();
    return more;
  };
  const loops = Array.from({ length: routers }, (_, index) => new Loop({ name: `router ${index + 1}`, idleMs: 1_000, work: route, logger }));
  const routing = new LoopGroup(loops);
  const sweeper = app.get(SweeperService);
  const sweeping = new Loop({ name: 'sweeper', idleMs: 1_000, work: () => sweeper.sweep(), logger });
  const delivery = app.get(DeliveryLoop);
  const listener = new Listener({ url: config.databaseUrl, channels: ['wend_events', 'wend_resume'], logger, notify: (channel) => (channel === 'wend_events' ? routing : sweeping).nudge() });
  for (const loop of [...loops, sweeping]) loop.start();
  await listener.start();
  delivery.start(limits);
  const health = await serveHealth({ port: config.healthPort, healthy: async () => worker.worker.getState() === 'RUNNING' && (await app.get(Database).query('select 1')).length === 1 });

  const stop = async (): Promise<void> => {
    // First nothing new comes in, then what is under way ends, then the connections go.
    await listener.stop();
    await Promise.all([...loops, sweeping].map((loop) => loop.stop()));
    await delivery.stop();
    worker.shutdown();
    await done;
    health.close();
    await worker.close();
    await app.close();
  };
  return { healthPort: (health.address() as AddressInfo).port, stop, done };
}

async function serveHealth({ port, healthy }: { port: number; healthy: () => Promise<boolean> }) {
  const server = createServer((_, response) => {
    healthy().then(
      (ok) => response.writeHead(ok ? 200 : 503).end(ok ? 'ok' : 'not ready'),
      (error: Error) => response.writeHead(503).end(error.message),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return server;
}
