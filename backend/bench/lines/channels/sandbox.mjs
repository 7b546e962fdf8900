/**
 * Messages that stay in the sandbox: everything that delivery does but for the call of a provider. They are queued as
 * commits queue them, then the worker is let go; the clock stops when the last one is delivered. The baseline writes the
 * same rows by itself, in batches, without reading anything, rendering or checking.
 */
import { figure } from '../../table.mjs';
import { spent } from '../../cpu.mjs';
import { until } from '../../until.mjs';
import { journeyWith, queueMessages } from '../queued-messages.mjs';
import { writeBare } from '../sandbox-baseline.mjs';

const goalSeconds = 60;
const steps = {
  SMS: {
    channel: 'sms',
    type: 'wend/sms',
    config: { text: 'Hi {{ profile.name }}, your order {{ entry.order }} is on its way.' },
  },
  email: {
    channel: 'email',
    type: 'wend/email',
    config: {
      subject: 'Your order {{ entry.order }} is on its way',
      preheader: 'It left our house today',
      body: '<h1>Hi {{ profile.name }}</h1><p>Your order {{ entry.order }} is on its way. <a href="https://shop.example/orders/{{ entry.order | url_encode }}">Where is it?</a></p><p>Thank you for shopping with us.</p>',
    },
  },
};

export const measure = async (system, { size, log }) => {
  const messages = size.sandboxed;
  const rows = [];
  const result = { messages, ways: {} };
  const goals = [];
  await system.worker('holdDelivery');
  try {
    for (const [title, step] of Object.entries(steps)) {
      log(`sandbox: ${figure(messages)} messages by ${title}`);
      const journey = await journeyWith(system, { title, step });
      const measured = await byWend(system, { journey, messages });
      result.ways[title] = measured;
      rows.push(rowOf(title, measured));
      goals.push({
        goal: `${figure(messages)} ${title} messages delivered in the sandbox`,
        measured: measured.seconds,
        unit: `s, under ${goalSeconds}`,
        met: measured.seconds < goalSeconds,
      });
    }
    log(`sandbox: the rows of ${figure(messages)} SMS messages, written bare`);
    const journey = await journeyWith(system, { title: 'bare', step: steps.SMS });
    const bare = await byHand(system, { journey, messages });
    result.ways.bare = bare;
    rows.push(rowOf('bare batches of the same rows', bare));
  } finally {
    await system.worker('releaseDelivery');
  }
  return {
    table: {
      title: 'Messages in the sandbox',
      note: `${figure(messages)} messages each, one person each, one worker process; CPU ms per message. "PostgreSQL": the sessions of the product's database; "other": its background processes, which write to disk. The baseline writes the rows that delivery of an SMS changes and adds, 500 messages per transaction.`,
      head: ['', 'seconds', 'messages/s', 'worker', 'PostgreSQL', 'other', 'load generator'],
      rows,
    },
    result,
    goals: messages >= 100_000 ? goals : [],
  };
};

const rowOf = (title, { seconds, perSecond, cpu }) => [
  title,
  ...[seconds, perSecond, cpu.worker, cpu.postgres, cpu.other, cpu.load].map(figure),
];

const byWend = async (system, { journey, messages }) => {
  const { wend, meter, worker } = system;
  const group = await queueMessages(system, { journey, messages });
  const from = await meter.sample();
  await worker('releaseDelivery');
  const moving = `select 1 from messages
    where workspace_id = $1 and channel = $2 and status in ('queued', 'sending') and not parked limit 1`;
  await until(async () => (await wend.query(moving, [journey.workspaceId, journey.channel])).rows.length === 0, {
    what: 'all messages of the sandbox to be delivered',
    withinSeconds: 900,
    everyMs: 200,
  });
  const measured = figuresOf(spent(from, await meter.sample()), messages);
  await worker('holdDelivery');
  await check(system, { journey, messages, group });
  return measured;
};

const byHand = async (system, { journey, messages }) => {
  const group = await queueMessages(system, { journey, messages });
  const from = await system.meter.sample();
  await writeBare(system.wend, journey);
  const measured = figuresOf(spent(from, await system.meter.sample()), messages);
  await check(system, { journey, messages, group });
  return measured;
};

const figuresOf = ({ seconds, ms }, messages) => ({
  seconds,
  perSecond: messages / seconds,
  cpu: {
    worker: ms.worker / messages,
    postgres: ms['postgres wend'] / messages,
    other: ms['postgres other'] / messages,
    load: ms.load / messages,
  },
});

/** A message that was lost or told twice would be a quick one too. */
const check = async ({ wend }, { journey, messages, group }) => {
  const { rows } = await wend.query(
    `select count(*) filter (
         where m.status = 'delivered' and m.attempts = 1 and m.lease_owner is null and m.content ->> $3 is not null
       )::int as delivered,
       (select count(*)::int from message_events v join messages o on o.workspace_id = $1 and o.id = v.message_id
         where v.workspace_id = $1 and o.journey_id = $2) as history,
       (select count(*)::int from events e join profiles p on p.workspace_id = $1 and p.id = e.profile_id
         where e.workspace_id = $1 and starts_with(p.external_id, $4::uuid || '-')) as events
     from messages m where m.workspace_id = $1 and m.journey_id = $2`,
    [journey.workspaceId, journey.id, journey.channel === 'email' ? 'subject' : 'text', group],
  );
  const { delivered, history, events } = rows[0];
  if (delivered !== messages || history !== 2 * messages || events !== 2 * messages)
    throw new Error(
      `Of ${messages} messages ${delivered} were delivered once, with ${history} entries of history and ${events} events.`,
    );
};
