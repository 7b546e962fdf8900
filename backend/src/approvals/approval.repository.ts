import { Injectable } from '@nestjs/common';
import type { Approval, ApprovalState, JsonObject } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { cursorTime, decodeCursor, pageOf } from '../profiles/index.js';

export type ApprovalRow = {
  id: string;
  cursor: string;
  state: ApprovalState;
  question: string;
  details: string;
  problem: string | null;
  choices: { id: string; label: string }[];
  askedAt: Date;
  dueAt: Date | null;
  closedAt: Date | null;
  choice: string | null;
  note: string | null;
  by: string | null;
  via: 'dashboard' | 'link' | 'api' | null;
  enrollmentId: string;
  journeyId: string;
  journeyName: string;
  node: string;
  nodeName: string | null;
  profileId: string;
  traits: JsonObject;
  externalId: string | null;
  origin: 'live' | 'demo' | 'test';
  mails: Approval['mails'];
};

/** A question in the hands of whoever answers it: nobody else does meanwhile. */
export type HeldApproval = Pick<ApprovalRow, 'id' | 'choices' | 'origin' | 'node' | 'enrollmentId'> & {
  state: ApprovalState | 'new';
  visit: number;
  askedAt: Date;
  dueAt: Date | null;
  offsetMs: number;
};
export type ListOptions = {
  state?: 'open' | 'closed' | undefined;
  journeyId?: string | undefined;
  enrollmentId?: string | undefined;
  profileId?: string | undefined;
  cursor?: string | undefined;
  limit: number;
};

const mails = `coalesce((
  select jsonb_agg(
    jsonb_build_object('to', coalesce(nullif(l.name, ''), l.address, b.name, ''), 'reminder', l.reminder, 'escalation', l.escalation, 'state', l.state,
      'error', l.error, 'at', to_char(coalesce(l.sent_at, l.due_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    order by l.reminder, l.escalation, l.created_at, l.id
  )
  from approval_mails l
  left join members b on b.workspace_id = l.workspace_id and b.id = l.member_id
  where l.workspace_id = a.workspace_id and l.approval_id = a.id
), '[]')`;

/** Of approvals that are chosen: what is shown of them is looked up for these alone. */
const listedOf = (chosen: string): string => `
  select ${cursorTime('a.created_at')} as cursor, a.id, a.state, a.question, a.details, a.problem, a.choices,
    a.asked_at as "askedAt", a.due_at as "dueAt", a.closed_at as "closedAt", a.choice, a.note, a.answered_by as by,
    a.answered_via as via, a.enrollment_id as "enrollmentId", a.journey_id as "journeyId", j.name as "journeyName", a.node,
    v.running #>> array['nodes', a.node, 'name'] as "nodeName", p.id as "profileId", p.traits,
    p.external_id as "externalId", a.origin, ${mails} as mails
  from (${chosen}) a
  join enrollments e on e.workspace_id = a.workspace_id and e.id = a.enrollment_id
  join journeys j on j.workspace_id = a.workspace_id and j.id = a.journey_id
  join journey_versions v on v.workspace_id = a.workspace_id and v.id = a.version_id
  join profiles p on p.workspace_id = a.workspace_id and p.id = e.profile_id`;

/** What approval steps ask, as it is read and answered. */
@Injectable()
export class ApprovalRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /** Those of test runs only with the run. */
  async list(
    scope: Scope,
    { state, journeyId, enrollmentId, profileId, cursor, limit }: ListOptions,
  ): Promise<{ rows: ApprovalRow[]; next: string | null }> {
    const after = decodeCursor(cursor);
    const values: unknown[] = [scope.workspaceId];
    const value = (each: unknown): string => `$${values.push(each)}`;
    const conditions = [
      `a.workspace_id = $1`,
      state === undefined
        ? `a.state <> 'new'`
        : state === 'open'
          ? `a.state = 'open'`
          : `a.state not in ('new', 'open')`,
      ...(enrollmentId === undefined ? [`a.origin <> 'test'`] : [`a.enrollment_id = ${value(enrollmentId)}`]),
      ...(journeyId === undefined ? [] : [`a.journey_id = ${value(journeyId)}`]),
      ...(profileId === undefined
        ? []
        : [
            `a.enrollment_id in (select e.id from enrollments e where e.workspace_id = $1 and e.profile_id = ${value(profileId)})`,
          ]),
    ];
    if (after) {
      const [at, id] = [value(after.at), value(after.id)];
      conditions.push(`(a.created_at < ${at} or (a.created_at = ${at} and a.id > ${id}::uuid))`);
    }
    // Planned each time: the plan for any values would be made for a list that nobody has narrowed down.
    const rows = await this.database.query<ApprovalRow>(
      `${listedOf(
        `select * from approvals a where ${conditions.join(' and ')} order by a.created_at desc, a.id limit ${value(limit + 1)}`,
      )}
       order by a.created_at desc, a.id`,
      values,
      { assembled: true },
    );
    return pageOf(rows, limit);
  }

  async countOpen(scope: Scope): Promise<number> {
    const [row] = await this.database.query<{ open: number }>(
      `select count(*)::int as open from approvals a
       where a.workspace_id = $1 and a.state = 'open' and a.origin <> 'test'`,
      [scope.workspaceId],
    );
    return row?.open ?? 0;
  }

  async find(scope: Scope, id: string): Promise<ApprovalRow | null> {
    const [row] = await this.database.query<ApprovalRow>(
      listedOf(`select * from approvals a where a.workspace_id = $1 and a.id = $2 and a.state <> 'new'`),
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /**
   * Holds the question until the transaction ends, after its person: in the order in which commits and merges lock. Null
   * when it is gone.
   */
  async hold(
    scope: Scope,
    { sql, id }: { sql: Sql; id: string },
  ): Promise<(HeldApproval & { profileId: string }) | null> {
    const [person] = await sql.query<{ id: string }>(
      `select p.id
       from profiles p
       where p.workspace_id = $1
         and p.id = (
           select e.profile_id
           from approvals a
           join enrollments e on e.workspace_id = $1 and e.id = a.enrollment_id
           where a.workspace_id = $1 and a.id = $2
         )
       for no key update`,
      [scope.workspaceId, id],
    );
    if (!person) return null;
    const [row] = await sql.query<HeldApproval & { profileId: string }>(
      `select a.id, a.state, a.choices, a.origin, a.node, a.visit, a.enrollment_id as "enrollmentId",
         a.asked_at as "askedAt", a.due_at as "dueAt", e.run_offset_ms::float8 as "offsetMs", e.profile_id as "profileId"
       from approvals a
       join enrollments e on e.workspace_id = $1 and e.id = a.enrollment_id
       where a.workspace_id = $1 and a.id = $2
       for update of a`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  async answer(
    scope: Scope,
    given: {
      sql: Sql;
      id: string;
      at: Date;
      choice: string;
      note: string;
      by: string;
      via: 'dashboard' | 'link' | 'api';
    },
  ): Promise<void> {
    await given.sql.query(
      `update approvals
       set state = 'answered', closed_at = $3, choice = $4, note = $5, answered_by = $6, answered_via = $7
       where workspace_id = $1 and id = $2`,
      [scope.workspaceId, given.id, given.at, given.choice, given.note, given.by, given.via],
    );
  }

  /** What a member or a key is called who answers. */
  async nameOf(scope: Scope, { kind, id }: { kind: 'member' | 'key'; id: string }): Promise<string | null> {
    const [row] = await this.database.query<{ name: string }>(
      `select name from ${kind === 'member' ? 'members' : 'api_keys'} where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id],
    );
    return row?.name ?? null;
  }
}
