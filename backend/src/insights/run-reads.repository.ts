import { Injectable } from '@nestjs/common';
import type { EnrollmentSummary, Graph, Input, JsonObject, Visit } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { cursorTime, decodeCursor, displayName, likePattern, pageOf, timeZoneOf } from '../profiles/index.js';

type Status = EnrollmentSummary['status'];
export type RunRow = {
  id: string; journey_id: string; journey_name: string; version: number; version_id: string; status: Status; profile_id: string; external_id: string | null; traits: JsonObject;
  origin: EnrollmentSummary['origin']; node: string | null; node_since: Date | null; entered_at: Date; ended_at: Date | null; end_reason: string | null; held: boolean;
  workflow_id: string; entry_event_id: string; run_offset_ms: number;
};
export type EventRow = { id: string; name: string; time: Date; received_at: Date; properties: JsonObject };

/** A version without a number is the snapshot of the draft that a test run was started from: it shows as version 0. */
const runs = `
  e.id, e.journey_id, j.name as journey_name, coalesce(v.number, 0) as version, e.version_id, e.status, e.profile_id, p.external_id, p.traits, e.origin, e.node, e.node_since,
  e.entered_at, e.ended_at, e.end_reason, e.held, e.workflow_id, e.entry_event_id, e.run_offset_ms::float8 as run_offset_ms
  from enrollments e
  join journeys j on j.workspace_id = e.workspace_id and j.id = e.journey_id
  join journey_versions v on v.workspace_id = e.workspace_id and v.id = e.version_id
  join profiles p on p.workspace_id = e.workspace_id and p.id = e.profile_id`;

/** Runs and their records, for lists and replay. Reads only. */
@Injectable()
export class RunReads {
  constructor(private readonly database: Database) {}

  async journeyExists(scope: Scope, id: string): Promise<boolean> {
    return (await this.database.query('select 1 from journeys where workspace_id = $1 and id = $2', [scope.workspaceId, id])).length > 0;
  }

  /** Runs of a journey, newest first. With `node` and no status: the people who are there now; with `visited`: all who ever came to that node. */
  async list(scope: Scope, query: { journeyId: string; cursor?: string | undefined; limit: number; search?: string | undefined; node?: string | undefined; visited?: string | undefined; status?: Status | undefined; test: boolean }): Promise<{ rows: RunRow[]; next: string | null }> {
    const after = decodeCursor(query.cursor);
    const term = query.search?.trim();
    const rows = await this.database.query<RunRow & { cursor: string }>(
      `select ${cursorTime('e.created_at')} as cursor, ${runs}
        where e.workspace_id = $1 and e.journey_id = $2 and (e.origin = 'test') = $3
          and ($4::text is null or (e.node = $4 and ($5::text is not null or e.ended_at is null)))
          and ($5::text is null or e.status = $5)
          and ($10::text is null or exists (select 1 from visits w where w.workspace_id = e.workspace_id and w.enrollment_id = e.id and w.node = $10))
          and ($6::text is null or p.external_id ilike $6 or p.traits->>'email' ilike $6 or p.traits->>'name' ilike $6
               or concat_ws(' ', coalesce(p.traits->>'first_name', p.traits->>'firstName'), coalesce(p.traits->>'last_name', p.traits->>'lastName')) ilike $6)
          and ($7::timestamptz is null or e.created_at < $7 or (e.created_at = $7 and e.id > $8::uuid))
        order by e.created_at desc, e.id limit $9`,
      [scope.workspaceId, query.journeyId, query.test, query.node ?? null, query.status ?? null, term ? likePattern(term) : null, after?.at ?? null, after?.id ?? null, query.limit + 1, query.visited ?? null],
    );
    return pageOf(rows, query.limit);
  }

  async find(scope: Scope, id: string): Promise<RunRow | null> {
    return (await this.database.query<RunRow>(`select ${runs} where e.workspace_id = $1 and e.id = $2`, [scope.workspaceId, id]))[0] ?? null;
  }

