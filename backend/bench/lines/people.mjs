/**
 * People through entry, branch and three webhooks, with and without two short waits, beside three plain Temporal
 * workflows.
 *
 * The product's CPU is told apart by doing one thing after another: all events are taken in while the router is held,
 * all runs go to their end while delivery is held, then delivery sends everything. The baselines send from their
 * activities.
 */
import { randomUUID } from 'node:crypto';
import { groups, spent, systemMs } from '../cpu.mjs';
import { threeWebhooks } from '../graphs.mjs';
import { before, openExecutions, queued, settle, untilEnded } from '../runs.mjs';
import { spread } from '../statistics.mjs';
import { figure, printTable, spreadText } from '../table.mjs';
import { until } from '../until.mjs';

const waitSeconds = 2;
const messages = 3;

const allShapes = [
  { name: 'empty workflow (floor)', workflow: 'empty', messages: 0 },
  { name: 'empty workflow, eager start', workflow: 'empty', messages: 0, eager: true },
  { name: 'one activity per message', workflow: 'activityPerMessage', messages },
  { name: '2 activities + 3 per message', workflow: 'activitiesAroundMessages', messages },
  { name: 'Wend', product: true, messages },
  { name: 'one activity per message, two waits', workflow: 'activityPerMessage', messages, waits: true },
  { name: '2 activities + 3 per message, two waits', workflow: 'activitiesAroundMessages', messages, waits: true },
  { name: 'Wend, two waits', product: true, messages, waits: true },
];

/** @param {any} system @param {{ size: { rounds: number, warmUp: number, people: number }, shape?: string, log: (text: string) => void }} options */
export const measurePeople = async (system, { size, shape: wanted = '', log }) => {
  const shapes = allShapes.filter(({ name, messages: sent }) => sent === 0 || name.includes(wanted));
  const journeys = await publishJourneys(system);
  const once = (shape, count) =>
    shape.product
      ? productRound(system, { shape, journey: journeys[shape.waits ? 'waits' : 'plain'], count })
      : baselineRound(system, { shape, count });
  for (const shape of shapes) await once(shape, size.warmUp);
  const results = shapes.map((shape) => ({ ...shape, rounds: [] }));
  for (let round = 1; round <= size.rounds; round += 1) {
    for (const result of results) {
      log(`round ${round} of ${size.rounds}: ${result.name}`);
      result.rounds.push(await once(result, size.people));
    }
  }
  const together = await measureTogether(system, { journeys, count: size.people });
  return report({ results, together, count: size.people });
};

const publishJourneys = async ({ product }) => {
  const publish = async (waits) => {
    const event = waits ? 'Waits Begun' : 'Plain Begun';
    return {
      event,
      id: await product.publish({
        name: event,
        graph: threeWebhooks({ event, url: product.sinkUrl, waitSeconds: waits ? waitSeconds : 0 }),
      }),
    };
  };
  return { plain: await publish(false), waits: await publish(true) };
};

const known = async (system, count) => {
  const userIds = Array.from({ length: count }, () => randomUUID());
  await system.product.identify(userIds);
  await until(async () => (await queued(system)) === 0, { what: 'the router' });
  return userIds;
};

const productRound = async (system, { journey, count }) => {
  const { product, worker, meter, sink } = system;
  const userIds = await known(system, count);
  await worker('holdRouter');
  await worker('holdDelivery');
  const earlier = await before(system, journey.id);
  const arrived = sink.count;
  const samples = [await meter.sample()];
  await product.trackEach({ userIds, event: journey.event });
  samples.push(await meter.sample());
  await worker('releaseRouter');
  const started = performance.now();
  await untilEnded(system, { journeyId: journey.id, count, before: earlier });
  const seconds = (performance.now() - started) / 1000;
  await settle();
  samples.push(await meter.sample());
  await worker('releaseDelivery');
  await untilDelivered(system, { journeyId: journey.id, arrived: arrived + count * messages });
  await settle();
  samples.push(await meter.sample());
  const [ingest, runs, delivery] = samples
    .slice(1)
    .map((sample, index) => perPerson(spent(samples[index], sample), count));
  return { peoplePerSecond: count / seconds, ingest, runs, delivery, othersCores: runs.othersCores };
};

const untilDelivered = async ({ wend, sink }, { journeyId, arrived }) => {
  await until(() => sink.count >= arrived, { what: 'the webhooks' });
  const waiting = `select count(*)::int as count from messages where journey_id = $1 and status in ('queued', 'sending')`;
  await until(async () => (await wend.query(waiting, [journeyId])).rows[0].count === 0, {
    what: 'the messages to be marked',
  });
};

