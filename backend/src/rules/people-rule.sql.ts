import { operators } from '@wend/contract';
import type { Operand, Rule } from '@wend/contract';
import { holds, typed } from '@wend/engine';
import { calendarCompareSql } from './calendar.sql.js';
import { compareSql } from './compare.sql.js';
import { factSql } from './facts.sql.js';
import { operandSql } from './operands/index.js';
import type { Parameters } from './parameters.js';
import { Person } from './person.js';

type PeopleSqlOptions = {
  rule: Rule;
  /** Milliseconds since 1970. */
  at: number;
  /** The alias of the row of `profiles` that it is asked of. */
  profile: string;
  parameters: Parameters;
  workspaceId: string;
};

/**
 * SQL (a boolean, never null) that holds for the people for whom the rule does at `at`: the same answer as
 * `PeopleRules.answer` and the engine give. Made for many people: what it asks of events it reads as sets, once for all.
 * It says nothing about who is a person: merged, test and erased profiles are the caller's to leave out. Its text
 * depends on the form of the rule only (`assembled`). It raises no error, whatever is stored.
 */
export function peopleSql({ rule, at, profile, parameters, workspaceId }: PeopleSqlOptions): string {
  return sqlOf(typed(rule), new Person({ workspaceId, at, profile, parameters }));
}

function sqlOf(rule: Rule, person: Person): string {
  switch (rule.op) {
    case 'all':
    case 'any': {
      const clauses = rule.rules.map((each) => sqlOf(each, person));
      return clauses.length === 0
        ? String(rule.op === 'all')
        : `(${clauses.join(rule.op === 'all' ? ' and ' : ' or ')})`;
    }
    case 'not':
      return `(not ${sqlOf(rule.rule, person)})`;
    case 'compare': {
      const { left } = rule;
      const known = operandSql(left).ofPerson;
      // What is not about people has no value: the clause is the same for everybody.
      if (!known) return String(holds(rule, {}));
      const value = () => known.value(left, person);
      if (operators[rule.is].calendar) return calendarCompareSql({ compare: rule, value, person });
      return known.many?.(rule, person) ?? compareSql({ value, compare: rule, parameters: person.parameters });
    }
  }
}

type PersonValueSqlOptions = Omit<PeopleSqlOptions, 'rule'> & { operand: Operand };

/** SQL (jsonb; null: no value) for what the operand is of each person at `at`. Raises no error, whatever is stored. */
export function personValueSql({ operand, at, profile, parameters, workspaceId }: PersonValueSqlOptions): string {
  return factSql({ kind: 'operand', operand }, new Person({ workspaceId, at, profile, parameters }));
}
