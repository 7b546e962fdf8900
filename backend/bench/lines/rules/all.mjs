/**
 * Very many messages that rules keep back and let go: people get five journeys' messages at once, a limit leaves each of
 * them three, it is night for two in five until the clocks say otherwise, and the channel may send only so many a
 * second. What became of every message is counted, and must be exact.
 */
import { latencies } from '../../statistics.mjs';
import { figure } from '../../table.mjs';
import { pause, until } from '../../until.mjs';
import { areLeft, journeyWith, makePeople, queueFor, settleTables } from '../queued-messages.mjs';
import { quietBetween, setRules } from './settings.mjs';

const journeysEach = 5;
const most = 3;
const step = { channel: 'sms', type: 'wend/sms', config: { text: 'Hi {{ profile.name }}, it is there.' } };
/** On the other side of the world, so that the hours that are night there are day elsewhere. */
const asleep = { zone: 'Etc/GMT-12', hoursAhead: 12 };
/** Bulk, as of people who began together. */
const bulk = 4_096;
const minute = 60_000;
/** A message goes out a moment before it is written that it did, and hundreds share a write. */
const writingSeconds = 1;
const windowSeconds = 10;

export const measure = async (system, { size, log }) => {
  const { all: messages } = size.rules;
  const perSecond = Math.round(messages / 100);
  const people = messages / journeysEach;
  const sleeping = Math.round(people * 0.4);
  const journeys = [];
  for (let priority = 1; priority <= journeysEach; priority += 1) journeys.push(await journeyOf(system, { priority }));
  const { workspaceId } = system.product;
  await system.worker('holdDelivery');
  let seconds;
  let morning;
  try {
    log(`queueing ${figure(messages)} messages to ${figure(people)} people`);
    // Those who sleep come first: what is held is held while it is night.
    const groups = [
      await makePeople(system, { workspaceId, count: sleeping, traits: { timezone: asleep.zone } }),
      await makePeople(system, { workspaceId, count: people - sleeping, traits: { timezone: 'UTC' } }),
    ];
    for (const group of groups) for (const journey of journeys) await queueFor(system, { journey, group, lane: bulk });
    await settleTables(system);
    // They are judged at half of the rate at least, and a minute is the least that quiet hours know.
    const holdingMs = ((sleeping * journeysEach) / perSecond) * 2 * 1_000;
    morning = Math.ceil((Date.now() + holdingMs + 5_000) / minute) * minute;
    await setRules(system, {
      caps: { limits: [{ most, per: { kind: 'rolling', amount: 1, unit: 'days' } }], countTransactional: false },
      'quiet-hours': {
        hours: quietBetween({ from: Date.now() - 60 * minute, to: morning, hoursAhead: asleep.hoursAhead }),
        channels: [],
        perMinute: perSecond * 60,
      },
      rates: { workspace: null, channels: [{ channel: 'sms', limit: { messages: perSecond, per: 'second' } }] },
    });
    log(`sending: quiet for ${figure(sleeping)} people until ${new Date(morning).toISOString().slice(11, 16)}`);
    const started = performance.now();
    await system.worker('releaseDelivery');
    await until(async () => !(await areLeft(system, journeys)), {
      what: 'the messages to end',
      withinSeconds: 1_800,
      everyMs: 500,
    });
    seconds = (performance.now() - started) / 1_000;
  } finally {
    await setRules(system);
    await system.worker('releaseDelivery');
  }
  // Counts by hour are rolled up a moment later.
  await pause(2_000);
  const facts = await factsOf(system, { journeys, people, sleeping, messages });
  const paced = await paceOf(system, { journeys, perSecond });
  const order = await orderOf(system, { journeys });
  return report({ messages, people, sleeping, perSecond, seconds, facts, paced, order, journeys, morning });
};

const journeyOf = async (system, { priority }) => {
  const journey = await journeyWith(system, { title: `priority ${priority}`, step });
  await system.product.call('PUT', `/api/journeys/${journey.id}/delivery`, { priority, caps: { mode: 'workspace' } });
  return { ...journey, priority };
};

