import { Injectable } from '@nestjs/common';
import type { AlarmKind, AlarmNews, AlarmTargetKind } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { Subject } from './kind.js';

export type OpenAlarm = Subject & {
  id: string;
  kind: AlarmKind;
  name: string;
  summary: string;
  advice: string;
  /** Since when nothing is wrong; null while something is. Seconds. */
  calmSeconds: number | null;
  tellings: number;
  /** Since it was told last. */
  toldSeconds: number | null;
  trippedAt: Date | null;
  trip: string | null;
  resumedAt: Date | null;
};
export type ListedAlarm = Omit<OpenAlarm, 'calmSeconds' | 'toldSeconds' | 'tellings'> & {
  raisedAt: Date;
  /** To the microsecond, for the following page. */
  raisedExactly: string;
  seenAt: Date;
  clearedAt: Date | null;
  told: {
    target: string;
    targetKind: AlarmTargetKind;
    what: AlarmNews;
    state: 'waiting' | 'told' | 'dropped';
    at: string;
    error: string | null;
  }[];
};
export type AlarmCursor = { at: string; id: string };
type Said = { name: string; summary: string; advice: string; figures: object };

const columns = `a.workspace_id as "workspaceId", a.id, a.kind, a.journey_id as "journeyId",
  a.connection_id as "connectionId", a.name, a.summary, a.advice, a.tripped_at as "trippedAt", a.trip,
  a.resumed_at as "resumedAt"`;
const openColumns = `${columns}, extract(epoch from now() - a.calm_since)::float8 as "calmSeconds", a.tellings,
  extract(epoch from now() - a.told_at)::float8 as "toldSeconds"`;
const told = `coalesce((
  select jsonb_agg(
    jsonb_build_object('target', n.target, 'targetKind', n.kind, 'what', n.what, 'state', n.state, 'error', n.error,
      'at', to_char(coalesce(n.told_at, n.created_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    order by n.created_at desc, n.number desc
  )
  from (
    select n.*, t.name as target, t.kind
    from alarm_notices n
    join alarm_targets t on t.workspace_id = n.workspace_id and t.id = n.target_id
    where n.workspace_id = a.workspace_id and n.alarm_id = a.id
    order by n.created_at desc, n.number desc
    limit 10
  ) n
), '[]')`;

const listedColumns = `a.raised_at as "raisedAt", a.seen_at as "seenAt", a.cleared_at as "clearedAt", ${told} as told,
  to_char(a.raised_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "raisedExactly"`;