const baselineRound = async (system, { shape, count }) => {
  const { baseline, meter, sink } = system;
  const arrived = sink.count;
  const from = await meter.sample();
  const started = performance.now();
  const { batch } = await baseline('start', {
    workflow: shape.workflow,
    count,
    eager: shape.eager ?? false,
    messages: shape.messages,
    waitMs: shape.waits ? waitSeconds * 1000 : 0,
  });
  await until(async () => (await openExecutions(system, `bench/${batch}/`)) === 0, { what: 'the baseline' });
  const seconds = (performance.now() - started) / 1000;
  await settle();
  const runs = perPerson(spent(from, await meter.sample()), count);
  if (sink.count !== arrived + count * shape.messages)
    throw new Error(`${shape.name}: ${sink.count - arrived} messages of ${count * shape.messages} came.`);
  return { peoplePerSecond: count / seconds, runs, othersCores: runs.othersCores };
};

/** Everything at once, as in production: from the first request to the last webhook. */
const measureTogether = async (system, { journeys, count }) => {
  const userIds = await known(system, count);
  const earlier = await before(system, journeys.plain.id);
  const arrived = system.sink.count;
  const from = await system.meter.sample();
  const started = performance.now();
  await system.product.trackEach({ userIds, event: journeys.plain.event });
  await untilDelivered(system, { journeyId: journeys.plain.id, arrived: arrived + count * messages });
  const seconds = (performance.now() - started) / 1000;
  await untilEnded(system, { journeyId: journeys.plain.id, count, before: earlier });
  await settle();
  return { peoplePerSecond: count / seconds, use: perPerson(spent(from, await system.meter.sample()), count) };
};

const perPerson = (use, count) => ({
  total: systemMs(use) / count,
  ms: Object.fromEntries(groups.map((name) => [name, use.ms[name] / count])),
  workerThreads: Object.fromEntries(Object.entries(use.workerThreads).map(([name, ms]) => [name, ms / count])),
  seconds: use.seconds,
  othersCores: use.othersCores,
});

const report = ({ results, together, count }) => {
  const of = (result, pick) => spread(result.rounds.map(pick));
  const column = (result, name) =>
    result.rounds[0][name] ? spreadText(of(result, (round) => round[name].total)) : '–';
  const runs = (result) => of(result, (round) => round.runs.total);
  const floor = runs(results[0]);
  printTable({
    title: `People through three messages (${count} people a round)`,
    head: ['', 'people/s', 'ingest', 'router + workflow + commit', 'delivery', '× floor'],
    rows: [
      ...results.map((result) => [
        result.name,
        spreadText(of(result, (round) => round.peoplePerSecond)),
        column(result, 'ingest'),
        column(result, 'runs'),
        column(result, 'delivery'),
        figure(runs(result).median / floor.median),
      ]),
      ['Wend, all at once', figure(together.peoplePerSecond), '', `${figure(together.use.total)} in all`, '', ''],
    ],
    note: 'CPU-ms per person, median (min–max), without the load generator and the sink. Baselines send in their activities, so their column holds the sending too.',
  });
  const shown = groups.filter((name) => name !== 'load');
  const process = (title, pick, of_) => [
    title,
    ...shown.map((name) => figure(spread(of_.rounds.map((round) => pick(round).ms[name])).median)),
  ];
  printTable({
    title: 'The same by process',
    head: ['CPU-ms per person, median', ...shown],
    rows: results.flatMap((result) =>
      result.product
        ? [
            process(`${result.name}: ingest`, (round) => round.ingest, result),
            process(`${result.name}: router + workflow + commit`, (round) => round.runs, result),
            process(`${result.name}: delivery`, (round) => round.delivery, result),
          ]
        : [process(result.name, (round) => round.runs, result)],
    ),
    note: '"postgres wend" and "postgres temporal": sessions in the product\'s and in the server\'s databases. "other": background processes.',
  });
  return {
    result: { count, waitSeconds, shapes: results, together },
    goals: goals({ results, cost: (result) => runs(result).median }),
  };
};

/** Goals whose shapes were measured. */
const goals = ({ results, cost }) => {
  const of = (name) => results.find((result) => result.name === name);
  const ratio = ({ goal, of: above, to: below, limit, atMost = false }) => {
    if (!above || !below) return [];
    const measured = cost(above) / cost(below);
    return [{ goal, measured, limit, met: atMost ? measured <= limit : measured >= limit, unit: '×' }];
  };
  const [plain, waits] = [of('Wend'), of('Wend, two waits')];
  return [
    ...ratio({
      goal: 'router + workflow + commit without waits ≤ 1.35 × an empty workflow',
      of: plain,
      to: results[0],
      limit: 1.35,
      atMost: true,
    }),
    ...ratio({
      goal: 'without waits ≥ 1.8 × cheaper than one activity per message',
      of: of('one activity per message'),
      to: plain,
      limit: 1.8,
    }),
    ...ratio({
      goal: 'without waits ≥ 5 × cheaper than three activities per message',
      of: of('2 activities + 3 per message'),
      to: plain,
      limit: 5,
    }),
    ...ratio({
      goal: 'with two waits ≥ 1.6 × cheaper than one activity per message',
      of: of('one activity per message, two waits'),
      to: waits,
      limit: 1.6,
    }),
    ...ratio({
      goal: 'with two waits ≥ 3.8 × cheaper than three activities per message',
      of: of('2 activities + 3 per message, two waits'),
      to: waits,
      limit: 3.8,
    }),
  ];
};