/** What became of the messages beside what must have. */
const factsOf = async ({ wend, product }, { journeys, people, sleeping, messages }) => {
  const ids = journeys.map(({ id }) => id);
  const { rows } = await wend.query(
    `with person as (
       select m.profile_id, count(*) filter (where m.status = 'delivered') as got,
         count(*) filter (where m.status = 'suppressed' and m.reason = 'capped') as capped,
         count(*) filter (where m.held_at is not null) as held,
         bool_or(p.traits ->> 'timezone' = $3) as sleeps
       from messages m
       join profiles p on p.workspace_id = m.workspace_id and p.id = m.profile_id
       where m.workspace_id = $1 and m.journey_id = any($2::uuid[])
       group by m.profile_id
     )
     select count(*) filter (where got = $4)::int as exactly, sum(got)::int as delivered, sum(capped)::int as capped,
       sum(held)::int as held, coalesce(sum(held) filter (where not sleeps), 0)::int as "heldByDay"
     from person`,
    [product.workspaceId, ids, asleep.zone, most],
  );
  const { acts } = await product.call('GET', '/api/delivery/overview');
  const counted = (rule, act) =>
    acts.filter((each) => each.rule === rule).reduce((sum, each) => sum + each.lastDay[act], 0);
  const [{ exactly, delivered, capped, held, heldByDay }] = rows;
  return [
    ['people with exactly 3 of their 5 messages', exactly, people],
    ['messages delivered', delivered, people * most],
    ['messages stopped by the limit', capped, messages - people * most],
    ['the same as the Delivery page counts it', counted('caps', 'suppressed'), messages - people * most],
    ['messages held by quiet hours', held, sleeping * journeysEach],
    ['the same as the Delivery page counts it', counted('quiet', 'held'), sleeping * journeysEach],
    ['held of people for whom it was day', heldByDay, 0],
  ];
};

/** The most that went within any time as long as the window. */
const paceOf = async ({ wend, product }, { journeys, perSecond }) => {
  const { rows } = await wend.query(
    `select coalesce(max(within), 0)::int as within from (
       select count(*) over (order by sent_at range between interval '${windowSeconds} seconds' preceding and current row) as within
       from messages
       where workspace_id = $1 and journey_id = any($2::uuid[]) and sent_at is not null
     ) w`,
    [product.workspaceId, journeys.map(({ id }) => id)],
  );
  return { most: rows[0].within, limit: perSecond * (windowSeconds + writingSeconds) };
};

/**
 * Of what was held: by how many seconds a message left before one that was to leave before it, by priority, then the
 * oldest first; and how many of the delivered were of each journey.
 */
const orderOf = async ({ wend, product }, { journeys }) => {
  const ids = journeys.map(({ id }) => id);
  const { rows: left } = await wend.query(
    `select extract(epoch from m.sent_at)::float8 as at from messages m
     where m.workspace_id = $1 and m.journey_id = any($2::uuid[]) and m.held_at is not null and m.sent_at is not null
     order by m.held_priority, m.queued_at`,
    [product.workspaceId, ids],
  );
  let last = 0;
  const early = left.map(({ at }) => {
    const seconds = Math.max(0, last - at);
    last = Math.max(last, at);
    return seconds;
  });
  const { rows: of } = await wend.query(
    `select m.journey_id as id, count(*)::int as delivered
     from messages m
     where m.workspace_id = $1 and m.journey_id = any($2::uuid[]) and m.status = 'delivered'
     group by m.journey_id`,
    [product.workspaceId, ids],
  );
  const delivered = journeys.map(({ id }) => of.find((row) => row.id === id)?.delivered ?? 0);
  return { early: latencies(early), delivered };
};

const report = ({ messages, people, sleeping, perSecond, seconds, facts, paced, order, morning }) => {
  const wrong = facts.filter(([, found, expected]) => found !== expected).length;
  const { early, delivered } = order;
  return {
    table: {
      title: `${figure(messages)} messages with a limit, quiet hours and a rate`,
      note: `${figure(people)} people with five messages each, of journeys with priorities 1 to 5; it is night for ${figure(sleeping)} of them. ${figure(seconds)} s until the last, ${figure(messages / seconds)} messages a second, ${figure(perSecond)} of them may go. What left the backlog left at most ${figure(early.max)} s before one that was to leave before it (p99 ${figure(early.p99)}). Delivered by priority: ${delivered.map(figure).join(', ')}.`,
      head: ['', 'found', 'must be'],
      rows: [
        ...facts.map(([what, found, expected]) => [what, found.toLocaleString('en'), expected.toLocaleString('en')]),
        [`the most within ${windowSeconds} s`, figure(paced.most), `${figure(paced.limit)} at most`],
      ],
    },
    result: { messages, people, sleeping, perSecond, seconds, facts, paced, early, delivered, morning },
    goals: [
      { goal: 'Counts of messages that are not exact', measured: wrong, unit: 'of 7, must be 0', met: wrong === 0 },
      {
        goal: `Messages within ${windowSeconds} s at a rate of ${figure(perSecond)} a second`,
        measured: paced.most,
        unit: `messages, ${figure(paced.limit)} at most`,
        met: paced.most <= paced.limit,
      },
    ],
  };
};
