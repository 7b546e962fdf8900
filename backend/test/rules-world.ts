import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '@wend/contract';
import { isTimeZone, timeZoneOf } from '../src/profiles/index.js';
import type { Database } from '../src/platform/database/index.js';

/** Times are milliseconds since 1970. */
export type WorldEvent = { name: string; time: number; properties: JsonObject; test: boolean };
export type WorldMessage = {
  journey: number;
  node: string;
  channel: string;
  test: boolean;
  told: { status: string; at: number; by: 'person' | 'machine' }[];
};
export type WorldRun = { journey: number; entered: number; ended: number | null; status: string; test: boolean };
export type WorldDevice = {
  kind: string;
  platform: string | null;
  app: string | null;
  version: string | null;
  permission: string;
};
export type WorldPerson = {
  id: string;
  traits: JsonObject;
  events: WorldEvent[];
  messages: WorldMessage[];
  runs: WorldRun[];
  devices: WorldDevice[];
  /** By channel, or by channel and topic (`email offers`). */
  consents: Record<string, string>;
  /** What was counted of messages to them, by channel. */
  learned: Record<string, { sent: number; opens: number }>;
  segments: number[];
};

/** All that rules can ask about, as TypeScript has it; `store` writes it down for SQL. */
export type World = {
  workspaceId: string;
  timeZone: string;
  country: string | null;
  journeys: string[];
  segments: string[];
  /** What topics start with, by their keys. */
  topics: Record<string, string>;
  suppressed: { channel: string; address: string }[];
  /** The same of everybody. */
  learned: Record<string, { sent: number; opens: number }>;
  people: WorldPerson[];
};

/** Percent of the people of a world that are in its global holdout. */
export const worldHoldout = 20;

/** The zone a person lives in. */
export function zoneIn(world: World, { traits }: WorldPerson): string {
  return timeZoneOf(traits) ?? (isTimeZone(world.timeZone) ? world.timeZone : 'UTC');
}

