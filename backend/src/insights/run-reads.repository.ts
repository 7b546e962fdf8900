import { Injectable } from '@nestjs/common';
import { messageEvents, unsubscribedEvent } from '@wend/contract';
import type {
  Channel,
  EnrollmentSummary,
  Graph,
  StepInput,
  JsonObject,
  MessageOutcome,
  ProfileEvent,
  RunActionDetail,
  Visit,
} from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import {
  cursorTime,
  decodeCursor,
  displayName,
  nameMatches,
  namePatterns,
  pageOf,
  timeZoneOf,
} from '../profiles/index.js';

/** `expanded`: with the steps of its sub-journeys, where it has any. */
type VersionGraphs = { graph: Graph; expanded: Graph | null };
type Status = EnrollmentSummary['status'];
export type RunRow = {
  id: string;
  journey_id: string;
  journey_name: string;
  version: number;
  version_id: string;
  status: Status;
  profile_id: string;
  external_id: string | null;
  traits: JsonObject;
  origin: EnrollmentSummary['origin'];
  node: string | null;
  node_since: Date | null;
  entered_at: Date;
  ended_at: Date | null;
  end_reason: string | null;
  held: boolean;
  /** Of the control group or not; null where the journey had no holdout. */
  control: boolean | null;
  goals: string[];
  workflow_id: string;
  entry_node: string | null;
  /** What let the person in, where that was no event. */
  entry_cause: string | null;
  /** Null where the run came in by an entry without an event. */
  entry_event_id: string | null;
  run_offset_ms: number;
};
export type EventRow = { id: string; name: string; time: Date; received_at: Date; properties: JsonObject };

export type RunFilter = {
  node?: string | undefined;
  visited?: string | undefined;
  port?: string | undefined;
  outcome?: MessageOutcome | undefined;
  reason?: string | undefined;
  goal?: string | undefined;
  version?: number | undefined;
  status?: Status | undefined;
  search?: string | undefined;
  test: boolean;
};

/**
 * Messages (m) that came to an outcome, as the figures count them; states that few come to are looked up by their
 * index.
 */
const outcomes: Record<MessageOutcome, string> = {
  queued: "m.status in ('queued', 'sending')",
  sent: passedState('sent'),
  delivered: passedState('delivered'),
  opened: passedState('opened'),
  clicked: passedState('clicked'),
  failed: "m.status in ('failed', 'bounced')",
  suppressed: "m.status = 'suppressed'",
  unknown: "m.status = 'unknown'",
};

function passedState(status: MessageOutcome): string {
  return `exists (
      select 1
      from message_events x
      where x.workspace_id = m.workspace_id and x.message_id = m.id and x.status = '${status}' and x.by = 'person'
    )`;
}

/** The conditions on what a run has passed, each only when it is asked for; adds what they compare with to `values`. */
function passedBy({ visited, port, outcome, reason, goal, version }: RunFilter, values: unknown[]): string {
  const value = (each: unknown) => `$${values.push(each)}`;
  const parts: string[] = [];
  if (version !== undefined)
    parts.push(
      `e.version_id = (
          select v.id from journey_versions v
          where v.workspace_id = $1 and v.journey_id = $2 and v.number = ${value(version)}
        )`,
    );
  if (goal !== undefined)
    parts.push(
      `exists (
          select 1
          from goal_hits h
          where h.workspace_id = e.workspace_id and h.enrollment_id = e.id and h.goal = ${value(goal)}
        )`,
    );
  if (visited !== undefined && outcome !== undefined) {
    const why = reason === undefined ? '' : ` and coalesce(m.reason, 'other') = ${value(reason)}`;
    parts.push(
      `exists (
          select 1
          from messages m
          where m.workspace_id = e.workspace_id
            and m.journey_id = e.journey_id
            and m.enrollment_id = e.id
            and m.node = ${value(visited)}
            and ${outcomes[outcome]}${why}
        )`,
    );
  } else if (visited !== undefined) {
    const way = port === undefined ? '' : ` and w.port = ${value(port)}`;
    parts.push(
      `exists (
          select 1
          from visits w
          where w.workspace_id = e.workspace_id and w.enrollment_id = e.id and w.node = ${value(visited)}${way}
        )`,
    );
  }
  return parts.map((part) => `\n          and ${part}`).join('');
}

