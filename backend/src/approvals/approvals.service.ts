import { Injectable } from '@nestjs/common';
import { approvalEvent } from '@wend/contract';
import type { Approval, Page } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { EventsService } from '../events/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { storableText } from '../platform/text/index.js';
import { displayName, retryConflicts } from '../profiles/index.js';
import { ApprovalRepository } from './approval.repository.js';
import type { ApprovalRow, HeldApproval, ListOptions } from './approval.repository.js';

export type Answer = {
  id: string;
  choice: string;
  note: string;
  by: string;
  via: 'dashboard' | 'link' | 'api';
  /** Written with the answer. */
  also?: (sql: Sql) => Promise<void>;
};
/** `over`: somebody else has answered, or nobody may any more. */
export type Answered = 'answered' | 'over' | 'gone' | 'no-such-choice';

/** What approval steps ask, and the answers. */
@Injectable()
export class ApprovalsService {
  constructor(
    private readonly repository: ApprovalRepository,
    private readonly events: EventsService,
    private readonly audit: AuditLog,
  ) {}

  async list(scope: Scope, options: ListOptions): Promise<Page<Approval>> {
    const { rows, next } = await this.repository.list(scope, options);
    return { items: rows.map(approvalOf), next };
  }

  count(scope: Scope): Promise<number> {
    return this.repository.countOpen(scope);
  }

  async find(scope: Scope, id: string): Promise<Approval> {
    const row = await this.repository.find(scope, id);
    if (!row) throw notFound('approval');
    return approvalOf(row);
  }

  /** By a member or a program. Throws in words when it is too late. */
  async answerAs(caller: Caller, { id, choice, note }: Pick<Answer, 'id' | 'choice' | 'note'>): Promise<Approval> {
    const { actor } = caller;
    const name = await this.repository.nameOf(caller, actor);
    const became = await this.answer(caller, {
      id,
      choice,
      note,
      by: name ?? actorName(caller),
      via: actor.kind === 'member' ? 'dashboard' : 'api',
      also: (sql) =>
        this.audit.record(caller, { action: 'approval.answer', subject: `approval:${id}`, detail: { choice }, sql }),
    });
    if (became === 'gone') throw notFound('approval');
    const now = await this.find(caller, id);
    if (became === 'no-such-choice')
      throw new UserError('no-such-answer', 'This isn’t one of its answers.', {
        status: 422,
        errors: [{ path: 'choice', message: `must be one of ${now.choices.map((each) => each.id).join(', ')}` }],
      });
    if (became === 'over') throw new UserError('approval-over', overWords(now), { status: 409 });
    return now;
  }

  /**
   * The answer, and the event that the run waits for, in one transaction: neither is there without the other. Once, for
   * good: the row is held, as it is by the step that ends the wait.
   */
  answer(scope: Scope, answer: Answer): Promise<Answered> {
    return retryConflicts(() => this.repository.transaction((sql) => this.answerIn(scope, { sql, answer })), {
      what: 'an approval was answered',
    });
  }

  private async answerIn(scope: Scope, { sql, answer }: { sql: Sql; answer: Answer }): Promise<Answered> {
    const held = await this.repository.hold(scope, { sql, id: answer.id });
    if (!held) return 'gone';
    // What was received up to this very millisecond is in time, as the commit of the deadline has it.
    const receivedAt = Date.now();
    const tooLate = held.origin === 'live' && held.dueAt !== null && held.dueAt.getTime() <= receivedAt;
    if (held.state !== 'open' || tooLate) return 'over';
    const choice = held.choices.find(({ id }) => id === answer.choice);
    if (!choice) return 'no-such-choice';
    const note = storableText(answer.note);
    const by = storableText(answer.by);
    const at = Math.max(receivedAt + (held.origin === 'live' ? 0 : held.offsetMs), held.askedAt.getTime());
    await this.repository.answer(scope, { sql, ...answer, note, by, at: new Date(at) });
    await this.tell(scope, { sql, held, at, receivedAt, answer: { choice: choice.id, note, by } });
    await answer.also?.(sql);
    return 'answered';
  }

  private async tell(
    scope: Scope,
    {
      sql,
      held,
      at,
      receivedAt,
      answer,
    }: {
      sql: Sql;
      held: HeldApproval & { profileId: string };
      at: number;
      receivedAt: number;
      answer: { choice: string; note: string; by: string };
    },
  ): Promise<void> {
    const { id, node, visit, enrollmentId, profileId, origin } = held;
    await this.events.ingest({
      scope,
      sql,
      origin,
      receivedAt,
      events: [
        {
          name: approvalEvent,
          profileId,
          messageId: `wend:approval:${id}`,
          time: at,
          unseen: true,
          properties: { approvalId: id, choice: answer.choice, answer, enrollmentId, nodeId: node, visit },
          ...(origin === 'test' ? { enrollmentId } : {}),
        },
      ],
    });
  }
}

function approvalOf(row: ApprovalRow): Approval {
  const { id, state, question, details, problem, choices, choice, note, by, via } = row;
  return {
    id,
    state,
    question,
    details,
    problem,
    choices,
    askedAt: row.askedAt.toISOString(),
    dueAt: row.dueAt?.toISOString() ?? null,
    closedAt: row.closedAt?.toISOString() ?? null,
    answer:
      choice === null || via === null
        ? null
        : {
            choice,
            label: choices.find((each) => each.id === choice)?.label ?? choice,
            note: note ?? '',
            by: by ?? '',
            via,
          },
    journey: { id: row.journeyId, name: row.journeyName },
    node: { id: row.node, name: row.nodeName ?? row.node },
    person: { id: row.profileId, name: displayName(row) },
    enrollmentId: row.enrollmentId,
    test: row.origin === 'test',
    mails: row.mails,
  };
}

function overWords({ state, answer }: Approval): string {
  if (answer) return `${answer.by} has already answered “${answer.label}”.`;
  return state === 'withdrawn'
    ? 'The person has left the journey, so no answer is needed.'
    : 'The time to answer is up.';
}
