/** Thousands of runs that take one kind of step, beside runs that are the same without it. */
import { randomUUID } from 'node:crypto';
import { spent, systemMs } from '../../cpu.mjs';
import { graphOf } from '../../graphs.mjs';
import { before, queued, settle, untilEnded } from '../../runs.mjs';
import { figure, printTable } from '../../table.mjs';
import { until } from '../../until.mjs';
import { answerAll, costOf } from './histories.mjs';
import { awaited, end, graphWith, stepKinds } from './steps.mjs';

/** So many runs of each kind are looked at event by event. */
const sampled = 20;
const perDigest = 10;
const perActor = 500;

/**
 * `each`: runs of one person. `share`: of all runs, so many are begun, for baselines. `beside`: what it is compared with.
 * `started`: so many are begun by each event, in the journey that it starts.
 */
const shapes = [
  { part: 'floor', kind: 'entry and end alone', share: 0.2, step: {} },
  { part: 'waits', kind: 'wait for a time', beside: 'entry and end alone', step: 'wait for a time' },
  {
    part: 'digests',
    kind: `digest of ${perDigest} events`,
    beside: 'entry and end alone',
    each: perDigest,
    step: { type: 'wend/digest', config: { duration: { amount: 1, unit: 'hours' }, most: perDigest } },
  },
  {
    part: 'approvals',
    kind: 'wait for an event that comes',
    share: 0.2,
    step: 'wait for events, one came',
    act: (system, { userIds }) => system.product.trackEach({ userIds, event: awaited }),
    parked: 'waits',
  },
  {
    part: 'approvals',
    kind: 'approval that is answered',
    beside: 'wait for an event that comes',
    step: 'approval',
    act: (system, { journeyId, count }) => answerAll(system, { journeyId, count }),
  },
  { part: 'recipients', kind: 'recipient of “for each”', beside: 'entry and end alone', recipients: true },
];

export const bulkParts = [...new Set(shapes.map(({ part }) => part))].filter((part) => part !== 'floor');

export const measureBulk = async (system, { client, size, parts, log }) => {
  const chosen = shapes.filter(({ part }) => part === 'floor' || parts.includes(part));
  const found = [];
  for (const shape of chosen) {
    const runs = Math.round(size.language * (shape.share ?? 1));
    log(`${runs} runs: ${shape.kind}`);
    const measured = await (shape.recipients ? recipients : runsOf)(system, { client, shape, runs });
    found.push({ kind: shape.kind, beside: shape.beside, ...measured });
  }
  return report(found);
};

const people = (count) => Array.from({ length: Math.max(1, Math.round(count)) }, () => randomUUID());
const idle = (system) =>
  until(async () => (await queued(system)) === 0, { what: 'the router', withinSeconds: 1_800, everyMs: 250 });

const runsOf = async (system, { client, shape: { kind, step, each = 1, act, parked }, runs }) => {
  const { product, worker } = system;
  const event = `Language ${kind}`;
  const taken = typeof step === 'string' ? stepKinds({}).find((one) => one.kind === step) : step;
  const journeyId = await product.publish({ name: kind, graph: graphWith(event, taken) });
  const userIds = people(runs / each);
  await product.identify(userIds);
  await idle(system);
  const count = userIds.length * each;
  return timed(system, {
    client,
    journeyId,
    count,
    prepare: async () => {
      await worker('holdRouter');
      await product.trackEach({ userIds: Array.from({ length: each }, () => userIds).flat(), event });
    },
    begin: async () => {
      await worker('releaseRouter');
      await idle(system);
      if (parked) await waiting(system, { journeyId, count });
      await act?.(system, { journeyId, userIds, count });
      if (act) await idle(system);
    },
  });
};

const waiting = (system, { journeyId, count }) =>
  until(
    async () =>
      (
        await system.wend.query(
          `select count(*)::int as count from enrollments where journey_id = $1 and node = 'node' and ended_at is null`,
          [journeyId],
        )
      ).rows[0].count === count,
    { what: 'the waits', withinSeconds: 1_800, everyMs: 250 },
  );

