import { Injectable } from '@nestjs/common';
import type { Scope, Sql } from '../platform/database/index.js';
import { OutcomeRepository } from './outcome.repository.js';
import type { StatDelta } from './outcome.repository.js';
import { measureChanges, resendRefusal, standingOf } from './resend-rules.js';
import type { ResendRefusal } from './resend-rules.js';
import { ResendRepository } from './resend.repository.js';
import type { NewMessage } from './resend.repository.js';

export type ResendOptions = {
  /** Messages, each any one of its visit. */
  ids: string[];
  /** The same request makes a message once, however often it comes. */
  request: string;
  /** Told in the history of the new message. */
  detail: string;
  /** Send the bytes that were rendered, instead of rendering anew. */
  sameContent?: boolean;
  /** Whoever asks knows that it was sent. */
  although?: boolean;
};
/** By the id that was asked for: the message that was made for it, or why none was. */
export type ResendResult = Map<string, ResendOutcome>;
export type ResendOutcome =
  { kind: 'made'; id: string; again: boolean } | { kind: 'refused'; why: ResendRefusal | 'gone' };

/**
 * Queues messages again, in the caller's transaction. The first message of a visit is its lock: of two who ask at once,
 * the second sees what the first has made.
 */
@Injectable()
export class ResendService {
  constructor(
    private readonly repository: ResendRepository,
    private readonly outcomes: OutcomeRepository,
  ) {}

  async resend(
    scope: Scope,
    {
      sql,
      ids,
      request,
      detail,
      sameContent = false,
      although = false,
    }: ResendOptions & {
      sql: Sql;
    },
  ): Promise<ResendResult> {
    const firstOf = await this.repository.firstsOf(scope, { sql, ids });
    const firstIds = [...new Set(firstOf.values())].sort();
    const chains = await this.outcomes.chains(scope, { sql, firsts: firstIds });
    const made = await this.repository.madeBy(scope, { sql, firsts: firstIds, request });
    const firsts = new Map(
      (await this.repository.firsts(scope, { sql, ids: firstIds })).map((each) => [each.id, each]),
    );
    const refused = new Map<string, ResendRefusal | 'gone'>();
    const messages: NewMessage[] = [];
    const deltas: StatDelta[] = [];
    for (const id of firstIds) {
      const first = firsts.get(id);
      const chain = chains.get(id) ?? [];
      if (made.has(id)) continue;
      if (!first || chain.length === 0) {
        refused.set(id, 'gone');
        continue;
      }
      const test = first.origin === 'test';
      const refusal = resendRefusal({
        chain,
        runStatus: first.run_status,
        journeyState: first.journey_state,
        test,
        although,
      });
      if (refusal) {
        refused.set(id, refusal);
        continue;
      }
      const number = Math.max(...chain.map((member) => member.number)) + 1;
      messages.push({ first: id, number, request, contentOf: sameContent ? standingOf(chain).id : null, detail });
      const next = { id: '', number, status: 'queued' as const, reason: null, passed: [] };
      const at = new Date(Date.now() + Number(first.run_offset_ms));
      if (!test)
        for (const change of measureChanges(chain, [...chain, next]))
          deltas.push({ versionId: first.version_id, node: first.node, at, ...change });
    }
    const inserted = await this.repository.insert(scope, { sql, messages });
    await this.outcomes.addDeltas(scope, { sql, deltas });
    return new Map(
      ids.map((id): [string, ResendOutcome] => {
        const first = firstOf.get(id) ?? '';
        const before = made.get(first);
        const now = inserted.get(first);
        if (before !== undefined) return [id, { kind: 'made', id: before, again: true }];
        if (now !== undefined) return [id, { kind: 'made', id: now, again: false }];
        return [id, { kind: 'refused', why: refused.get(first) ?? 'gone' }];
      }),
    );
  }
}