/** A version without a number is the snapshot of the draft that a test run was started from: it shows as version 0. */
const runsOf = (chosen: string): string => `
  e.id, e.journey_id, j.name as journey_name, coalesce(v.number, 0) as version, e.version_id, e.status, e.profile_id, p.external_id, p.traits, e.origin, e.node, e.node_since,
  e.entered_at, e.ended_at, e.end_reason, e.held, e.control, e.workflow_id, e.entry_node, e.entry_cause, e.entry_event_id, e.run_offset_ms::float8 as run_offset_ms,
  array(
    select g.definition ->> 'name'
    from journey_goals g
    where g.workspace_id = e.workspace_id and g.version_id = e.version_id and exists (
      select 1 from goal_hits h
      where h.workspace_id = e.workspace_id and h.enrollment_id = e.id and h.goal = g.goal
    )
    order by g.goal
  ) as goals
  from ${chosen} e
  join journeys j on j.workspace_id = e.workspace_id and j.id = e.journey_id
  join journey_versions v on v.workspace_id = e.workspace_id and v.id = e.version_id
  join profiles p on p.workspace_id = e.workspace_id and p.id = e.profile_id`;

/** Runs and their records, for lists and replay. Reads only. */
@Injectable()
export class RunReads {
  constructor(private readonly database: Database) {}

  async journeyExists(scope: Scope, id: string): Promise<boolean> {
    return (
      (await this.database.query('select 1 from journeys where workspace_id = $1 and id = $2', [scope.workspaceId, id]))
        .length > 0
    );
  }

  /**
   * Runs of a journey, newest first; those that are being started are running. With `node` and no status: the people
   * who are there now; with `visited`: all who ever came to that node, or left it by `port`, or whose message of it
   * came to `outcome`; with `goal`: those that reached it.
   */
  async list(
    scope: Scope,
    query: RunFilter & { journeyId: string; cursor?: string | undefined; limit: number },
  ): Promise<{ rows: RunRow[]; next: string | null }> {
    const after = decodeCursor(query.cursor);
    const { words, digits } = namePatterns(query.search);
    const values: unknown[] = [
      scope.workspaceId,
      query.journeyId,
      query.test,
      query.node ?? null,
      query.status ?? null,
      after?.at ?? null,
      after?.id ?? null,
      query.limit + 1,
    ];
    const passed = passedBy(query, values);
    const value = (each: unknown): string => `$${values.push(each)}`;
    const named =
      words === null
        ? ''
        : `
          join profiles p on p.workspace_id = e.workspace_id and p.id = e.profile_id
            and ${nameMatches({ words: value(words), digits: value(digits), profile: 'p' })}`;
    const rows = await this.database.query<RunRow & { cursor: string }>(
      `select ${cursorTime('e.created_at')} as cursor, ${runsOf(`(
          select e.* from enrollments e${named}
          where e.workspace_id = $1 and e.journey_id = $2 and (e.origin = 'test') = $3
            and ($4::text is null or (e.node = $4 and ($5::text is not null or e.ended_at is null)))
            and ($5::text is null or e.status = $5 or ($5 = 'running' and e.ended_at is null))${passed}
            and ($6::timestamptz is null or e.created_at < $6 or (e.created_at = $6 and e.id > $7::uuid))
          order by e.created_at desc, e.id limit $8
        )`)}
        order by e.created_at desc, e.id`,
      values,
      { assembled: true },
    );
    return pageOf(rows, query.limit);
  }

  async find(scope: Scope, id: string): Promise<RunRow | null> {
    return (
      (
        await this.database.query<RunRow>(`select ${runsOf('enrollments')} where e.workspace_id = $1 and e.id = $2`, [
          scope.workspaceId,
          id,
        ])
      )[0] ?? null
    );
  }

  async ofProfile(scope: Scope, profileId: string): Promise<RunRow[]> {
    return this.database.query<RunRow>(
      `select ${runsOf('enrollments')} where e.workspace_id = $1 and e.profile_id = $2 order by e.created_at desc limit 50`,
      [scope.workspaceId, profileId],
    );
  }

