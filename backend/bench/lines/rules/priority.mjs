/**
 * What a transactional message waits while very many others do: some in the sandbox, as fast as they can be sent, some of
 * a journey that may only go slowly. One person each second does what a receipt is sent for; the time is from when the
 * run has queued it to when it is sent, and from "accepted over HTTP".
 */
import { randomUUID } from 'node:crypto';
import { latencies } from '../../statistics.mjs';
import { figure } from '../../table.mjs';
import { pause, until } from '../../until.mjs';
import { journeyWith, queueMessages } from '../queued-messages.mjs';

const goalMs = 1_000;
const bulk = 4_096;
const sms = (messageClass) => ({
  channel: 'sms',
  type: 'wend/sms',
  config: { text: 'Hi {{ profile.name }}, thank you.', messageClass },
});

export const measure = async (system, { size, log }) => {
  const { wend, worker, product } = system;
  const { bulk: messages, seconds } = size.rules;
  const [many, slow, receipt] = [
    await journeyWith(system, { title: 'many', step: sms('marketing') }),
    await journeyWith(system, { title: 'slow', step: sms('marketing') }),
    await journeyWith(system, { title: 'receipt', step: sms('transactional') }),
  ];
  log('warm-up');
  await receipts(system, { receipt, seconds: 3 });
  log('alone');
  const alone = await receipts(system, { receipt, seconds: Math.min(seconds, 20) });
  await worker('holdDelivery');
  await wend.query(`insert into rate_limits (workspace_id, journey_id, messages, per) values ($1, $2, 50, 'second')`, [
    product.workspaceId,
    slow.id,
  ]);
  // The slow ones come first: they are to be in nobody's way.
  await queueMessages(system, { journey: slow, messages, lane: bulk });
  await queueMessages(system, { journey: many, messages, lane: bulk });
  await worker('releaseDelivery');
  log(`beside 2 × ${figure(messages)} messages`);
  const beside = await receipts(system, { receipt, seconds });
  const left = await takeAway(system, { journeys: [many, slow] });
  await wend.query('delete from rate_limits where workspace_id = $1', [product.workspaceId]);
  const row = (title, { queued, accepted }) => [
    title,
    ...[queued.p50, queued.p99, queued.max, accepted.p50, accepted.p99].map(figure),
  ];
  return {
    table: {
      title: 'A transactional message beside those to many people',
      note: `One each second. ${figure(messages)} messages wait in the sandbox and as many of a journey that may send 50 a second; ${figure(left)} were left at the end.`,
      head: ['ms', 'queued → sent, p50', 'p99', 'max', 'accepted → sent, p50', 'p99'],
      rows: [row('alone', alone), row('beside', beside)],
    },
    result: { messages, left, alone, beside },
    goals: [
      {
        goal: 'p99 of a transactional message, from queued to sent',
        measured: beside.queued.p99,
        unit: `ms, under ${goalMs}`,
        met: beside.queued.p99 < goalMs,
      },
    ],
  };
};

/** One each second, whatever becomes of those before. */
const receipts = async ({ product, wend }, { receipt, seconds }) => {
  const userIds = Array.from({ length: seconds }, () => randomUUID());
  await product.identify(userIds);
  const accepted = new Map();
  const start = performance.now();
  await Promise.all(
    userIds.map(async (userId, index) => {
      await pause(start + index * 1_000 - performance.now());
      await product.ingest('/v1/track', { userId, event: receipt.event });
      accepted.set(userId, Date.now());
    }),
  );
  const sent = async () =>
    (
      await wend.query(
        `select p.external_id as "userId", extract(epoch from m.queued_at) * 1000 as queued,
           extract(epoch from m.sent_at) * 1000 as sent
         from messages m
         join profiles p on p.workspace_id = m.workspace_id and p.id = m.profile_id
         where m.workspace_id = $1 and m.journey_id = $2 and m.sent_at is not null and p.external_id = any($3)`,
        [receipt.workspaceId, receipt.id, userIds],
      )
    ).rows;
  await until(async () => (await sent()).length === seconds, { what: 'the receipts', withinSeconds: 300 });
  const rows = await sent();
  return {
    queued: latencies(rows.map((row) => row.sent - row.queued)),
    accepted: latencies(rows.map((row) => Math.max(0, row.sent - accepted.get(row.userId)))),
  };
};

/** Ends what still waits; how many that were. */
const takeAway = async ({ wend }, { journeys }) => {
  const left = await wend.query(
    `select count(*)::int as count from messages where journey_id = any($1::uuid[]) and status in ('queued', 'sending')`,
    [journeys.map(({ id }) => id)],
  );
  await until(
    async () => {
      const { rowCount } = await wend
        .query(
          `update messages set status = 'suppressed', reason = 'aborted'
           where journey_id = any($1::uuid[]) and status in ('queued', 'sending')`,
          [journeys.map(({ id }) => id)],
        )
        // The worker goes on meanwhile, and locks them in an order of its own.
        .catch((error) => {
          if (error.code !== '40P01') throw error;
          return { rowCount: 1 };
        });
      return rowCount === 0;
    },
    { what: 'the others to end', withinSeconds: 300 },
  );
  return left.rows[0].count;
};
