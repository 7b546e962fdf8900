/**
 * What all rules cost a message, beside none: two journeys in turns, the second with a topic, ten limits, quiet hours
 * that are not now, a holdout and two rates. Nothing is held back but by the holdout, so that both do the same work.
 */
import { spent } from '../../cpu.mjs';
import { spread } from '../../statistics.mjs';
import { figure, spreadText } from '../../table.mjs';
import { until } from '../../until.mjs';
import { areLeft, journeyWith, makePeople, queueFor, settleTables } from '../queued-messages.mjs';
import { addTopic, quietBetween, setRules } from './settings.mjs';

const topic = 'offers';
/** More than can be sent: what is measured is asking, not waiting. */
const plenty = { messages: 1_000_000, per: 'second' };
const step = (config) => ({
  channel: 'sms',
  type: 'wend/sms',
  config: { text: 'Hi {{ profile.name }}, it is there.', ...config },
});
/** None of them is ever reached. */
const limits = [
  ...[1, 6, 12].map((amount) => ({ most: 500, per: { kind: 'rolling', amount, unit: 'hours' } })),
  ...[1, 7, 30].map((amount) => ({ most: 500, per: { kind: 'rolling', amount, unit: 'days' } })),
  { most: 500, per: { kind: 'calendar', unit: 'day' } },
  { most: 500, per: { kind: 'calendar', unit: 'week' } },
  { most: 500, per: { kind: 'calendar', unit: 'day' }, channels: ['sms'] },
  { most: 500, per: { kind: 'calendar', unit: 'week' }, topics: [topic] },
];

export const measure = async (system, { size, log }) => {
  const { messages } = size.rules;
  await addTopic(system, topic);
  const ways = [
    { name: 'none', config: {}, rules: () => ({}), rounds: [] },
    { name: 'all', config: { topic }, rules: allRules, rounds: [] },
  ];
  await system.worker('holdDelivery');
  try {
    for (const way of ways)
      way.journey = await journeyWith(system, { title: `rules ${way.name}`, step: step(way.config) });
    for (let round = 1; round <= size.rounds; round += 1)
      for (const way of ways) {
        log(`${figure(messages)} messages, rules: ${way.name}, round ${round} of ${size.rounds}`);
        await setRules(system, way.rules());
        way.rounds.push(await deliver(system, { ...way, messages }));
      }
  } finally {
    await setRules(system);
    await system.worker('releaseDelivery');
  }
  return report({ ways, messages });
};

const allRules = () => {
  const now = Date.now();
  const hour = 3_600_000;
  return {
    caps: { limits, countTransactional: false },
    'quiet-hours': {
      hours: quietBetween({ from: now + 8 * hour, to: now + 16 * hour, hoursAhead: 0 }),
      channels: [],
      perMinute: null,
    },
    holdout: { share: 1, exceptTopics: [] },
    rates: { workspace: plenty, channels: [{ channel: 'sms', limit: plenty }] },
  };
};

const deliver = async (system, { name, journey, messages }) => {
  const { wend, worker, meter } = system;
  const group = await makePeople(system, { workspaceId: journey.workspaceId, count: messages });
  if (name === 'all') await agree(system, { workspaceId: journey.workspaceId, group });
  await queueFor(system, { journey, group });
  await settleTables(system);
  const from = await meter.sample();
  await worker('releaseDelivery');
  await until(async () => !(await areLeft({ wend }, [journey])), {
    what: 'the messages to be delivered',
    withinSeconds: 900,
    everyMs: 200,
  });
  const { seconds, ms } = spent(from, await meter.sample());
  await worker('holdDelivery');
  await assertEnds(system, { journey, group, messages });
  return { perSecond: messages / seconds, worker: ms.worker / messages, postgres: ms['postgres wend'] / messages };
};

/** Each has said yes to the topic, as those have who chose it. */
const agree = async ({ wend }, { workspaceId, group }) => {
  await wend.query(
    `insert into consents (workspace_id, profile_id, channel, topic, state)
     select workspace_id, id, 'sms', $3, 'subscribed'
     from profiles
     where workspace_id = $1 and starts_with(external_id, $2::uuid || '-')`,
    [workspaceId, group, topic],
  );
  await wend.query('vacuum analyze consents');
};

/** Whoever is in the holdout got none, and everybody else did. Throws when that is not so. */
const assertEnds = async ({ wend }, { journey, group, messages }) => {
  const { rows } = await wend.query(
    `select count(*) filter (where m.status = 'delivered')::int as delivered,
       count(*) filter (where m.status = 'suppressed' and m.reason = 'holdout')::int as out
     from messages m
     join profiles p on p.workspace_id = m.workspace_id and p.id = m.profile_id
     where m.workspace_id = $1 and m.journey_id = $2 and starts_with(p.external_id, $3::uuid || '-')`,
    [journey.workspaceId, journey.id, group],
  );
  const [{ delivered, out }] = rows;
  if (delivered + out !== messages) throw new Error(`${delivered} delivered and ${out} held out of ${messages}.`);
};

const report = ({ ways, messages }) => {
  const [none, all] = ways.map(({ rounds }) => ({
    perSecond: spread(rounds.map(({ perSecond }) => perSecond)),
    worker: spread(rounds.map(({ worker }) => worker)),
    postgres: spread(rounds.map(({ postgres }) => postgres)),
  }));
  const row = (name, { perSecond, worker, postgres }) => [name, ...[perSecond, worker, postgres].map(spreadText)];
  const cpu = ({ worker, postgres }) => worker.median + postgres.median;
  return {
    table: {
      title: 'What all rules cost a message',
      note: `${figure(messages)} messages a round in the sandbox, one worker process, median (min–max) of ${ways[0].rounds.length} rounds in turns; CPU-ms per message. All: a topic that each has agreed to, 10 limits, quiet hours, a holdout of 1 %, rates of workspace and channel. In all ${figure(cpu(all) - cpu(none))} CPU-ms more.`,
      head: ['rules', 'messages/s', 'worker', 'PostgreSQL'],
      rows: [row('none', none), row('all', all)],
    },
    result: { messages, none, all, rounds: Object.fromEntries(ways.map(({ name, rounds }) => [name, rounds])) },
    goals: [],
  };
};
