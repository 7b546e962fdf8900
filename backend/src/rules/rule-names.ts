import { Injectable } from '@nestjs/common';
import { namedIn } from '@wend/contract';
import type { Named, Rule } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { RuleNamesRepository } from './rule-names.repository.js';

type Kept = Exclude<Named['what'], 'channel'>;
const refusals: Record<Kept, { code: string; sentence: string; message: string }> = {
  journey: {
    code: 'unknown-journey',
    sentence: 'The rule names a journey that doesn’t exist. Choose another.',
    message: 'there is no such journey',
  },
  topic: {
    code: 'unknown-topic',
    sentence: 'The rule names a topic that doesn’t exist. Choose another.',
    message: 'there is no such topic',
  },
  segment: {
    code: 'unknown-segment',
    sentence: 'The rule reads a segment that was archived or deleted. Choose another.',
    message: 'there is no such segment',
  },
};

/** Whether what rules name is there: a rule about something that is not holds for nobody, or for everybody. */
@Injectable()
export class RuleNames {
  constructor(private readonly repository: RuleNamesRepository) {}

  /** Throws a UserError, 422 unless another `status` is given, that says where a rule names what is not there. */
  async check(scope: Scope, { rule, sql, status = 422 }: { rule: Rule; sql?: Sql; status?: 409 | 422 }): Promise<void> {
    const named = namedIn(rule);
    for (const what of ['segment', 'journey', 'topic'] as const) {
      const asked = named.filter((each) => each.what === what);
      if (asked.length === 0) continue;
      const ids = asked.map(({ name }) => name);
      const there = await this.repository[what](scope, { ids, sql });
      const missing = asked.filter(({ name }) => !there.has(name.toLowerCase()));
      const { code, sentence, message } = refusals[what];
      if (missing.length > 0)
        throw new UserError(code, sentence, {
          status,
          errors: missing.slice(0, 50).map(({ path }) => ({ path: `rule.${path}`, message })),
        });
    }
  }
}
