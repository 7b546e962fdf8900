/**
 * From "an event is accepted over HTTP" to "the run that waited for it has acted": open loop, so that a slow answer
 * does not slow the questions. Beside the matching events 500 a second come that nobody waits for.
 */
import { randomUUID } from 'node:crypto';
import { spent } from '../cpu.mjs';
import { waitForEvent } from '../graphs.mjs';
import { queued } from '../runs.mjs';
import { latencies } from '../statistics.mjs';
import { figure, printTable } from '../table.mjs';
import { pause, until } from '../until.mjs';

const entered = 'Latency Begun';
const awaited = 'Latency Awaited';
const rates = [20, 50];
const unmatched = { perSecond: 500, batch: 20 };

export const measureLatency = async (system, { size, log }) => {
  const journeyId = await system.product.publish({
    name: 'Latency',
    graph: waitForEvent({ event: entered, awaited, url: system.product.sinkUrl }),
  });
  const crowd = Array.from({ length: 1_000 }, () => randomUUID());
  await system.product.identify(crowd);
  log('warm-up');
  await openLoop(system, { journeyId, crowd, rate: 20, seconds: 2 });
  const found = [];
  for (const rate of rates) {
    log(`${rate} matching events/s for ${size.latencySeconds} s`);
    found.push({ rate, ...(await openLoop(system, { journeyId, crowd, rate, seconds: size.latencySeconds })) });
  }
  log('events that nobody waits for');
  return report({ found, cost: await unmatchedCost(system, { crowd, seconds: size.idleSeconds }) });
};

/** People who wait. */
const waiters = async (system, { journeyId, count }) => {
  const waiting = async () =>
    (
      await system.wend.query(
        `select count(*)::int as count
          from waits w
          join enrollments e on e.workspace_id = w.workspace_id and e.id = w.enrollment_id
          where e.journey_id = $1`,
        [journeyId],
      )
    ).rows[0].count;
  const before = await waiting();
  const userIds = Array.from({ length: count }, () => randomUUID());
  await system.product.identify(userIds);
  await system.product.trackEach({ userIds, event: entered });
  await until(async () => (await waiting()) === before + count, { what: 'the people to wait' });
  await pause(1_000);
  return userIds;
};

/**
 * Calls `send` at a fixed rate, whatever becomes of earlier calls. @param {{ rate: number, seconds: number, send:
 * (index: number) => Promise<void> }} options
 */
const atRate = async ({ rate, seconds, send }) => {
  const start = performance.now();
  const under = [];
  for (let index = 0; index < rate * seconds; index += 1) {
    const due = start + (index * 1000) / rate;
    const wait = due - performance.now();
    if (wait > 1) await pause(wait);
    under.push(send(index, due));
  }
  await Promise.all(under);
};

const noise = (system, { crowd, seconds }) =>
  atRate({
    rate: unmatched.perSecond / unmatched.batch,
    seconds,
    send: () =>
      system.product.ingest('/v1/batch', {
        batch: Array.from({ length: unmatched.batch }, () => ({
          type: 'track',
          userId: crowd[Math.floor(Math.random() * crowd.length)],
          event: 'Nobody Waits',
          properties: { page: '/' },
        })),
      }),
  });

const openLoop = async (system, { journeyId, crowd, rate, seconds }) => {
  const { product, sink, meter } = system;
  const userIds = await waiters(system, { journeyId, count: rate * seconds });
  const times = new Map();
  const from = await meter.sample();
  const clock = Date.now() - performance.now();
  const matching = atRate({
    rate,
    seconds,
    send: async (index, due) => {
      await product.ingest('/v1/track', { userId: userIds[index], event: awaited });
      times.set(userIds[index], { due, accepted: performance.now() });
    },
  });
  await Promise.all([matching, noise(system, { crowd, seconds })]);
  const backlog = await queued(system);
  await until(() => userIds.every((userId) => sink.arrivalOf(userId)), { what: 'the webhooks', withinSeconds: 60 });
  const use = spent(from, await meter.sample());
  const committed = await commitTimes(system, { journeyId, userIds });
  const each = (measure) => latencies(userIds.map((userId) => measure(times.get(userId), userId)));
  return {
    seconds,
    backlog,
    othersCores: use.othersCores,
    cores: Object.fromEntries(Object.entries(use.ms).map(([name, ms]) => [name, ms / 1000 / use.seconds])),
    accepted: each(({ due, accepted }) => accepted - due),
    committed: each(({ accepted }, userId) => Math.max(0, committed.get(userId) - clock - accepted)),
    acted: each(({ accepted }, userId) => Math.max(0, sink.arrivalOf(userId) - accepted)),
  };
};

