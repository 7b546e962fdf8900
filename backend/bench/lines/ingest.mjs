/**
 * Events per second through the ingestion API, beside a bare batched insert with the same unique key in the same
 * database. Events that a journey asks about go through the router's queue; here its filter lets nobody in.
 */
import { randomUUID } from 'node:crypto';
import { Analytics } from '@segment/analytics-node';
import pg from 'pg';
import { groups, spent, systemMs } from '../cpu.mjs';
import { neverEntered } from '../graphs.mjs';
import { queued } from '../runs.mjs';
import { spread } from '../statistics.mjs';
import { figure, printTable, spreadText } from '../table.mjs';
import { until } from '../until.mjs';

const batchSize = 100;
const atOnce = 8;
const asked = 'Product Viewed';
const unasked = 'Page Scrolled';

export const measureIngest = async (system, { size, shape, log }) => {
  const people = Array.from({ length: 1_000 }, () => randomUUID());
  await system.product.identify(people);
  await untilRouted(system);
  await system.product.publish({ name: 'Ingest', graph: neverEntered({ event: asked }) });
  const bare = await bareTable(system);
  const ways = [
    {
      name: 'bare insert, unique message id, one index',
      count: size.ingestEvents,
      run: (events) => bare.insert(events),
    },
    {
      name: 'raw HTTP batches of 100, nobody waits for them',
      event: unasked,
      count: size.ingestEvents,
      run: (events) => sendBatches(system, events),
    },
    {
      name: 'raw HTTP batches of 100, a journey asks, router held',
      event: asked,
      count: size.ingestEvents,
      hold: true,
      run: (events) => sendBatches(system, events),
    },
    {
      name: 'raw HTTP batches of 100, a journey asks, router running',
      event: asked,
      count: size.ingestEvents,
      run: (events) => sendBatches(system, events),
    },
    {
      name: '@segment/analytics-node, nobody waits for them',
      event: unasked,
      count: size.sdkEvents,
      run: (events) => sendBySdk(system, events),
    },
  ]
    .filter(({ name }, index) => index < 3 || !shape || name.includes(shape))
    .map((way) => ({ ...way, rounds: [] }));
  // Long enough for V8 to have compiled the way of an event: a server that runs is in that state, and comes to it
  // within some 100,000 events.
  for (const way of ways) await oneRound(system, { way, events: eventsOf(people, way) });
  for (let round = 1; round <= size.rounds; round += 1) {
    for (const way of ways) {
      log(`round ${round} of ${size.rounds}: ${way.name}`);
      way.rounds.push(await oneRound(system, { way, events: eventsOf(people, way) }));
    }
  }
  await bare.close();
  return report(ways);
};

const untilRouted = (system) =>
  until(async () => (await queued(system)) === 0, { what: 'the router', withinSeconds: 600 });

const eventsOf = (people, { count, event = unasked }) =>
  Array.from({ length: count }, (_, index) => ({
    type: 'track',
    userId: people[index % people.length],
    event,
    messageId: randomUUID(),
    properties: {
      product_id: `p${index % 500}`,
      name: 'Desk lamp',
      category: 'Lighting',
      price: 49.9,
      currency: 'EUR',
    },
  }));

const oneRound = async (system, { way, events }) => {
  if (way.hold) await system.worker('holdRouter');
  const from = await system.meter.sample();
  await way.run(events);
  const use = spent(from, await system.meter.sample());
  const backlog = await queued(system);
  if (way.hold) await system.worker('releaseRouter');
  await untilRouted(system);
  return {
    eventsPerSecond: events.length / use.seconds,
    backlog,
    seconds: use.seconds,
    othersCores: use.othersCores,
    msPerThousand: Object.fromEntries(
      [['system', systemMs(use)], ...groups.map((name) => [name, use.ms[name]])].map(([name, ms]) => [
        name,
        (ms / events.length) * 1000,
      ]),
    ),
  };
};

