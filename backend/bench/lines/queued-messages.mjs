/** Messages that wait to be sent, as commits queue them. */
import { randomUUID } from 'node:crypto';
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

/** New people; known by the name of their group. `traits`: beside those that everybody has. */
export const makePeople = async ({ wend }, { workspaceId, count, traits = {} }) => {
  const group = randomUUID();
  await wend.query(
    `insert into profiles (workspace_id, external_id, last_seen_at, traits)
     select $1, $2::uuid || '-' || n, now(), jsonb_build_object('name', 'Ann ' || n, 'plan', 'gold', 'city', 'Seoul',
       'email', 'ann' || n || '@example.com', 'phone', '+4917' || (10000000 + n)) || $4::jsonb
     from generate_series(1, $3::int) n`,
    [workspaceId, group, count, JSON.stringify(traits)],
  );
  return group;
};

/**
 * Runs of a group's people that have queued a message each, `each` of them per person. They are due one person after
 * the other, also those of several journeys. `lane`: 4,096 for those of many people.
 */
export const queueFor = async (
  { wend },
  { journey: { workspaceId, id, versionId, channel }, group, each = 1, lane = 0 },
) =>
  wend.query(
    `with people as (
       select id as profile_id, split_part(external_id, '-', 6)::int as place
       from profiles
       where workspace_id = $1 and starts_with(external_id, $2::uuid || '-')
     ), runs as (
       insert into enrollments (
         workspace_id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, origin, status,
           workflow_id, entered_at
       )
       select $1, $3, $4, profile_id, gen_random_uuid(), now(), 'live', 'running', 'bench', now()
       from people
       cross join generate_series(1, $6::int)
       returning id, profile_id
     )
     insert into messages (
       workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, origin, data, queued_at,
         next_attempt_at, lane
     )
     select $1, r.id, $3, $4, r.profile_id, 'node', 1, $5, 'live',
       jsonb_build_object('run', '{}'::jsonb, 'event', 'Order shipped',
         'entry', jsonb_build_object('order', 'A-' || left(r.id::text, 8), 'value', 12.5)), due.at, due.at, $7
     from runs r
     join people p on p.profile_id = r.profile_id
     cross join lateral (select now() - interval '1 second' + p.place * interval '1 microsecond' as at) due`,
    [workspaceId, group, id, versionId, channel, each, lane],
  );

/** What queueing left to be done is not counted as delivering. */
export const settleTables = async ({ wend, admin }) => {
  await wend.query('vacuum analyze profiles, enrollments, messages, message_events, events, event_ids');
  await admin.query('checkpoint');
};

/** People with a run each that has queued its message. */
export const queueMessages = async (system, { journey, messages, lane = 0 }) => {
  const group = await makePeople(system, { workspaceId: journey.workspaceId, count: messages });
  await queueFor(system, { journey, group, lane });
  await settleTables(system);
  return group;
};

/** Whether messages of journeys are not at their end yet. */
export const areLeft = async ({ wend }, journeys) => {
  const { rows } = await wend.query(
    `select 1 from messages
     where workspace_id = $1 and journey_id = any($2::uuid[]) and status in ('queued', 'sending') limit 1`,
    [journeys[0].workspaceId, journeys.map(({ id }) => id)],
  );
  return rows.length > 0;
};
