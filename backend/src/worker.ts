import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import { EntrySchedulesClient, RunsClient } from '@wend/temporal';
import { createRunWorker } from '@wend/temporal/worker';
import { Evaluator, Teller } from './alarms/index.js';
import { ApprovalMailer, Asker } from './approvals/index.js';
import { CancellationsService } from './backlog/index.js';
import { BestTimeFollower } from './best-time/index.js';
import { CatalogueFollower } from './catalogue/index.js';
import { ChangesService } from './changes/index.js';
import { MailboxReader } from './deliverability/index.js';
import { RechecksService } from './delivery-rules/index.js';
import {
  CommitService,
  EntryBatches,
  Loop,
  LoopGroup,
  NodeCallActivities,
  RouterService,
  Runs,
  StoredPrograms,
  SweeperService,
} from './enrollments/index.js';
import { EntryWindows } from './entry-windows/index.js';
import { GoalsFollower } from './goals/index.js';
import { ImportRunner } from './imports/index.js';
import { DeliveryLoop, FeedbackService, HitsService, ResendBatchesService } from './messages/index.js';
import type { DeliveryOptions, HitLimits } from './messages/index.js';
import type { WorkerConfig } from './platform/config/index.js';
import { Database, Listener } from './platform/database/index.js';
import { logger, NestLogger } from './platform/logging/index.js';
import { ReplyAnswers } from './replies/index.js';
import { Mover } from './moves/index.js';
import { RunActions } from './run-actions/index.js';
import { DateEntries, EntrySchedules, ScheduleReconciler } from './timed-entries/index.js';
import { Builder } from './segments/index.js';
import { WorkerModule } from './worker.module.js';

/** Batches of events worked on at the same time. */
const routers = 4;
/** Actions of runs carried out at the same time. */
const actors = 2;
/** Batches of changes of people worked on at the same time. */
const changeReaders = 2;

export type RunningWorker = { healthPort: number; stop: () => Promise<void>; done: Promise<void> };

/**
 * Starts all that the worker process does; used by the process and by tests. `taskQueue` keeps tests apart on one
 * Temporal server; `delivery` and `hits` shorten their limits.
 */
