/**
 * What kinds of steps cost by the thousand: history events and wake-ups of each run, workflows, CPU and time, beside
 * runs of an entry and an end alone in the same run of the bench.
 */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { spent, systemMs } from '../cpu.mjs';
import { graphOf } from '../graphs.mjs';
import { before, queued, settle, untilEnded } from '../runs.mjs';
import { figure, printTable } from '../table.mjs';
import { until } from '../until.mjs';

/** So many runs of each kind are looked at event by event. */
const sampled = 20;
const perDigest = 10;

const entryTo = (event, next) => ({ id: 'entry', type: 'wend/entry-event', config: { event }, to: { next } });
const end = { id: 'end', type: 'wend/exit', config: { reason: 'done' } };
const through =
  (type, config, ports = ['next']) =>
  (event) =>
    graphOf([
      entryTo(event, 'node'),
      { id: 'node', type, config, to: Object.fromEntries(ports.map((port) => [port, 'end'])) },
      end,
    ]);
const second = { amount: 1, unit: 'seconds' };

/** `each`: runs of one person. More parts (approvals, recipients) are more of these. */
const kinds = [
  { part: 'floor', kind: 'entry and end alone', each: 1, graph: (event) => graphOf([entryTo(event, 'end'), end]) },
  { part: 'waits', kind: 'wait of 1 s', each: 1, graph: through('wend/wait', { duration: second }) },
  {
    part: 'waits',
    kind: 'wait for a window that is open',
    each: 1,
    graph: through('wend/wait-window', {
      windows: [{ from: '00:00', to: '00:00' }],
    }),
  },
  {
    part: 'digests',
    kind: 'throttle, 5 within a day',
    each: perDigest,
    graph: through('wend/throttle', { most: 5, within: { amount: 1, unit: 'days' } }, ['next', 'throttled']),
  },
  {
    part: 'digests',
    kind: `digest of ${perDigest} events`,
    each: perDigest,
    graph: through('wend/digest', { duration: { amount: 1, unit: 'hours' }, most: perDigest }),
  },
];

export const measureLanguage = async (system, { size, shape, log }) => {
  const connection = await Connection.connect({ address: system.temporalAddress });
  const client = new Client({ connection, namespace: system.namespace });
  const parts = shape?.split(',');
  const chosen = kinds.filter(({ part }) => part === 'floor' || !parts || parts.some((each) => part.includes(each)));
  try {
    const found = [];
    for (const kind of chosen) {
      log(`${size.language} runs: ${kind.kind}`);
      found.push({ kind: kind.kind, ...(await measure(system, { client, kind, count: size.language })) });
    }
    return report(found);
  } finally {
    await connection.close();
  }
};

const measure = async (system, { client, kind: { kind, each, graph }, count: runs }) => {
  const { product, worker, meter } = system;
  const event = `Language ${kind}`;
  const journeyId = await product.publish({ name: kind, graph: graph(event) });
  const userIds = Array.from({ length: Math.max(1, Math.round(runs / each)) }, () => randomUUID());
  const count = userIds.length * each;
  await product.identify(userIds);
  await until(async () => (await queued(system)) === 0, { what: 'the router', withinSeconds: 600 });
  const earlier = await before(system, journeyId);
  await worker('holdRouter');
  await product.trackEach({ userIds: Array.from({ length: each }, () => userIds).flat(), event });
  const from = await meter.sample();
  const started = performance.now();
  await worker('releaseRouter');
  await until(async () => (await queued(system)) === 0, { what: 'the router', withinSeconds: 1_800 });
  await untilEnded(system, { journeyId, count, before: earlier });
  const seconds = (performance.now() - started) / 1000;
  await settle();
  const use = spent(from, await meter.sample());
  const { rows } = await system.wend.query(
    `select workflow_id from enrollments where journey_id = $1 order by workflow_id`,
    [journeyId],
  );
  const histories = await historiesOf(
    client,
    rows.map((row) => row.workflow_id),
  );
  return { count, seconds, use, ...histories };
};

/** Joined digests have no workflow: the share of runs that have one is that of those which are looked at. */
const historiesOf = async (client, workflowIds) => {
  const step = Math.max(1, Math.floor(workflowIds.length / (sampled * perDigest)));
  const looked = workflowIds.filter((_, index) => index % step === 0);
  const histories = [];
  let workflows = 0;
  for (const id of looked) {
    const history = await client.workflow
      .getHandle(id)
      .fetchHistory()
      .catch((error) => {
        // NOT_FOUND of gRPC.
        if (error.code === 5) return null;
        throw error;
      });
    if (!history) continue;
    workflows += 1;
    if (histories.length < sampled) histories.push(history.events ?? []);
  }
  const tasks = (events) => events.filter((each) => each.workflowTaskCompletedEventAttributes).length;
  return {
    workflowShare: workflows / looked.length,
    events: Math.max(0, ...histories.map((events) => events.length)),
    wakeUps: Math.max(0, ...histories.map(tasks)),
  };
};

const report = (found) => {
  const [floor] = found;
  const cpu = ({ use, count }) => systemMs(use) / count;
  printTable({
    title: 'Kinds of steps',
    head: [
      'a run of',
      'runs',
      'have a workflow',
      'events',
      'added',
      'wake-ups',
      'added',
      'CPU-ms per run',
      'runs a second',
    ],
    rows: found.map((each) => [
      each.kind,
      figure(each.count),
      `${figure(each.workflowShare * 100)} %`,
      each.events,
      each === floor ? '' : `+${each.events - floor.events}`,
      each.wakeUps,
      each === floor ? '' : `+${each.wakeUps - floor.wakeUps}`,
      figure(cpu(each)),
      figure(each.count / each.seconds),
    ]),
    note: 'Events and wake-ups: the most of the workflows that were looked at. A digest’s are those of the run that opened it.',
  });
  return {
    result: { kinds: found },
    goals: found
      .filter((each) => each !== floor)
      .map((each) => ({
        goal: `${each.kind}: at most one wake-up more`,
        measured: each.wakeUps - floor.wakeUps,
        limit: 1,
        met: each.wakeUps - floor.wakeUps <= 1,
        unit: 'wake-ups',
      })),
  };
};