/** Writes a world into an empty workspace of its own. */
export async function store(database: Database, world: World): Promise<void> {
  const { workspaceId, people } = world;
  const insert = (text: string, rows: Json[]) => database.query(text, [workspaceId, JSON.stringify(rows)]);
  await database.query(`insert into workspaces (id, name, time_zone, country) values ($1, 'World', $2, $3)`, [
    workspaceId,
    world.timeZone,
    world.country,
  ]);
  await database.query(`insert into delivery_rules (workspace_id, kind, settings) values ($1, 'holdout', $2)`, [
    workspaceId,
    JSON.stringify({ share: worldHoldout, exceptTopics: [] }),
  ]);
  await insert(
    `insert into profiles (workspace_id, id, traits) select $1, id, traits from jsonb_to_recordset($2) as r (id uuid, traits jsonb)`,
    people.map(({ id, traits }) => ({ id, traits })),
  );
  await insert(
    `insert into journeys (workspace_id, id, name, draft) select $1, id, 'J', '{}' from jsonb_to_recordset($2) as r (id uuid)`,
    world.journeys.map((id) => ({ id })),
  );
  await insert(
    `insert into events (workspace_id, profile_id, name, message_id, properties, time, origin, enrollment_id)
      select $1, person, name, gen_random_uuid(), properties, to_timestamp(time / 1000.0), case when test then 'test' else 'live' end,
        case when test then gen_random_uuid() end
      from jsonb_to_recordset($2) as r (person uuid, name text, properties jsonb, time numeric, test boolean)`,
    people.flatMap(({ id, events }) => events.map((event) => ({ person: id, ...event }))),
  );
  await insert(
    `insert into enrollments (workspace_id, journey_id, version_id, profile_id, entry_cause, entry_received_at, origin, status, workflow_id, entered_at, ended_at)
      select $1, journey, gen_random_uuid(), person, gen_random_uuid(), now(), case when test then 'test' else 'live' end, status, gen_random_uuid(),
        to_timestamp(entered / 1000.0), to_timestamp(ended / 1000.0)
      from jsonb_to_recordset($2) as r (person uuid, journey uuid, entered numeric, ended numeric, status text, test boolean)`,
    people.flatMap(({ id, runs }) =>
      runs.map((run) => ({ ...run, person: id, journey: world.journeys[run.journey]! })),
    ),
  );
  const messages = people.flatMap(({ id, messages: all }) =>
    all.map((message) => ({ ...message, id: randomUUID(), person: id, journey: world.journeys[message.journey]! })),
  );
  await insert(
    `insert into messages (workspace_id, id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, origin, queued_at)
      select $1, id, gen_random_uuid(), journey, gen_random_uuid(), person, node, 1, channel, case when test then 'test' else 'live' end, now()
      from jsonb_to_recordset($2) as r (id uuid, person uuid, journey uuid, node text, channel text, test boolean)`,
    messages,
  );
  await insert(
    `insert into message_events (workspace_id, message_id, status, at, by)
      select $1, message, status, to_timestamp(at / 1000.0), by
      from jsonb_to_recordset($2) as r (message uuid, status text, at numeric, by text)`,
    messages.flatMap(({ id, told }) => told.map((each) => ({ message: id, ...each }))),
  );
  await insert(
    `insert into devices (workspace_id, profile_id, kind, token, permission, platform, app_id, app_version)
      select $1, person, kind, gen_random_uuid(), permission, platform, app, version
      from jsonb_to_recordset($2) as r (person uuid, kind text, permission text, platform text, app text, version text)`,
    people.flatMap(({ id, devices }) => devices.map((each) => ({ person: id, ...each }))),
  );
  await insert(
    `insert into topics (workspace_id, key, name, channels, starts, place)
      select $1, key, key, '{email}', starts, 0 from jsonb_to_recordset($2) as r (key text, starts text)`,
    Object.entries(world.topics).map(([key, starts]) => ({ key, starts })),
  );
  await insert(
    `insert into consents (workspace_id, profile_id, channel, topic, state) select $1, person, channel, topic, state
      from jsonb_to_recordset($2) as r (person uuid, channel text, topic text, state text)`,
    people.flatMap(({ id, consents }) =>
      Object.entries(consents).map(([key, state]) => {
        const [channel = '', topic = ''] = key.split(' ');
        return { person: id, channel, topic, state };
      }),
    ),
  );
  await insert(
    `insert into segments (workspace_id, id, name) select $1, id, id from jsonb_to_recordset($2) as r (id uuid)`,
    world.segments.map((id) => ({ id })),
  );
  await insert(
    `insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since) select $1, segment, 0, person, now()
      from jsonb_to_recordset($2) as r (person uuid, segment uuid)`,
    people.flatMap(({ id, segments }) => segments.map((place) => ({ person: id, segment: world.segments[place]! }))),
  );
  const counted = (learned: World['learned']) =>
    Object.entries(learned).map(([channel, counts]) => ({ channel, ...counts }));
  await insert(
    `insert into best_time_people (workspace_id, profile_id, channel, hours, opens, clicks, visits, sent)
      select $1, person, channel, '{}', opens, 0, 0, sent
      from jsonb_to_recordset($2) as r (person uuid, channel text, opens int, sent int)`,
    people.flatMap(({ id, learned }) => counted(learned).map((each) => ({ person: id, ...each }))),
  );
  await insert(
    `insert into best_time_everybody (workspace_id, channel, hours, opens, clicks, visits, sent)
      select $1, channel, '{}', opens, 0, 0, sent
      from jsonb_to_recordset($2) as r (channel text, opens int, sent int)`,
    counted(world.learned),
  );
  await insert(
    `insert into suppressions (workspace_id, channel, address, address_key, reason, source)
      select $1, channel, address, address, 'manual', 'member' from jsonb_to_recordset($2) as r (channel text, address text)`,
    world.suppressed,
  );
}

const tables = [
  'events',
  'messages',
  'message_events',
  'enrollments',
  'segment_memberships',
  'suppressions',
  'profile_changes',
  'best_time_people',
  'best_time_everybody',
];

/** Takes a world away again. */
export async function forget(database: Database, { workspaceId }: Pick<World, 'workspaceId'>): Promise<void> {
  for (const table of tables) await database.query(`delete from ${table} where workspace_id = $1`, [workspaceId]);
  await database.query('delete from workspaces where id = $1', [workspaceId]);
}