/** When the step that took the event was written. */
const commitTimes = async ({ wend }, { journeyId, userIds }) => {
  const { rows } = await wend.query(
    `select p.external_id, extract(epoch from s.committed_at) * 1000 as at
     from enrollments e
     join profiles p on p.workspace_id = e.workspace_id and p.id = e.profile_id
     join steps s on s.workspace_id = e.workspace_id and s.enrollment_id = e.id and s.step = 1
     where e.journey_id = $1 and p.external_id = any($2)`,
    [journeyId, userIds],
  );
  return new Map(rows.map(({ external_id: userId, at }) => [userId, Number(at)]));
};

/**
 * What the Temporal server does while 500 events a second come that nobody waits for, beside what it does while nothing
 * comes.
 */
const unmatchedCost = async (system, { crowd, seconds }) => {
  const during = async (work) => {
    const [from, rows] = [await system.meter.sample(), await historyRows(system)];
    await work();
    await until(async () => (await queued(system)) === 0, { what: 'the router' });
    const use = spent(from, await system.meter.sample());
    return {
      historyRows: (await historyRows(system)) - rows,
      cores: Object.fromEntries(Object.entries(use.ms).map(([name, ms]) => [name, ms / 1000 / use.seconds])),
    };
  };
  await pause(2_000);
  const idle = await during(() => pause(seconds * 1000));
  const loaded = await during(() => noise(system, { crowd, seconds }));
  return { idle, loaded };
};

const historyRows = async ({ temporal }) =>
  (await temporal.query('select count(*)::int as count from history_node')).rows[0].count;

const report = ({ found, cost }) => {
  const row = (title, { p50, p95, p99, max }) => [title, figure(p50), figure(p95), figure(p99), figure(max)];
  printTable({
    title: `Event accepted over HTTP → waiting run acted, with ${unmatched.perSecond} other events/s`,
    head: ['ms', 'p50', 'p95', 'p99', 'max'],
    rows: found.flatMap(({ rate, accepted, committed, acted }) => [
      row(`${rate}/s: due → accepted (HTTP 200, committed)`, accepted),
      row(`${rate}/s: accepted → step committed`, committed),
      row(`${rate}/s: accepted → webhook at the receiver`, acted),
    ]),
    note: `Matching events: one request each. The others: ${unmatched.perSecond / unmatched.batch} batches of ${unmatched.batch} a second. "Step committed" is the start of its transaction, as PostgreSQL gives it.`,
  });
  const temporalCores = ({ cores }) => cores.temporal + cores['postgres temporal'];
  printTable({
    title: `What ${unmatched.perSecond} events/s that nobody waits for cost`,
    head: ['% of a core', 'api', 'worker', 'postgres wend', 'temporal', 'postgres temporal', 'history rows written'],
    rows: [
      ['nothing comes', cost.idle],
      ['they come', cost.loaded],
    ].map(([title, { cores, historyRows: written }]) => [
      title,
      ...['api', 'worker', 'postgres wend', 'temporal', 'postgres temporal'].map((name) => figure(cores[name] * 100)),
      written,
    ]),
  });
  const extra = (temporalCores(cost.loaded) - temporalCores(cost.idle)) * 100;
  return {
    result: { unmatched, found, cost },
    goals: [
      ...found.map(({ rate, acted }) => ({
        goal: `accepted → webhook at the receiver, p95 at ${rate}/s < 250 ms`,
        measured: acted.p95,
        limit: 250,
        met: acted.p95 < 250,
        unit: 'ms',
      })),
      {
        goal: 'unmatched events write no history on the Temporal server',
        measured: cost.loaded.historyRows,
        limit: 0,
        met: cost.loaded.historyRows === 0,
        unit: 'rows',
      },
      {
        goal: 'unmatched events cost the Temporal server no CPU (≤ 1 % of a core more than idle)',
        measured: extra,
        limit: 1,
        met: extra <= 1,
        unit: '%',
      },
    ],
  };
};
