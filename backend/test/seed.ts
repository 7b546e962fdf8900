import { randomUUID } from 'node:crypto';
import type { JsonObject, Program } from '@wend/contract';
import { programFormat } from '@wend/engine';
import type { CommitRequest, RunIdentity } from '@wend/temporal';
import type { Database, Sql } from '../src/platform/database/index.js';

export type Seeded = { workspaceId: string; journeyId: string; versionId: string; profileId: string };

/** A workspace with a live journey (an empty program) and a profile. */
export async function seedJourney(database: Database, program: Partial<Program> = {}): Promise<Seeded> {
  const ids = { workspaceId: randomUUID(), journeyId: randomUUID(), versionId: randomUUID(), profileId: randomUUID() };
  const whole: Program = {
    format: programFormat,
    instructions: [],
    facts: [],
    firstReads: [],
    exits: [],
    names: {},
    entryPaths: [],
    eventPaths: {},
    ...program,
  };
  await database.query(`insert into workspaces (id, name) values ($1, 'Test')`, [ids.workspaceId]);
  await database.query(`insert into profiles (workspace_id, id, external_id) values ($1, $2, $3)`, [
    ids.workspaceId,
    ids.profileId,
    ids.profileId,
  ]);
  await database.query(`insert into journeys (workspace_id, id, name, draft) values ($1, $2, 'Test', '{}')`, [
    ids.workspaceId,
    ids.journeyId,
  ]);
  await database.query(`insert into journey_control (workspace_id, journey_id) values ($1, $2)`, [
    ids.workspaceId,
    ids.journeyId,
  ]);
  await database.query(`insert into programs (workspace_id, hash, format, program) values ($1, 'hash', $3, $2)`, [
    ids.workspaceId,
    JSON.stringify(whole),
    whole.format,
  ]);
  await database.query(
    `insert into journey_versions (workspace_id, id, journey_id, number, graph, program_hash, entries, reentry)
      values ($1, $2, $3, 1, '{}', 'hash', '[{"node":"entry","kind":"event","event":"Signed Up"}]', '{"rule":"never"}')`,
    [ids.workspaceId, ids.versionId, ids.journeyId],
  );
  return ids;
}

export type StoredEvent = { id: string; position: string; receivedAt: Date };

/** Stores an event as ingestion does, without its queue row. */
export async function insertEvent(
  sql: Sql,
  { workspaceId, profileId }: Seeded,
  event: { name: string; properties?: JsonObject; receivedAt?: Date; queued?: boolean },
): Promise<StoredEvent> {
  const id = randomUUID();
  const receivedAt = event.receivedAt ?? new Date();
  const [row] = await sql.query<{ position: string }>(
    `insert into events (workspace_id, id, profile_id, name, message_id, properties, time, received_at)
      values ($1, $2, $3, $4, $5, $6, $7, $7)
      returning position::text`,
    [workspaceId, id, profileId, event.name, id, JSON.stringify(event.properties ?? {}), receivedAt],
  );
  if (event.queued)
    await sql.query(
      `insert into event_queue (lane, position, workspace_id, event_id, received_at) values (0, $1, $2, $3, $4)`,
      [row!.position, workspaceId, id, receivedAt],
    );
  return { id, position: row!.position, receivedAt };
}

/** An enrollment that an event of the name `Signed Up` started. */
export async function insertEnrollment(
  database: Database,
  seeded: Seeded,
): Promise<{ identity: RunIdentity; entry: StoredEvent; snapshot: string }> {
  const entry = await insertEvent(database, seeded, { name: 'Signed Up' });
  const enrollmentId = randomUUID();
  await database.query(
    `insert into enrollments (
        workspace_id, id, journey_id, version_id, profile_id, entry_event_id, entry_received_at, workflow_id, entered_at
      )
      values ($1, $2, $3, $4, $5, $6, $7, $8, now())`,
    [
      seeded.workspaceId,
      enrollmentId,
      seeded.journeyId,
      seeded.versionId,
      seeded.profileId,
      entry.id,
      entry.receivedAt,
      `enrollment/${enrollmentId}`,
    ],
  );
  const [{ snapshot } = { snapshot: '' }] = await database.query<{ snapshot: string }>(
    'select pg_current_snapshot()::text as snapshot',
  );
  return { identity: { ...seeded, enrollmentId, origin: 'live' }, entry, snapshot };
}

export function commitOf(identity: RunIdentity, parts: Partial<CommitRequest>): CommitRequest {
  return {
    identity,
    workflowId: `enrollment/${identity.enrollmentId}`,
    step: 0,
    format: programFormat,
    at: Date.now(),
    inputs: [],
    commands: [],
    node: null,
    run: {},
    mark: null,
    since: Date.now(),
    taken: [],
    entryMark: null,
    eventPaths: {},
    listening: true,
    offered: [],
    ...parts,
  };
}