  async ofProfile(scope: Scope, profileId: string): Promise<RunRow[]> {
    return this.database.query<RunRow>(`select ${runs} where e.workspace_id = $1 and e.profile_id = $2 order by e.created_at desc limit 50`, [scope.workspaceId, profileId]);
  }

  async version(scope: Scope, versionId: string): Promise<{ graph: Graph; program: unknown; hash: string } | null> {
    const [row] = await this.database.query<{ graph: Graph; program: unknown; hash: string }>(
      'select v.graph, p.program, p.hash from journey_versions v join programs p on p.workspace_id = v.workspace_id and p.hash = v.program_hash where v.workspace_id = $1 and v.id = $2',
      [scope.workspaceId, versionId],
    );
    return row ?? null;
  }

  async steps(scope: Scope, enrollmentId: string): Promise<{ step: number; at: Date; inputs: Input[] }[]> {
    return this.database.query('select step, at, inputs from steps where workspace_id = $1 and enrollment_id = $2 order by step', [scope.workspaceId, enrollmentId]);
  }

  async visits(scope: Scope, enrollmentId: string): Promise<Visit[]> {
    const rows = await this.database.query<{ node: string; visit: number; entered_at: Date; left_at: Date | null; port: string | null; trace: unknown }>(
      'select node, visit, entered_at, left_at, port, trace from visits where workspace_id = $1 and enrollment_id = $2 order by step, place',
      [scope.workspaceId, enrollmentId],
    );
    return rows.map(({ node, visit, entered_at, left_at, port, trace }) => ({ node, visit, enteredAt: entered_at.toISOString(), leftAt: left_at?.toISOString() ?? null, port, trace: trace ?? null }));
  }

  /** What the run waits for: when its timer is due, and names of events, exit criteria left out. */
  async wait(scope: Scope, enrollmentId: string): Promise<{ until: Date | null; events: string[] }> {
    const [row] = await this.database.query<{ until: Date | null; events: string[] }>(
      `select (select until from timers where workspace_id = $1 and enrollment_id = $2) as until,
              array(select distinct event_name from waits where workspace_id = $1 and enrollment_id = $2 and wait not like 'exit:%' order by 1) as events`,
      [scope.workspaceId, enrollmentId],
    );
    return row ?? { until: null, events: [] };
  }

  /** What the person did from shortly before entry on, and the entry event itself however late it came; at most 500, oldest first. */
  async events(scope: Scope, { profileId, from, entryEventId, enrollmentId }: { profileId: string; from: Date; entryEventId: string; enrollmentId: string }): Promise<EventRow[]> {
    return this.database.query<EventRow>(
      `(select id, name, time, received_at, properties from events
         where workspace_id = $1 and profile_id = $2 and time >= $3 and (origin <> 'test' or enrollment_id = $4) order by time limit 500)
       union (select id, name, time, received_at, properties from events where workspace_id = $1 and id = $5)
       order by time`,
      [scope.workspaceId, profileId, from, enrollmentId, entryEventId],
    );
  }

  /** The last events of a person, test runs left out, newest first. */
  async recentEvents(scope: Scope, profileId: string): Promise<EventRow[]> {
    return this.database.query<EventRow>("select id, name, time, received_at, properties from events where workspace_id = $1 and profile_id = $2 and origin <> 'test' order by time desc limit 100", [scope.workspaceId, profileId]);
  }
}

export function runSummaryOf(row: RunRow): EnrollmentSummary {
  return {
    id: row.id, journeyId: row.journey_id, journeyName: row.journey_name, version: row.version, status: row.status,
    profile: { id: row.profile_id, name: displayName({ traits: row.traits, externalId: row.external_id }), externalId: row.external_id, timeZone: timeZoneOf(row.traits) },
    origin: row.origin, node: row.node, nodeSince: row.node_since?.toISOString() ?? null, enteredAt: row.entered_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null, endReason: row.end_reason, held: row.held,
  };
}

export function profileEventOf(row: EventRow): { id: string; name: string; time: string; receivedAt: string; properties: JsonObject } {
  return { id: row.id, name: row.name, time: row.time.toISOString(), receivedAt: row.received_at.toISOString(), properties: row.properties };
}