  async version(scope: Scope, versionId: string): Promise<(VersionGraphs & { program: unknown; hash: string }) | null> {
    const [row] = await this.database.query<VersionGraphs & { program: unknown; hash: string }>(
      `select v.graph, v.expanded, p.program, p.hash
        from journey_versions v
        join programs p on p.workspace_id = v.workspace_id and p.hash = v.program_hash
        where v.workspace_id = $1 and v.id = $2`,
      [scope.workspaceId, versionId],
    );
    return row ?? null;
  }

  /** Versions of a journey by their numbers. */
  async versions(
    scope: Scope,
    { journeyId, numbers }: { journeyId: string; numbers: number[] },
  ): Promise<(VersionGraphs & { version: number; program: unknown; programHash: string })[]> {
    if (numbers.length === 0) return [];
    return this.database.query(
      `select v.number as version, v.graph, v.expanded, p.program, p.hash as "programHash"
        from journey_versions v
        join programs p on p.workspace_id = v.workspace_id and p.hash = v.program_hash
        where v.workspace_id = $1 and v.journey_id = $2 and v.number = any($3::int[])
        order by v.number`,
      [scope.workspaceId, journeyId, numbers],
    );
  }

  async steps(scope: Scope, enrollmentId: string): Promise<{ step: number; at: Date; inputs: StepInput[] }[]> {
    return this.database.query(
      'select step, at, inputs from steps where workspace_id = $1 and enrollment_id = $2 order by step',
      [scope.workspaceId, enrollmentId],
    );
  }

  async visits(scope: Scope, enrollmentId: string): Promise<Visit[]> {
    const rows = await this.database.query<{
      node: string;
      visit: number;
      entered_at: Date;
      left_at: Date | null;
      port: string | null;
      trace: unknown;
    }>(
      `select node, visit, entered_at, left_at, port, trace
        from visits
        where workspace_id = $1 and enrollment_id = $2
        order by step, place`,
      [scope.workspaceId, enrollmentId],
    );
    return rows.map(({ node, visit, entered_at, left_at, port, trace }) => ({
      node,
      visit,
      enteredAt: entered_at.toISOString(),
      leftAt: left_at?.toISOString() ?? null,
      port,
      trace: trace ?? null,
    }));
  }

  /** What the run asked for, in its order. */
  async actions(scope: Scope, enrollmentId: string): Promise<Omit<RunActionDetail, 'batch'>[]> {
    const rows = await this.database.query<Omit<RunActionDetail, 'settledAt' | 'batch'> & { settled_at: Date | null }>(
      `select node, visit, kind, state, attempts, result, error, settled_at
        from run_actions
        where workspace_id = $1 and enrollment_id = $2
        order by position`,
      [scope.workspaceId, enrollmentId],
    );
    return rows.map(({ settled_at, ...action }) => ({ ...action, settledAt: settled_at?.toISOString() ?? null }));
  }

  /** What the run waits for: when its timer is due, and names of events, exit criteria left out. */
  async wait(scope: Scope, enrollmentId: string): Promise<{ until: Date | null; events: string[] }> {
    const [row] = await this.database.query<{ until: Date | null; events: string[] }>(
      `select (select until from timers where workspace_id = $1 and enrollment_id = $2) as until,
              array(
                select distinct event_name
                from waits
                where workspace_id = $1 and enrollment_id = $2 and wait not like 'exit:%'
                order by 1
              ) as events`,
      [scope.workspaceId, enrollmentId],
    );
    return row ?? { until: null, events: [] };
  }

  /**
   * What the person did from shortly before entry on, and the event that the run began by, if there is one, however late it came; at most 500,
   * oldest first.
   */
  async events(
    scope: Scope,
    {
      profileId,
      from,
      entryEventId,
      enrollmentId,
    }: { profileId: string; from: Date; entryEventId: string | null; enrollmentId: string },
  ): Promise<ProfileEvent[]> {
    const rows = await this.database.query<EventRow>(
      `(select id, name, time, received_at, properties, position from events
         where workspace_id = $1 and profile_id = $2 and time >= $3 and (origin <> 'test' or enrollment_id = $4) order by time limit 500)
       union (select id, name, time, received_at, properties, position from events where workspace_id = $1 and id = $5)
       order by time, position`,
      [scope.workspaceId, profileId, from, enrollmentId, entryEventId],
    );
    return this.told(scope, rows);
  }

