/**
 * Caps under race: four processes that send, with five connections each, are given very many messages to the same
 * people at once. Beside it the same without a limit, and with one that nobody reaches.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { figure } from '../../table.mjs';
import { until } from '../../until.mjs';
import { areLeft, journeyWith, makePeople, queueFor, settleTables } from '../queued-messages.mjs';
import { setRules } from './settings.mjs';

const senders = 4;
const connectionsEach = 5;
const most = 3;
const step = { channel: 'sms', type: 'wend/sms', config: { text: 'Hi {{ profile.name }}, it is there.' } };
const limitOf = (count) => [{ most: count, per: { kind: 'rolling', amount: 1, unit: 'days' } }];

export const measure = async (system, { size, log }) => {
  const { people, each } = size.rules.race;
  const messages = people * each;
  const ways = [
    { name: 'no limit', limits: [], expected: each },
    { name: 'a limit that nobody reaches', limits: limitOf(1_000), expected: each },
    { name: `at most ${most} a day`, limits: limitOf(most), expected: most },
  ];
  await system.worker('holdDelivery');
  const processes = await Promise.all(Array.from({ length: senders }, () => startSender(system)));
  try {
    for (const way of ways) {
      log(`${figure(messages)} messages to ${figure(people)} people: ${way.name}`);
      await setRules(system, { caps: { limits: way.limits, countTransactional: false } });
      Object.assign(way, await race(system, { ...way, processes, people, each }));
    }
  } finally {
    await Promise.all(processes.map((process) => tell(process, 'end')));
    await setRules(system);
    await system.worker('releaseDelivery');
  }
  return report({ ways, people, messages });
};

const startSender = async ({ environment }) => {
  const process_ = fork(fileURLToPath(new URL('./sender.mjs', import.meta.url)), {
    env: { ...process.env, ...environment, WEND_DATABASE_POOL: String(connectionsEach) },
  });
  await answerOf(process_, 'ready');
  return process_;
};

const tell = async (process_, what) => {
  const done = answerOf(process_, `${what} done`);
  process_.send(what);
  await done;
};

const answerOf = async (process_, what) => {
  const ended = once(process_, 'exit').then(() => {
    throw new Error('A process that sends has ended.');
  });
  ended.catch(() => undefined);
  for (;;) {
    const [answer] = await Promise.race([once(process_, 'message'), ended]);
    if (answer === what) return;
  }
};

const race = async (system, { name, processes, people, each, expected }) => {
  const journey = await journeyWith(system, { title: name, step });
  const group = await makePeople(system, { workspaceId: journey.workspaceId, count: people });
  await queueFor(system, { journey, group, each });
  await settleTables(system);
  const started = performance.now();
  await Promise.all(processes.map((process_) => tell(process_, 'start')));
  await until(async () => !(await areLeft(system, [journey])), {
    what: 'the messages to end',
    withinSeconds: 900,
    everyMs: 200,
  });
  const seconds = (performance.now() - started) / 1_000;
  await Promise.all(processes.map((process_) => tell(process_, 'stop')));
  const { rows } = await system.wend.query(
    `select count(*) filter (where got = $3)::int as exactly, min(got)::int as least, max(got)::int as most,
       sum(got)::int as delivered
     from (
       select count(*) filter (where status = 'delivered') as got
       from messages
       where workspace_id = $1 and journey_id = $2
       group by profile_id
     ) person`,
    [journey.workspaceId, journey.id, expected],
  );
  return { ...rows[0], perSecond: (people * each) / seconds, seconds };
};

const report = ({ ways, people, messages }) => {
  return {
    table: {
      title: 'Limits under race',
      note: `${figure(messages)} messages to ${figure(people)} people, in the sandbox, by ${senders} processes with ${connectionsEach} connections each.`,
      head: ['', 'messages/s', 'delivered', 'least to a person', 'most to a person'],
      rows: ways.map(({ name, perSecond, delivered, least, most: highest }) => [
        name,
        ...[perSecond, delivered, least, highest].map(figure),
      ]),
    },
    result: { people, messages, ways },
    goals: ways.map(({ name, exactly, expected }) => ({
      goal: `people with exactly ${expected} messages: ${name}`,
      measured: exactly,
      unit: `of ${figure(people)}`,
      met: exactly === people,
    })),
  };
};