export async function startWorker(
  config: WorkerConfig,
  {
    delivery: limits = {},
    hits: hitLimits = {},
    ...options
  }: { taskQueue?: string; delivery?: Partial<DeliveryOptions>; hits?: Partial<HitLimits> } = {},
): Promise<RunningWorker> {
  const app = await NestFactory.createApplicationContext(WorkerModule.forRoot(config), {
    logger: new NestLogger(),
    abortOnError: false,
  });
  const commits = app.get(CommitService);
  const worker = await createRunWorker({
    address: config.temporalAddress,
    namespace: config.temporalNamespace,
    nodes: app.get(NodeCallActivities).all(),
    programs: app.get(StoredPrograms),
    activities: {
      read: commits.read,
      commit: commits.commit,
      fail: commits.fail,
      runEntrySchedule: (schedule) => app.get(ScheduleReconciler).called(schedule),
    },
    onUnkept: (error) =>
      logger.warn({ error }, 'the workflow bundle cannot be kept beside the build: each start makes it anew'),
    ...options,
  });
  app.get(Runs).use(new RunsClient(worker.client, { eager: true, ...options }));
  app.get(EntrySchedules).use(new EntrySchedulesClient(worker.client, options));
  const done = worker.run();

  const router = app.get(RouterService);
  const route = async (): Promise<boolean> => {
    const more = await router.routeOnce();
    if (more) routing.nudgeIdle();
    return more;
  };
  const loops = Array.from(
    { length: routers },
    (_, index) => new Loop({ name: `router ${index + 1}`, idleMs: 1_000, work: route, logger }),
  );
  const routing = new LoopGroup(loops);
  const sweeper = app.get(SweeperService);
  const sweeping = new Loop({ name: 'sweeper', idleMs: 1_000, work: () => sweeper.sweep(), logger });
  const entryBatches = app.get(EntryBatches);
  const lettingIn = new Loop({
    name: 'batches of people',
    idleMs: 1_000,
    work: () => entryBatches.work(),
    nextIn: () => entryBatches.nextIn(),
    logger,
  });
  const actions = app.get(RunActions);
  const actingLoops = Array.from(
    { length: actors },
    (_, index) => new Loop({ name: `actions of runs ${index + 1}`, idleMs: 1_000, work: () => actions.work(), logger }),
  );
  const acting = new LoopGroup(actingLoops);
  const hits = app.get(HitsService);
  hits.limit(hitLimits);
  const judging = new Loop({ name: 'openings and clicks', idleMs: 1_000, work: () => hits.judge(), logger });
  const feedback = app.get(FeedbackService);
  const hearing = new Loop({ name: 'feedback that came early', idleMs: 1_000, work: () => feedback.sweep(), logger });
  const answers = app.get(ReplyAnswers);
  const answering = new Loop({ name: 'answers to replies', idleMs: 2_000, work: () => answers.work(), logger });
  const mailboxes = app.get(MailboxReader);
  const bounces = new Loop({ name: 'bounce mailboxes', idleMs: 10_000, work: () => mailboxes.readOnce(), logger });
  const imports = app.get(ImportRunner);
  const importing = new Loop({ name: 'imports', idleMs: 1_000, work: () => imports.work(), logger });
  const delivery = app.get(DeliveryLoop);
  const batches = app.get(ResendBatchesService);
  const resending = new Loop({
    name: 'sending to the missing',
    idleMs: 1_000,
    work: async () => {
      const busy = await batches.work();
      if (busy) delivery.nudge();
      return busy;
    },
    logger,
  });
  const cancellations = app.get(CancellationsService);
  const canceling = new Loop({ name: 'canceled messages', idleMs: 1_000, work: () => cancellations.work(), logger });
  const rechecks = app.get(RechecksService);
  const rechecking = new Loop({ name: 'held messages', idleMs: 2_000, work: () => rechecks.work(), logger });
  const schedules = app.get(ScheduleReconciler);
  const scheduling = new Loop({ name: 'schedules', idleMs: 20_000, work: () => schedules.reconcile(), logger });
  const dates = app.get(DateEntries);
  const dating = new Loop({ name: 'people due by date', idleMs: 5_000, work: () => dates.prepare(), logger });
  const admitting = new Loop({ name: 'entries by date', idleMs: 5_000, work: () => dates.letIn(), logger });
  const windows = app.get(EntryWindows);
  const closing = new Loop({ name: 'windows of closed entries', idleMs: 5_000, work: () => windows.sweep(), logger });
  const deciding = new Loop({ name: 'windows that end', idleMs: 1_000, work: () => windows.letIn(), logger });
  const teller = app.get(Teller);
  const telling = new Loop({ name: 'telling of alarms', idleMs: 5_000, work: () => teller.work(), logger });
  const evaluator = app.get(Evaluator);
  const look = async (): Promise<boolean> => {
    await evaluator.work();
    telling.nudge();
    return false;
  };
  const watching = new Loop({ name: 'alarms', idleMs: 10_000, work: look, logger });
  const asker = app.get(Asker);
  const mover = app.get(Mover);
  const moving = new Loop({ name: 'moves between versions', idleMs: 1_000, work: () => mover.work(), logger });
  const asking = new Loop({ name: 'approvals', idleMs: 1_000, work: () => asker.work(), logger });
  const mailer = app.get(ApprovalMailer);
  const inviting = new Loop({ name: 'approvals by email', idleMs: 2_000, work: () => mailer.work(), logger });
  const changes = app.get(ChangesService);
  const heed = async (): Promise<boolean> => {
    const more = await changes.work();
    if (more) heeding.nudgeIdle();
    return more;
  };
  const changeLoops = Array.from(
    { length: changeReaders },
    (_, index) => new Loop({ name: `changes of people ${index + 1}`, idleMs: 500, work: heed, logger }),
  );
  const heeding = new LoopGroup(changeLoops);
  const builder = app.get(Builder);
  const building = new Loop({ name: 'segments', idleMs: 1_000, work: () => builder.work(), logger });
  const catalogue = app.get(CatalogueFollower);
  const counting = new Loop({
    name: 'counts of the catalogue',
    idleMs: 3_000,
    betweenMs: 100,
    work: () => catalogue.countOnce(),
    logger,
  });
  const habits = app.get(BestTimeFollower);
  const learning = new Loop({ name: 'best times', idleMs: 3_000, work: () => habits.countOnce(), logger });
  const goals = app.get(GoalsFollower);
  const reaching = new Loop({ name: 'goals', idleMs: 1_000, work: () => goals.countOnce(), logger });
  commits.queued = (messages) => delivery.nudge(messages);
  commits.acted = () => acting.nudge();
  const listening: Record<string, { nudge: () => void }[]> = {
    wend_events: [routing],
    wend_resume: [sweeping, scheduling],
    wend_changes: [heeding],
    wend_segments: [building],
    wend_schedules: [scheduling, dating, admitting],
  };
  const listener = new Listener({
    url: config.databaseUrl,
    channels: Object.keys(listening),
    logger,
    notify: (channel) => {
      for (const each of listening[channel] ?? []) each.nudge();
    },
  });
  const working = [
    ...loops,
    ...changeLoops,
    ...actingLoops,
    building,
    sweeping,
    lettingIn,
    judging,
    hearing,
    answering,
    resending,
    bounces,
    importing,
    scheduling,
    dating,
    admitting,
    closing,
    deciding,
    watching,
    telling,
    asking,
    moving,
    inviting,
    rechecking,
    canceling,
    counting,
    learning,
    reaching,
  ];
  for (const loop of working) loop.start();
  await listener.start();
  delivery.start(limits);
  const health = await serveHealth({
    port: config.healthPort,
    healthy: async () => {
      await app.get(Database).ping();
      return worker.worker.getState() === 'RUNNING';
    },
  });

  const stop = async (): Promise<void> => {
    // First nothing new comes in, then what is under way ends, then the connections go.
    await listener.stop();
    await Promise.all(working.map((loop) => loop.stop()));
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
