import type { Comparand, Comparison, Rule } from '@wend/contract';
import { holds } from '@wend/engine';
import { compareSql } from './compare.sql.js';
import { valueSql } from './json-path.sql.js';
import type { Parameters } from './parameters.js';

/**
 * SQL (a boolean, never null) that holds for the JSON in `properties`, an expression of type jsonb, exactly when the engine's `holds` does for
 * `{ property }`. The values of the run must be bound in (`bindRule`). Its text depends on the form of the rule only; values go into
 * `parameters`. It raises no error, whatever is stored.
 */
export function ruleSql({ rule, properties, parameters }: { rule: Rule; properties: string; parameters: Parameters }): string {
  switch (rule.op) {
    case 'all':
    case 'any': {
      const clauses = rule.rules.map((each) => ruleSql({ rule: each, properties, parameters }));
      return clauses.length === 0 ? String(rule.op === 'all') : `(${clauses.join(rule.op === 'all' ? ' and ' : ' or ')})`;
    }
    case 'not':
      return `(not ${ruleSql({ rule: rule.rule, properties, parameters })})`;
    case 'compare':
      // What a filter cannot see has no value here, as in the engine: the clause is the same for every event.
      return rule.left.source === 'property' ? propertySql({ path: rule.left.path, is: rule.is, value: rule.value, properties, parameters }) : String(holds(rule, {}));
  }
}

function propertySql({ path, is, value, properties, parameters }: { path: string; is: Comparison; value: Comparand | undefined; properties: string; parameters: Parameters }): string {
  return compareSql({ value: () => valueSql({ json: properties, path, parameters }), is, right: value, parameters });
}
