import { operandDefinition, operators } from './rule-shape.js';
import type { Compare, Comparison, Operand } from './rule-shape.js';
import type { Json } from './json.js';
import type { TraceClause } from './program.js';
import type { Comparand, Rule } from './rule.js';
import { shownValue } from './secret-looking.js';

/** Words for rules: on cards, in traces, everywhere a person reads what a rule says. */

/** What a comparison is called: `atLeast` → `is at least`. */
export function comparisonWords(comparison: Comparison): string {
  return operators[comparison].words;
}

/** What is looked at: `plan`, `entry cart_id`, `number of Order Completed in the last 7 days`. */
export function operandWords(operand: Operand): string {
  return operandDefinition(operand).words(operand, inner);
}

/** A readable sentence: `plan is pro and did not do Order Completed in the last 7 days`. */
export function ruleWords(rule: Rule | undefined): string {
  if (rule === undefined) return 'always';
  switch (rule.op) {
    case 'all':
      return rule.rules.length === 0
        ? 'always'
        : rule.rules.map((each) => (each.op === 'any' ? inner(each) : ruleWords(each))).join(' and ');
    case 'any':
      return rule.rules.length === 0
        ? 'never'
        : rule.rules.map((each) => (each.op === 'all' ? inner(each) : ruleWords(each))).join(' or ');
    case 'not':
      return `not (${ruleWords(rule.rule)})`;
    case 'compare':
      return compareWords(rule);
  }
}

/** In brackets when the rule has more than one clause. */
function inner(rule: Rule): string {
  const text = ruleWords(rule);
  return (rule.op === 'all' || rule.op === 'any') && rule.rules.length > 1 ? `(${text})` : text;
}

function compareWords(compare: Compare): string {
  const { left, is, value, ignoreCase = false } = compare;
  const own = operandDefinition(left).clauseWords?.(left, compare, inner);
  if (own) return own;
  if (operators[is].takes === 'nothing') return `${operandWords(left)} ${comparisonWords(is)}`;
  const right =
    typeof value === 'number'
      ? (operators[is].valueWords?.(value) ?? comparandWords(value, left))
      : comparandWords(value, left);
  return `${operandWords(left)} ${comparisonWords(is)} ${right}${ignoreCase ? ' (any case)' : ''}`;
}

/** The right side: text with spaces in quotes, so that it is clear where it ends. */
export function comparandWords(value: Comparand | undefined, left?: Operand): string {
  if (value === undefined) return '…';
  if (value === null) return 'empty';
  if (Array.isArray(value)) return value.map((each) => comparandWords(each, left)).join(', ') || '…';
  if (typeof value === 'object') return 'run' in value ? `result ${value.run}` : `entry ${value.entry}`;
  if (typeof value === 'number' && left) return operandDefinition(left).numberWords?.(left, value) ?? String(value);
  if (typeof value === 'string') return value === '' || /[\s,]/.test(value) ? `“${value}”` : value;
  return String(value);
}

/** What a condition saw of somebody, where there are words of its own for it: `they were in it`. */
export function seenWords({ rule, seen }: TraceClause): string | null {
  if (rule.op !== 'compare' || typeof seen !== 'boolean') return null;
  return operandDefinition(rule.left).seenWords?.(rule.left, seen) ?? null;
}

/** The value that a condition saw, as it may be shown: without what looks secret, by itself or by the name of its place. */
export function shownSeen({ rule, seen }: TraceClause): Json | undefined {
  const path = rule.op === 'compare' && 'path' in rule.left ? rule.left.path : undefined;
  return shownValue(seen, path ?? '');
}
