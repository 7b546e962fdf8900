/** The rows that delivery of a message in the sandbox changes and adds, written without anything else. */
import { randomUUID } from 'node:crypto';

const batch = 500;

/** @param {import('pg').Client} client @param {{ workspaceId: string, id: string, versionId: string }} journey */
export const writeBare = async (client, { workspaceId, id, versionId }) => {
  const { rows } = await client.query(
    `select id, profile_id, enrollment_id from messages where workspace_id = $1 and journey_id = $2`,
    [workspaceId, id],
  );
  for (let at = 0; at < rows.length; at += batch)
    await writeBatch(client, { workspaceId, id, versionId, rows: rows.slice(at, at + batch) });
};

const named = (name, text) => (values) => ({ name, text, values });
const change = named(
  'bare_change',
  `update messages m
   set status = 'delivered', attempts = 1, provider = 'sandbox', provider_id = m.id, recipient = t.recipient,
     content = t.content::jsonb, sent_at = now()
   from unnest($2::uuid[], $3::text[], $4::text[]) as t (id, recipient, content)
   where m.workspace_id = $1 and m.id = t.id`,
);
const history = named(
  'bare_history',
  `insert into message_events (workspace_id, message_id, status, at, attempt, provider)
   select $1, id, status, now(), case when status = 'delivered' then 1 end, case when status = 'delivered' then 'sandbox' end
   from unnest($2::uuid[]) id, unnest(array['sent', 'delivered']) status`,
);
const ids = named('bare_ids', `insert into event_ids (key) select key from unnest($1::uuid[]) key`);
const events = named(
  'bare_events',
  `insert into events (workspace_id, id, profile_id, name, message_id, properties, time)
   select $1, t.*, now()
   from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::jsonb[]) as t (id, profile_id, name, message_id, properties)`,
);
const figures = named(
  'bare_figures',
  `insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count)
   select $1, $2, 'node', 'message:' || status, date_trunc('hour', now()), $3::int
   from unnest(array['sent', 'delivered']) status`,
);

const writeBatch = async (client, { workspaceId, id, versionId, rows }) => {
  const messageIds = rows.map((row) => row.id);
  const told = rows.flatMap((row) => ['sent', 'delivered'].map((state) => ({ ...row, state })));
  const content = JSON.stringify({
    text: `Hi Ann, your order ${id.slice(0, 8)} is on its way.`,
    parts: 1,
    encoding: 'gsm',
  });
  await client.query('begin');
  await client.query(change([workspaceId, messageIds, rows.map(() => '+491710000000'), rows.map(() => content)]));
  await client.query(history([workspaceId, messageIds]));
  await client.query(ids([told.map(() => randomUUID())]));
  await client.query(
    events([
      workspaceId,
      told.map(() => randomUUID()),
      told.map((row) => row.profile_id),
      told.map(({ state }) => `$message_${state}`),
      told.map((row) => `wend:${row.id}:${row.state}`),
      told.map((row) =>
        JSON.stringify({
          messageId: row.id,
          enrollmentId: row.enrollment_id,
          journeyId: id,
          nodeId: 'node',
          visit: 1,
          channel: 'sms',
        }),
      ),
    ]),
  );
  await client.query(figures([workspaceId, versionId, rows.length]));
  await client.query('commit');
};
