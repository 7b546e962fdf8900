import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

export type NewApproval = {
  workspaceId: string;
  id: string;
  enrollmentId: string;
  origin: 'live' | 'demo' | 'test';
  askedAt: Date;
  node: string;
  run: JsonObject;
  config: JsonObject | null;
  stepName: string | null;
  profileId: string;
  externalId: string | null;
  traits: JsonObject;
  entry: JsonObject | null;
  /** The workspace's. */
  zone: string;
};
export type NewMail = {
  memberId: string | null;
  address: string | null;
  name: string | null;
  afterSeconds: number;
  reminder: boolean;
  escalation: boolean;
};

/** Questions until they are put into words. */
@Injectable()
export class AskingRepository {
  constructor(private readonly database: Database) {}

  /**
   * Some that are new, for this process alone until the lease is over. Without scope: they are of all workspaces, and
   * each row says which.
   */
  async claim({ limit, leaseSeconds }: { limit: number; leaseSeconds: number }): Promise<NewApproval[]> {
    return this.database.query<NewApproval>(
      `with due as materialized (
         select a.workspace_id, a.id
         from approvals a
         where a.state = 'new' and a.next_at <= now()
         order by a.next_at
         limit $1
         for update skip locked
       ), mine as (
         update approvals a
         set next_at = now() + $2 * interval '1 second'
         from due
         where a.workspace_id = due.workspace_id and a.id = due.id
         returning a.*
       )
       select a.workspace_id as "workspaceId", a.id, a.enrollment_id as "enrollmentId", a.origin,
         a.asked_at as "askedAt", a.node, a.run, v.running #> array['nodes', a.node, 'config'] as config,
         v.running #>> array['nodes', a.node, 'name'] as "stepName", p.id as "profileId", p.external_id as "externalId",
         p.traits || coalesce(t.traits, '{}') as traits, coalesce(e.properties, r.entry_data) as entry,
         w.time_zone as zone
       from mine a
       join workspaces w on w.id = a.workspace_id
       join enrollments r on r.workspace_id = a.workspace_id and r.id = a.enrollment_id
       join journey_versions v on v.workspace_id = a.workspace_id and v.id = a.version_id
       join profiles p on p.workspace_id = a.workspace_id and p.id = r.profile_id
       left join test_traits t on t.workspace_id = a.workspace_id and t.enrollment_id = a.enrollment_id
       left join events e
         on e.workspace_id = a.workspace_id and e.id = r.entry_event_id and e.received_at = r.entry_received_at`,
      [limit, leaseSeconds],
    );
  }

  /** From now on it can be answered, and those who are asked by email hear of it. Nothing when it is open, or over. */
  async open(
    scope: Scope,
    {
      id,
      question,
      details,
      choices,
      problem,
      mails,
    }: {
      id: string;
      question: string;
      details: string;
      choices: { id: string; label: string }[];
      problem: string | null;
      mails: NewMail[];
    },
  ): Promise<void> {
    await this.database.transaction(async (sql: Sql) => {
      const [row] = await sql.query<{ enrollmentId: string }>(
        `update approvals
         set state = 'open', question = $3, details = $4, choices = $5, problem = $6
         where workspace_id = $1 and id = $2 and state = 'new'
         returning enrollment_id as "enrollmentId"`,
        [scope.workspaceId, id, question, details, JSON.stringify(choices), problem],
      );
      if (!row || mails.length === 0) return;
      await sql.query(
        `insert into approval_mails (
           workspace_id, approval_id, enrollment_id, member_id, address, name, reminder, escalation, due_at
         )
         select $1, $2, $3, m."memberId", m.address, m.name, m.reminder, m.escalation,
           now() + m."afterSeconds" * interval '1 second'
         from jsonb_to_recordset($4::jsonb) as m(
           "memberId" uuid, address text, name text, reminder boolean, escalation boolean,
           "afterSeconds" double precision
         )`,
        [scope.workspaceId, id, row.enrollmentId, JSON.stringify(mails)],
      );
    });
  }
}
