/** Messages that wait to be sent, as commits queue them. */
import { graphOf } from '../graphs.mjs';

/** A live journey of one message step, that begins by an event of its name. */
export const journeyWith = async ({ product, wend }, { title, step: { channel, type, config } }) => {
  const name = `Sandbox ${title}`;
  const id = await product.publish({
    name,
    graph: graphOf([
      { id: 'entry', type: 'wend/entry-event', config: { event: name }, to: { next: 'node' } },
      { id: 'node', type, config },
    ]),
  });
  const { rows } = await wend.query(
    `select id from journey_versions where workspace_id = $1 and journey_id = $2 order by number desc limit 1`,
    [product.workspaceId, id],
  );
  return { workspaceId: product.workspaceId, id, versionId: rows[0].id, channel, event: name };
};

/** People with a run each that has queued its message. `lane`: 4,096 for those of many people. */
export const queueMessages = async (
  { wend, admin },
  { journey: { workspaceId, id, versionId, channel }, messages, lane = 0 },
) => {
  await wend.query(
    `with people as (
       insert into profiles (workspace_id, external_id, last_seen_at, traits)
       select $1, $2::uuid || '-' || n, now(), jsonb_build_object('name', 'Ann ' || n, 'plan', 'gold', 'city', 'Seoul',
         'email', 'ann' || n || '@example.com', 'phone', '+4917' || (10000000 + n))
       from generate_series(1, $5::int) n
       returning id
     ), runs as (
       insert into enrollments (
         workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, origin, status,
           workflow_id, entered_at
       )
       select $1, $2, $3, id, gen_random_uuid(), now(), 'live', 'running', 'bench', now() from people
       returning id, profile_id
     )
     insert into messages (
       workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, origin, data, queued_at, lane
     )
     select $1, id, $2, $3, profile_id, 'node', 1, $4, 'live',
       jsonb_build_object('run', '{}'::jsonb, 'event', 'Order shipped',
         'entry', jsonb_build_object('order', 'A-' || left(id::text, 8), 'value', 12.5)), now(), $6
     from runs`,
    [workspaceId, id, versionId, channel, messages, lane],
  );
  // What queueing left to be done is not counted as delivering.
  await wend.query('vacuum analyze profiles, enrollments, messages, message_events, events, event_ids');
  await admin.query('checkpoint');
};
