import { Injectable } from '@nestjs/common';
import type { ApprovalState } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import type { Brand } from '../consents/index.js';

export type DueMail = {
  workspaceId: string;
  id: string;
  /** Of a member as it is now; null when they are gone. */
  address: string | null;
  reminder: boolean;
  escalation: boolean;
  attempts: number;
  question: string;
  details: string;
  dueAt: Date | null;
  workspace: string;
  language: string;
  zone: string;
};
/** What somebody sees who follows a link. */
export type Invited = {
  approvalId: string;
  state: ApprovalState | 'new';
  /** It counts no more, also where the run has not noticed yet. */
  late: boolean;
  question: string;
  details: string;
  choices: { id: string; label: string }[];
  dueAt: Date | null;
  choice: string | null;
  note: string | null;
  by: string | null;
  closedAt: Date | null;
  /** What they are called who were asked; null when it is a member who is gone. */
  name: string | null;
  workspace: string;
  language: string;
  zone: string;
  brand: Brand;
};

/** Mails to those who are asked, until they are sent, and what their links lead to. */
@Injectable()
export class MailRepository {
  constructor(private readonly database: Database) {}

  /**
   * Some that are due, for this process alone until the lease is over; those whose question is over are dropped. Without
   * scope: they are of all workspaces, and each row says which.
   */
  async claim({ limit, leaseSeconds }: { limit: number; leaseSeconds: number }): Promise<DueMail[]> {
    return this.database.query<DueMail>(
      `with due as materialized (
         select l.workspace_id, l.id
         from approval_mails l
         where l.state = 'waiting' and l.due_at <= now()
         order by l.due_at
         limit $1
         for update skip locked
       ), mine as (
         update approval_mails l
         set due_at = now() + $2 * interval '1 second', attempts = l.attempts + 1,
           state = case when a.state = 'open' then l.state else 'dropped' end
         from due, approvals a
         where l.workspace_id = due.workspace_id and l.id = due.id
           and a.workspace_id = l.workspace_id and a.id = l.approval_id
         returning l.*, a.question, a.details, a.due_at as answer_by
       )
       select l.workspace_id as "workspaceId", l.id, coalesce(l.address, b.email) as address, l.reminder,
         l.escalation, l.attempts, l.question, l.details,
         l.answer_by as "dueAt", w.name as workspace, w.language, w.time_zone as zone
       from mine l
       join workspaces w on w.id = l.workspace_id
       left join members b on b.workspace_id = l.workspace_id and b.id = l.member_id
       where l.state = 'waiting'`,
      [limit, leaseSeconds],
    );
  }

  async sent(scope: Scope, id: string): Promise<void> {
    await this.database.query(
      `update approval_mails
       set state = 'sent', sent_at = now(), error = null
       where workspace_id = $1 and id = $2 and state = 'waiting'`,
      [scope.workspaceId, id],
    );
  }

  /** `inSeconds` null: it is given up. */
  async failed(
    scope: Scope,
    { id, error, inSeconds }: { id: string; error: string; inSeconds: number | null },
  ): Promise<void> {
    await this.database.query(
      `update approval_mails
       set error = $3, state = case when $4::float8 is null then 'dropped' else state end,
         due_at = now() + coalesce($4, 0) * interval '1 second'
       where workspace_id = $1 and id = $2 and state = 'waiting'`,
      [scope.workspaceId, id, error, inSeconds],
    );
  }

  /** What the link of a mail leads to; null when it is gone. */
  async invited(scope: Scope, mailId: string): Promise<Invited | null> {
    const [row] = await this.database.query<Invited>(
      `select a.id as "approvalId", a.state, a.origin = 'live' and coalesce(a.due_at <= now(), false) as late,
         a.question, a.details, a.choices, a.due_at as "dueAt", a.choice, a.note, a.answered_by as by,
         a.closed_at as "closedAt",
         case when l.member_id is null then coalesce(nullif(l.name, ''), l.address) else b.name end as name,
         w.name as workspace, w.language, w.time_zone as zone,
         jsonb_build_object('logo', g.logo, 'color', g.color) as brand
       from approval_mails l
       join approvals a on a.workspace_id = l.workspace_id and a.id = l.approval_id
       join workspaces w on w.id = l.workspace_id
       left join members b on b.workspace_id = l.workspace_id and b.id = l.member_id
       left join preference_pages g on g.workspace_id = l.workspace_id
       where l.workspace_id = $1 and l.id = $2`,
      [scope.workspaceId, mailId],
    );
    return row ?? null;
  }
}