  /**
   * The last events of a person, test runs left out, newest first; of one instant the later state of a message comes
   * first.
   */
  async recentEvents(scope: Scope, profileId: string): Promise<ProfileEvent[]> {
    const rows = await this.database.query<EventRow & { position: string }>(
      `select id, name, time, received_at, properties, position
        from events
        where workspace_id = $1 and profile_id = $2 and origin <> 'test'
        order by time desc, position desc
        limit 100`,
      [scope.workspaceId, profileId],
    );
    return this.told(
      scope,
      rows
        .map((row, index) => ({ row, index }))
        .sort(newestFirst)
        .map(({ row }) => row),
    );
  }

  /** Events of messages name their step and journey by ids that nobody can read. */
  async told(scope: Scope, rows: EventRow[]): Promise<ProfileEvent[]> {
    const idOf = (row: EventRow) =>
      messageEventOrder.has(row.name) && uuid.test(String(row.properties['messageId']))
        ? String(row.properties['messageId'])
        : null;
    const ids = [...new Set(rows.flatMap((row) => idOf(row) ?? []))];
    const named =
      ids.length === 0
        ? []
        : await this.database.query<{ id: string; channel: Channel; journey: string; node: string }>(
            `select m.id, m.channel, j.name as journey, coalesce(v.running #>> array['nodes', m.node, 'name'], m.node) as node
         from messages m
         join journeys j on j.workspace_id = m.workspace_id and j.id = m.journey_id
         left join journey_versions v on v.workspace_id = m.workspace_id and v.id = m.version_id
        where m.workspace_id = $1 and m.id = any($2::uuid[])`,
            [scope.workspaceId, ids],
          );
    const names = new Map(named.map(({ id, ...about }) => [id, about]));
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      time: row.time.toISOString(),
      receivedAt: row.received_at.toISOString(),
      properties: row.properties,
      about: names.get(idOf(row) ?? '') ?? null,
    }));
  }

  /** Channels that the person has left, and when (clock). */
  async unsubscribed(scope: Scope, profileId: string): Promise<{ channel: Channel; at: Date }[]> {
    return this.database.query(
      `select channel, at
        from consents
        where workspace_id = $1 and profile_id = $2 and state = 'unsubscribed'
        order by at, channel`,
      [scope.workspaceId, profileId],
    );
  }
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** The run whose step started this one, by the name of what let the person in. */
export function causingRunOf({ entry_cause: cause }: Pick<RunRow, 'entry_cause'>): string | null {
  return /^run\/([0-9a-f-]{36})\//.exec(cause ?? '')?.[1] ?? null;
}

/**
 * Events of a message in the order in which it goes through its states; several can share an instant, and a click is
 * told before the opening it implies.
 */
const messageEventOrder = new Map<string, number>(
  [...Object.values(messageEvents), unsubscribedEvent].map((name, index) => [name, index]),
);

function newestFirst(a: { row: EventRow; index: number }, b: { row: EventRow; index: number }): number {
  const states = (messageEventOrder.get(b.row.name) ?? -1) - (messageEventOrder.get(a.row.name) ?? -1);
  const same =
    a.row.properties['messageId'] === b.row.properties['messageId'] &&
    messageEventOrder.has(a.row.name) &&
    messageEventOrder.has(b.row.name);
  return b.row.time.getTime() - a.row.time.getTime() || (same ? states : 0) || a.index - b.index;
}

export function runSummaryOf(row: RunRow): EnrollmentSummary {
  return {
    id: row.id,
    journeyId: row.journey_id,
    journeyName: row.journey_name,
    version: row.version,
    status: row.status,
    profile: {
      id: row.profile_id,
      name: displayName({ traits: row.traits, externalId: row.external_id }),
      externalId: row.external_id,
      timeZone: timeZoneOf(row.traits),
    },
    origin: row.origin,
    node: row.node,
    nodeSince: row.node_since?.toISOString() ?? null,
    enteredAt: row.entered_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    endReason: row.end_reason,
    held: row.held,
    control: row.control,
    goals: row.goals,
  };
}
