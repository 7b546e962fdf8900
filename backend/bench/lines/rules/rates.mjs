/** What it costs a message to take its turn: with a rate of the workspace and one of the channel, beside none. */
import { spent } from '../../cpu.mjs';
import { figure } from '../../table.mjs';
import { until } from '../../until.mjs';
import { journeyWith, queueMessages } from '../queued-messages.mjs';

const step = { channel: 'sms', type: 'wend/sms', config: { text: 'Hi {{ profile.name }}, it is there.' } };
/** More than can be sent: what is measured is asking, not waiting. */
const plenty = 1_000_000;

export const measure = async (system, { size, log }) => {
  const { wend, worker, product } = system;
  const { messages } = size.rules;
  const found = {};
  await worker('holdDelivery');
  try {
    for (const [name, channels] of Object.entries({ none: [], 'two rates': [null, 'sms'] })) {
      log(`${figure(messages)} messages, ${name}`);
      for (const channel of channels)
        await wend.query(
          `insert into rate_limits (workspace_id, channel, messages, per) values ($1, $2, $3, 'second')`,
          [product.workspaceId, channel, plenty],
        );
      found[name] = await deliver(system, { name, messages });
    }
  } finally {
    await wend.query('delete from rate_limits where workspace_id = $1', [product.workspaceId]);
    await worker('releaseDelivery');
  }
  const row = ([name, { seconds, cpu }]) => [
    name,
    ...[messages / seconds, cpu.worker / messages, cpu.postgres / messages].map(figure),
  ];
  return {
    table: {
      title: 'What a turn costs',
      note: `${figure(messages)} messages in the sandbox, one worker process; CPU ms per message.`,
      head: ['', 'messages/s', 'worker', 'PostgreSQL'],
      rows: Object.entries(found).map(row),
    },
    result: { messages, ...found },
    goals: [],
  };
};

const deliver = async (system, { name, messages }) => {
  const { wend, worker, meter } = system;
  const journey = await journeyWith(system, { title: name, step });
  await queueMessages(system, { journey, messages });
  const from = await meter.sample();
  await worker('releaseDelivery');
  await until(
    async () =>
      (
        await wend.query(
          `select 1 from messages where workspace_id = $1 and journey_id = $2 and status in ('queued', 'sending') limit 1`,
          [journey.workspaceId, journey.id],
        )
      ).rows.length === 0,
    { what: 'the messages to be delivered', withinSeconds: 900, everyMs: 200 },
  );
  const { seconds, ms } = spent(from, await meter.sample());
  await worker('holdDelivery');
  return { seconds, cpu: { worker: ms.worker, postgres: ms['postgres wend'] } };
};