/** Few do something, and the journey that their run names is started for as many people as fit in an event of 32 KB. */
const recipients = async (system, { client, runs }) => {
  const { product, worker } = system;
  const each = Math.min(perActor, runs);
  const entry = { id: 'entry', type: 'wend/entry-journey', config: { fields: [] }, to: { next: 'end' } };
  const journeyId = await product.publish({ name: 'Told', graph: graphOf([entry, end]) });
  const event = 'Language Posted';
  const { config, type } = stepKinds({ other: { id: journeyId, name: 'Told' } }).find(
    (one) => one.type === 'wend/for-each',
  );
  await product.publish({ name: event, graph: graphWith(event, { type, config: { ...config, most: each } }) });
  const userIds = people(each);
  const actors = people(runs / each);
  await product.identify([...userIds, ...actors]);
  await idle(system);
  return timed(system, {
    client,
    journeyId,
    count: actors.length * each,
    prepare: async () => {
      await worker('holdRouter');
      await product.trackEach({ userIds: actors, event, properties: { others: userIds } });
    },
    begin: async () => {
      await worker('releaseRouter');
      await idle(system);
      await begun(system, { journeyId, count: actors.length * each });
    },
  });
};

const begun = (system, { journeyId, count }) =>
  until(
    async () =>
      (await system.wend.query('select count(*)::int as count from enrollments where journey_id = $1', [journeyId]))
        .rows[0].count === count,
    { what: 'all who are reached', withinSeconds: 1_800, everyMs: 250 },
  );

/** The clock runs from letting the router go until all have ended, in the product and on the server. */
const timed = async (system, { client, journeyId, count, prepare, begin }) => {
  const { meter } = system;
  const earlier = await before(system, journeyId);
  await prepare();
  const from = await meter.sample();
  const started = performance.now();
  await begin();
  await untilEnded(system, { journeyId, count, before: earlier });
  const seconds = (performance.now() - started) / 1000;
  await settle();
  const use = spent(from, await meter.sample());
  const { rows } = await system.wend.query(
    `select workflow_id from enrollments where journey_id = $1 order by workflow_id`,
    [journeyId],
  );
  return {
    count,
    seconds,
    use,
    ...(await historiesOf(
      client,
      rows.map((row) => row.workflow_id),
    )),
  };
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
    if (histories.length < sampled) histories.push(costOf(history.events ?? []));
  }
  const most = (what) => Math.max(0, ...histories.map((each) => each[what]));
  return { workflowShare: workflows / looked.length, events: most('events'), wakeUps: most('wakeUps') };
};

const report = (found) => {
  const cpu = ({ use, count }) => systemMs(use) / count;
  const besideOf = ({ beside }) => found.find(({ kind }) => kind === beside);
  printTable({
    title: 'Runs of one kind of step, by the thousand',
    head: [
      'a run of',
      'runs',
      'have a workflow',
      'events',
      'wake-ups',
      'CPU-ms per run',
      '× baseline',
      'runs a second',
    ],
    rows: found.map((each) => [
      each.kind,
      figure(each.count),
      `${figure(each.workflowShare * 100)} %`,
      each.events,
      each.wakeUps,
      figure(cpu(each)),
      besideOf(each) ? figure(cpu(each) / cpu(besideOf(each))) : '',
      figure(each.count / each.seconds),
    ]),
    note: 'Baselines are of a fifth as many runs: “entry and end alone”, and for approvals a wait for an event that comes. CPU of all processes but what sends events and answers. Events and wake-ups: the most of the workflows that were looked at.',
  });
  return {
    bulk: found.map((each) => ({
      ...each,
      cpuMs: cpu(each),
      timesBaseline: besideOf(each) && cpu(each) / cpu(besideOf(each)),
    })),
  };
};
