/**
 * Fifty segments that follow what comes in: what they cost ingestion, beside a workspace without any in the same tables;
 * and how long after an event the membership is there.
 */
import { randomUUID } from 'node:crypto';
import { spent, systemMs } from '../../cpu.mjs';
import { latencies, spread } from '../../statistics.mjs';
import { figure, spreadText } from '../../table.mjs';
import { pause, until } from '../../until.mjs';
import { names } from './data.mjs';
import { connect, count, createSegment, putIn, trait, untilHeard } from './live.mjs';

const event = 'Product Viewed';
const unread = 'Nobody Asks';
const entered = 'Order Completed';
const perSecond = 200;
const batch = 100;
const atOnce = 8;
const membersOfEach = 20_000;
const goal = { cost: 10, lagMs: 2_000 };

/** Fifty of all sorts; the first one is entered with the first order. */
const rules = () => {
  const of = Object.keys(names);
  const did = (n) => count(of[n % of.length], { days: 7 + n, value: 1 + (n % 5) });
  const sequence = (n) => ({
    op: 'compare',
    left: {
      source: 'sequence',
      event: of[n % of.length],
      then: of[(n + 1) % of.length],
      thenWithinSeconds: 86_400,
      withinSeconds: 30 * 86_400,
    },
    is: 'atLeast',
    value: 1,
  });
  const all = (...parts) => ({ op: 'all', rules: parts });
  return [
    count(entered, { days: 30 }),
    ...Array.from({ length: 24 }, (_, n) => did(n)),
    ...Array.from({ length: 10 }, (_, n) => trait('age', 'atLeast', 60 + n)),
    ...Array.from({ length: 5 }, (_, n) => sequence(n)),
    ...Array.from({ length: 5 }, (_, n) => count(of[n], { days: 14, is: 'equals', value: 0 })),
    ...Array.from({ length: 5 }, (_, n) =>
      all(trait('plan', 'equals', 'pro'), { op: 'any', rules: [did(n), did(n + 3)] }, { op: 'not', rule: did(n + 5) }),
    ),
  ];
};

export const prepare = async ({ product, another }, { log }) => {
  log('making 50 segments');
  const segments = [];
  for (const [n, rule] of rules().entries())
    segments.push({ id: await createSegment(product, { name: `Segment ${n + 1}`, rule }), rule });
  return { segments, without: await another('Nobody') };
};

export const measure = async (system, { audience, size, log, prepared: { segments, without } }) => {
  let members = 0;
  for (const segment of segments) members += await putIn(system, { ...segment, most: membersOfEach });
  await system.wend.query('vacuum (analyze) segment_memberships');
  log(`${members.toLocaleString('en')} members; ingestion`);
  const events = Math.max(6_000, Math.round(size.ingestEvents * audience.scale));
  const ways = await ingestion(system, { events, rounds: size.rounds, without });
  log(`${perSecond} events a second`);
  const lag = await lagOf(system, { segment: segments[0], seconds: audience.seconds });
  return report({ ways, lag, members, seconds: audience.seconds });
};

const ingestion = async (system, { events, rounds, without }) => {
  const { product } = system;
  const people = Array.from({ length: 1_000 }, () => randomUUID());
  for (const each of [without, product]) await each.identify(people);
  await untilHeard(system);
  const ways = [
    { name: 'no segments', to: without, event },
    { name: '50 segments, events that they read, worked off afterwards', to: product, event, hold: true },
    { name: '50 segments, events that they read, worked off meanwhile', to: product, event },
    { name: '50 segments, events that none reads', to: product, event: unread },
  ].map((way) => ({ ...way, rounds: [] }));
  for (let round = 0; round <= rounds; round += 1)
    for (const way of ways) {
      const measured = await oneRound(system, { way, people, events });
      // V8 compiles in the first.
      if (round > 0) way.rounds.push(measured);
    }
  return ways;
};

const oneRound = async (system, { way, people, events }) => {
  const { meter, worker } = system;
  if (way.hold) await worker('holdChanges');
  const from = await meter.sample();
  await send(way, { people, events });
  const use = spent(from, await meter.sample());
  if (way.hold) await worker('releaseChanges');
  await untilHeard(system);
  const after = spent(from, await meter.sample());
  const per = (ms) => (ms / events) * 1_000;
  return {
    eventsPerSecond: events / use.seconds,
    ingest: per(use.ms.api + use.ms['postgres wend'] + use.ms['postgres other']),
    all: per(systemMs(after)),
    heardPerSecond: events / after.seconds,
  };
};

