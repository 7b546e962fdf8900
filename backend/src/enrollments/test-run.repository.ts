import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { laneOf } from '../events/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { holdProfile } from '../profiles/index.js';
import type { QueuedEvent } from './router.repository.js';

export type RunRow = {
  id: string;
  journey_id: string;
  version_id: string;
  profile_id: string;
  workflow_id: string;
  origin: 'live' | 'demo' | 'test';
  status: string;
  step: number;
  node: string | null;
  run_offset_ms: number;
  ended_at: Date | null;
  timer: Date | null;
  wait: string | null;
};

type InsertOptions = {
  id: string;
  journeyId: string;
  versionId: string;
  profileId: string;
  /** The entry that the person comes in by. */
  node: string;
  event: QueuedEvent;
  start: unknown;
  enteredAt: number;
};

@Injectable()
export class TestRunRepository {
  constructor(private readonly database: Database) {}

  async run(scope: Scope, enrollmentId: string): Promise<RunRow | null> {
    const [row] = await this.database.query<RunRow>(
      `select e.id, e.journey_id, e.version_id, e.profile_id, e.workflow_id, e.origin, e.status, e.step, e.node,
         e.run_offset_ms::float8 as run_offset_ms, e.ended_at, t.until as timer, t.wait
       from enrollments e
       left join timers t on t.workspace_id = e.workspace_id and t.enrollment_id = e.id
       where e.workspace_id = $1 and e.id = $2`,
      [scope.workspaceId, enrollmentId],
    );
    return row ?? null;
  }

  /** A person made up for a test run; reachable by push in the sandbox. */
  async makeProfile(scope: Scope, traits: JsonObject): Promise<string> {
    return this.database.transaction(async (sql) => {
      const [row] = await sql.query<{ id: string }>(
        'insert into profiles (workspace_id, traits, test) values ($1, $2, true) returning id',
        [scope.workspaceId, JSON.stringify(traits)],
      );
      if (!row) throw new Error('The profile was not stored.');
      await sql.query(`insert into devices (workspace_id, profile_id, kind, token) values ($1, $2, 'sandbox', $3)`, [
        scope.workspaceId,
        row.id,
        `test-${row.id}`,
      ]);
      return row.id;
    });
  }

  async insert(scope: Scope, run: InsertOptions): Promise<void> {
    await this.database.transaction(async (sql) => {
      const profileId = await holdProfile(scope, { sql, profileId: run.profileId });
      if (profileId === null) throw notFound('profile');
      await sql.send(
        `insert into enrollments (
           workspace_id, id, journey_id, version_id, profile_id, entry_node, entry_event_id, entry_received_at, origin,
             start, workflow_id, entered_at
         )
         values ($1, $2, $3, $4, $5, $11, $6, $7, 'test', $8, $9, $10)`,
        [
          scope.workspaceId,
          run.id,
          run.journeyId,
          run.versionId,
          profileId,
          run.event.id,
          run.event.received_at,
          JSON.stringify(run.start),
          `enrollment/${run.id}`,
          new Date(run.enteredAt),
          run.node,
        ],
      );
    });
  }

  async event(scope: Scope, id: string): Promise<QueuedEvent | null> {
    const [row] = await this.database.query<QueuedEvent>(
      `select e.position::text, e.position::text as queue_position, e.transaction::text, 0::float8 as run_offset_ms,
         0 as attempts, e.workspace_id, e.id, e.name, e.time, e.properties, e.profile_id, e.message_id, e.received_at,
         e.origin, e.enrollment_id, e.depth, pg_current_snapshot()::text as snapshot
       from events e where e.workspace_id = $1 and e.id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /**
   * Whether the router has not finished with events of the person, or messages of the run are due. Only the person's
   * lane of the queue is looked through.
   */
  async isPending(
    scope: Scope,
    { enrollmentId, profileId }: { enrollmentId: string; profileId: string },
  ): Promise<boolean> {
    const [row] = await this.database.query<{ pending: boolean }>(
      `select exists (
           select 1
           from messages m
           where m.workspace_id = $1
             and m.enrollment_id = $2
             and m.status in ('queued', 'sending')
             and m.next_attempt_at <= now()
         )
         or exists (
           select 1
           from event_queue q
           join events e on e.workspace_id = q.workspace_id and e.id = q.event_id and e.received_at = q.received_at
           where q.lane = ${laneOf('$3')} and q.workspace_id = $1 and e.profile_id = $3::uuid
         ) as pending`,
      [scope.workspaceId, enrollmentId, profileId],
    );
    return row?.pending ?? false;
  }

  /** The run's time from now on: the clock's and so many milliseconds. */
  async setOffset(scope: Scope, { enrollmentId, ms }: { enrollmentId: string; ms: number }): Promise<void> {
    await this.database.query(
      'update enrollments set run_offset_ms = $3 where workspace_id = $1 and id = $2 and ended_at is null',
      [scope.workspaceId, enrollmentId, Math.round(ms)],
    );
  }

  /** Whether a step of the run has taken this event. */
  async took(scope: Scope, { enrollmentId, eventId }: { enrollmentId: string; eventId: string }): Promise<boolean> {
    const [row] = await this.database.query<{ took: boolean }>(
      `select exists (
          select 1
          from steps s
          cross join jsonb_array_elements(s.inputs) i
          where s.workspace_id = $1
            and s.enrollment_id = $2
            and i ->> 'type' in ('event', 'exit')
            and i -> 'event' ->> 'id' = $3
        ) as took`,
      [scope.workspaceId, enrollmentId, eventId],
    );
    return row?.took ?? false;
  }
}