/** @param {any[]} events @param {(batch: any[]) => Promise<unknown>} send */
const inBatches = async (events, send) => {
  let next = 0;
  const lane = async () => {
    while (next < events.length) {
      const from = next;
      next += batchSize;
      await send(events.slice(from, from + batchSize));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
};

const sendBatches = ({ product }, events) => inBatches(events, (batch) => product.ingest('/v1/batch', { batch }));

const sendBySdk = async ({ product }, events) => {
  const analytics = new Analytics({
    writeKey: product.writeKey,
    host: product.url,
    flushAt: batchSize,
    maxEventsInBatch: batchSize,
  });
  let failed;
  analytics.on('error', (error) => (failed = error));
  // The stock SDK sends as fast as it is fed: it is fed in portions, so that it does not open hundreds of requests at
  // once.
  for (let from = 0; from < events.length; from += batchSize * atOnce) {
    await Promise.all(
      events
        .slice(from, from + batchSize * atOnce)
        .map(
          ({ type: _, ...event }) =>
            new Promise((resolve, reject) => analytics.track(event, (error) => (error ? reject(error) : resolve()))),
        ),
    );
  }
  await analytics.closeAndFlush();
  if (failed) throw new Error(`The SDK: ${failed.reason ?? failed}`);
};

/** The least that storing events once can cost: one table, the same unique key, one index, arrays of the same size. */
const bareTable = async ({ wend, product }) => {
  await wend.query(
    `create table bench_events (workspace_id uuid not null, message_id text not null, user_id text not null, name text not null, properties jsonb not null, time timestamptz not null, primary key (workspace_id, message_id))`,
  );
  await wend.query('create index bench_events_user on bench_events (workspace_id, user_id, name, time)');
  const { host, port, user, password, database } = wend;
  const pool = new pg.Pool({ host, port, user, password, database, max: atOnce });
  const text = `insert into bench_events (workspace_id, message_id, user_id, name, properties, time)
    select $1, m, u, n, p, now()
    from unnest($2::text[], $3::text[], $4::text[], $5::jsonb[]) as r(m, u, n, p)
    on conflict
    do nothing`;
  return {
    insert: (events) =>
      inBatches(events, (batch) =>
        pool.query(text, [
          product.workspaceId,
          batch.map(({ messageId }) => messageId),
          batch.map(({ userId }) => userId),
          batch.map(({ event }) => event),
          batch.map(({ properties }) => JSON.stringify(properties)),
        ]),
      ),
    close: async () => {
      await pool.end();
      await wend.query('drop table bench_events');
    },
  };
};

const report = (ways) => {
  const rate = (way) => spread(way.rounds.map(({ eventsPerSecond }) => eventsPerSecond));
  const cpu = (way, name) => figure(spread(way.rounds.map(({ msPerThousand }) => msPerThousand[name])).median);
  const bare = rate(ways[0]).median;
  printTable({
    title: `Ingestion (${atOnce} requests at once)`,
    head: ['', 'events/s', 'of bare', 'CPU-ms per 1,000: api', 'worker', 'postgres', 'load generator'],
    rows: ways.map((way) => [
      way.name,
      spreadText(rate(way)),
      `${Math.round((rate(way).median / bare) * 100)} %`,
      cpu(way, 'api'),
      cpu(way, 'worker'),
      figure(spread(way.rounds.map(({ msPerThousand: ms }) => ms['postgres wend'] + ms['postgres other'])).median),
      cpu(way, 'load'),
    ]),
    note: 'A 200 is answered after the commit. "Router running": the worker works off the queue meanwhile.',
  });
  const goal = (way, which) => {
    const share = (rate(way).median / bare) * 100;
    return {
      goal: `ingest by raw batches of events that ${which} ≥ 50 % of a bare insert`,
      measured: share,
      limit: 50,
      met: share >= 50,
      unit: '%',
    };
  };
  return {
    result: { batchSize, atOnce, ways: ways.map(({ name, count, rounds }) => ({ name, count, rounds })) },
    goals: [goal(ways[1], 'nobody waits for'), goal(ways[2], 'a journey asks about')],
  };
};