const send = async ({ to, event: name }, { people, events }) => {
  let next = 0;
  const lane = async () => {
    while (next < events) {
      const from = next;
      next += batch;
      await to.ingest('/v1/batch', {
        batch: Array.from({ length: batch }, (_, n) => ({
          type: 'track',
          userId: people[(from + n) % people.length],
          event: name,
          messageId: randomUUID(),
          properties: { price: 49.9, category: 'Lighting', product_id: `p${n}` },
        })),
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
};

/** An open loop: a slow answer does not slow what comes after it. Every fourth event is somebody's first order. */
const lagOf = async (system, { segment, seconds }) => {
  const { product } = system;
  const total = perSecond * seconds;
  const fresh = Array.from({ length: Math.floor(total / 4) }, () => randomUUID());
  await product.identify(fresh);
  await untilHeard(system);
  const client = await connect(system);
  const { rows } = await client.query(
    `select value, profile_id from identities where workspace_id = $1 and kind = 'user' and value = any($2)`,
    [product.workspaceId, fresh],
  );
  const userOf = new Map(rows.map(({ value, profile_id: id }) => [id, value]));
  const accepted = new Map();
  const seen = new Map();
  const started = new Date(Date.now() - 60_000);
  const look = async () => {
    const found = await client.query(
      `select profile_id from segment_memberships
       where workspace_id = $1 and segment_id = $2 and generation = 1 and member and since > $3`,
      [product.workspaceId, segment.id, started],
    );
    const now = performance.now();
    for (const { profile_id: id } of found.rows) {
      const user = userOf.get(id);
      if (user !== undefined && !seen.has(user)) seen.set(user, now);
    }
  };
  let looking = true;
  const watch = (async () => {
    while (looking) {
      await look();
      await pause(20);
    }
  })();
  const from = await system.meter.sample();
  await openLoop(total, async (n) => {
    const user = fresh[Math.floor(n / 4)];
    const name = n % 4 === 3 ? entered : event;
    await product.ingest('/v1/track', { userId: user, event: name, properties: { price: 20 } });
    if (name === entered) accepted.set(user, performance.now());
  });
  const use = spent(from, await system.meter.sample());
  await until(() => seen.size >= accepted.size, { what: 'the memberships' });
  looking = false;
  await watch;
  await client.end();
  const lags = [...accepted].map(([user, at]) => seen.get(user) - at);
  return { ...latencies(lags), cores: systemMs(use) / 1_000 / use.seconds };
};

const openLoop = async (total, ask) => {
  const begun = performance.now();
  const asked = [];
  for (let n = 0; n < total; n += 1) {
    const wait = begun + (n * 1_000) / perSecond - performance.now();
    if (wait > 1) await pause(wait);
    asked.push(ask(n));
  }
  await Promise.all(asked);
};

const report = ({ ways, lag, members, seconds }) => {
  const of = (way, pick) => spread(way.rounds.map(pick));
  const rate = (way) => of(way, ({ eventsPerSecond }) => eventsPerSecond).median;
  const cost = (1 - rate(ways[1]) / rate(ways[0])) * 100;
  const ingestion = {
    title: `Ingestion with 50 segments (batches of ${batch}, ${atOnce} requests at once)`,
    head: [
      '',
      'events/s',
      'of none',
      'CPU-ms per 1,000: api + PostgreSQL',
      'all, until worked off',
      'worked off, events/s',
    ],
    rows: ways.map((way) => [
      way.name,
      spreadText(of(way, ({ eventsPerSecond }) => eventsPerSecond)),
      `${Math.round((rate(way) / rate(ways[0])) * 100)} %`,
      figure(of(way, ({ ingest }) => ingest).median),
      figure(of(way, ({ all }) => all).median),
      figure(of(way, ({ heardPerSecond }) => heardPerSecond).median),
    ]),
    note: `${members.toLocaleString('en')} members are there. Both workspaces are in the same tables. Events of 1,000 people, so that each is evaluated for many at once.`,
  };
  const behind = {
    title: `Event accepted → membership there, ${perSecond} events a second for ${seconds} s, 50 segments`,
    head: ['ms', 'p50', 'p95', 'p99', 'max', 'cores in use'],
    rows: [['first order → in the segment', ...[lag.p50, lag.p95, lag.p99, lag.max, lag.cores].map(figure)]],
    note: `${lag.count} memberships, looked for every 20 ms.`,
  };
  return {
    tables: [ingestion, behind],
    result: { members, ways: ways.map(({ name, rounds }) => ({ name, rounds })), lag },
    goals: [
      {
        goal: '50 segments cost ingestion ≤ 10 %',
        measured: cost,
        limit: goal.cost,
        met: cost <= goal.cost,
        unit: '%',
      },
      {
        goal: `membership there, p95 at ${perSecond} events/s < 2 s`,
        measured: lag.p95,
        limit: goal.lagMs,
        met: lag.p95 < goal.lagMs,
        unit: 'ms',
      },
    ],
  };
};
