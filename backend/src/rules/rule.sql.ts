import type { Rule } from '@wend/contract';
import { holds } from '@wend/engine';
import { compareSql } from './compare.sql.js';
import { eventOperandSql } from './operands/of-event.js';
import type { Parameters } from './parameters.js';

type RuleSqlOptions = {
  rule: Rule;
  properties: string;
  parameters: Parameters;
};

/**
 * SQL (a boolean, never null) that holds for the JSON in `properties`, an expression of type jsonb, exactly when the
 * engine's `holds` does for `{ property }`. The values of the run must be bound in (`bindRule`). Its text depends on
 * the form of the rule only; values go into `parameters`. It raises no error, whatever is stored.
 */
export function ruleSql({ rule, properties, parameters }: RuleSqlOptions): string {
  switch (rule.op) {
    case 'all':
    case 'any': {
      const clauses = rule.rules.map((each) => ruleSql({ rule: each, properties, parameters }));
      return clauses.length === 0
        ? String(rule.op === 'all')
        : `(${clauses.join(rule.op === 'all' ? ' and ' : ' or ')})`;
    }
    case 'not':
      return `(not ${ruleSql({ rule: rule.rule, properties, parameters })})`;
    case 'compare': {
      const { left } = rule;
      const seen = eventOperandSql(left);
      // What a filter cannot see has no value: the clause is the same for every event.
      if (!seen) return String(holds(rule, {}));
      return compareSql({ value: () => seen(left, { properties, parameters }), compare: rule, parameters });
    }
  }
}