/** Alarms from when they are raised until they are cleared, and after that. */
@Injectable()
export class AlarmRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /** True for one process in so many seconds. Without scope: one process looks at all workspaces. */
  async claimLook(seconds: number): Promise<boolean> {
    const rows = await this.database.query(
      `update alarm_clock c
       set looked_at = now()
       from (
         select one from alarm_clock where looked_at <= now() - $1 * interval '1 second' for update skip locked
       ) due
       where c.one = due.one
       returning c.one`,
      [seconds],
    );
    return rows.length > 0;
  }

  /**
   * Writes down which journeys and connections go on again that the breaker had stopped. Without scope: it looks at all
   * workspaces.
   */
  async noteResumed(): Promise<void> {
    await this.database.query(
      `update alarms a
       set resumed_at = case
         when a.journey_id is null then now()
         else coalesce(
           (
             select c.changed_at
             from journey_control c
             where c.workspace_id = a.workspace_id and c.journey_id = a.journey_id
           ),
             now()
         )
       end
       where a.cleared_at is null
         and a.tripped_at is not null
         and (a.resumed_at is null or a.resumed_at < a.tripped_at)
         and not exists (
           select 1
           from journey_control c
           where c.workspace_id = a.workspace_id and c.journey_id = a.journey_id and c.state = 'paused'
         )
         and not exists (
           select 1
           from connections k
           where k.workspace_id = a.workspace_id and k.id = a.connection_id and not k.enabled
         )`,
    );
  }

  /** All that are open, of a kind. Without scope: it looks at all workspaces, and each row says which. */
  open(kind: AlarmKind): Promise<OpenAlarm[]> {
    return this.database.query<OpenAlarm>(
      `select ${openColumns} from alarms a where a.kind = $1 and a.cleared_at is null`,
      [kind],
    );
  }

  /** Locked until the transaction ends; null when it was cleared meanwhile. */
  async lock(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<OpenAlarm | null> {
    const [row] = await sql.query<OpenAlarm>(
      `select ${openColumns} from alarms a
       where a.workspace_id = $1 and a.id = $2 and a.cleared_at is null
       for update`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** Null when another process has raised it. */
  async raise(
    scope: Scope,
    {
      sql,
      kind,
      journeyId,
      connectionId,
      said,
    }: Omit<Subject, 'workspaceId'> & { sql: Sql; kind: AlarmKind; said: Said },
  ): Promise<OpenAlarm | null> {
    const [row] = await sql.query<OpenAlarm>(
      `insert into alarms as a (workspace_id, kind, journey_id, connection_id, name, summary, advice, figures)
       values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb)
       on conflict (workspace_id, kind, journey_id, connection_id) where cleared_at is null do nothing
       returning ${openColumns}`,
      [
        scope.workspaceId,
        kind,
        journeyId,
        connectionId,
        said.name,
        said.summary,
        said.advice,
        JSON.stringify(said.figures),
      ],
    );
    return row ?? null;
  }

  /** It lasts: as it is now. */
  async seen(scope: Scope, { sql, id, said }: { sql: Sql; id: string; said: Said }): Promise<void> {
    await sql.query(
      `update alarms
       set seen_at = now(), calm_since = null, name = $3, summary = $4, advice = $5, figures = $6::jsonb
       where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id, said.name, said.summary, said.advice, JSON.stringify(said.figures)],
    );
  }

  /** `calm` true: nothing is wrong from now on, or since it was noted; false: something is. */
  async setCalm(scope: Scope, { sql, id, calm }: { sql: Sql; id: string; calm: boolean }): Promise<void> {
    await sql.query(
      `update alarms
       set calm_since = case when $3 then coalesce(calm_since, now()) end
       where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id, calm],
    );
  }

  async clear(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<void> {
    await sql.query('update alarms set cleared_at = now() where workspace_id = $1 and id = $2', [
      scope.workspaceId,
      id,
    ]);
  }

  /** What the breaker did (`acted`), or why it did nothing. */
  async trip(
    scope: Scope,
    { sql, id, note, acted }: { sql: Sql; id: string; note: string; acted: boolean },
  ): Promise<void> {
    await sql.query(
      `update alarms
       set trip = $3, tripped_at = case when $4 then now() else tripped_at end,
         resumed_at = case when $4 then null else resumed_at end
       where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id, note, acted],
    );
  }

  /** When somebody last took back what the breaker did to this subject for this kind. */
  async lastResume(
    scope: Scope,
    { sql, kind, journeyId, connectionId }: Omit<Subject, 'workspaceId'> & { sql: Sql; kind: AlarmKind },
  ): Promise<{ at: Date; seconds: number } | null> {
    const [row] = await sql.query<{ at: Date | null; seconds: number }>(
      `select max(resumed_at) as at, extract(epoch from now() - max(resumed_at))::float8 as seconds
       from alarms
       where workspace_id = $1
         and kind = $2
         and resumed_at is not null
         and journey_id is not distinct from $3
         and connection_id is not distinct from $4`,
      [scope.workspaceId, kind, journeyId, connectionId],
    );
    return row?.at ? { at: row.at, seconds: row.seconds } : null;
  }

  /** Newest first; one more than `limit` where there is a following page. */
  list(
    scope: Scope,
    { open, after, limit }: { open: boolean; after: AlarmCursor | null; limit: number },
  ): Promise<ListedAlarm[]> {
    return this.database.query<ListedAlarm>(
      `select ${columns}, ${listedColumns}
       from alarms a
       where a.workspace_id = $1
         and (a.cleared_at is null) = $2
         and ($3::timestamptz is null or (a.raised_at, a.id) < ($3::timestamptz, $4::uuid))
       order by a.raised_at desc, a.id desc
       limit $5`,
      [scope.workspaceId, open, after?.at ?? null, after?.id ?? null, limit],
    );
  }

  async find(scope: Scope, id: string): Promise<ListedAlarm | null> {
    const [row] = await this.database.query<ListedAlarm>(
      `select ${columns}, ${listedColumns}
       from alarms a
       where a.workspace_id = $1 and a.id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** Open ones that nobody has muted. */
  async countOpen(scope: Scope): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count
       from alarms a
       where a.workspace_id = $1
         and a.cleared_at is null
         and not exists (
           select 1
           from alarm_settings s
           where s.workspace_id = $1
             and s.kind = a.kind
             and s.muted_until > now()
             and (
               (s.journey_id is null and s.connection_id is null)
                 or s.journey_id = a.journey_id
                 or s.connection_id = a.connection_id
             )
         )`,
      [scope.workspaceId],
    );
    return row!.count;
  }
}
