import type { Comparand, Comparison, Operand, Rule } from './rule.js';

/**
 * Where a rule stands, which says what it can look at: `profile` in a branch, `event` in the filter of an event that a run waits for,
 * `entry` in the filter of the event that begins a run (there is no run yet).
 */
export type RuleScope = 'profile' | 'event' | 'entry';
export type RuleProblem = { path: string; message: string };

const sources: Record<RuleScope, readonly Operand['source'][]> = {
  profile: ['trait', 'entry', 'run', 'eventCount', 'reachable', 'localTime'],
  event: ['property', 'entry', 'run'],
  entry: ['property'],
};
const needsNoValue: readonly Comparison[] = ['exists', 'notExists'];
const misplaced: Record<RuleScope, string> = {
  profile: 'A condition here asks about the person, not about an event: choose a trait, an event count or a field of the entry event.',
  event: 'The filter of an event can only look at that event and at the entry event. Put conditions about the person into a branch.',
  entry: 'The entry filter can only look at the event itself. Put conditions about the person into a branch.',
};

/** What keeps a rule from being answered: empty groups, missing values, and operands that are not known where it stands. */
export function ruleProblems({ rule, scope }: { rule: Rule; scope: RuleScope }): RuleProblem[] {
  return walk(rule, scope, '');
}

function walk(rule: Rule, scope: RuleScope, path: string): RuleProblem[] {
  if (rule.op === 'not') return walk(rule.rule, scope, at(path, 'rule'));
  if (rule.op === 'compare') return compareProblems(rule, scope, path);
  if (rule.rules.length === 0) return [{ path, message: 'Add a condition.' }];
  return rule.rules.flatMap((each, index) => walk(each, scope, at(path, `rules[${index}]`)));
}

function at(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function compareProblems({ left, is, value }: Extract<Rule, { op: 'compare' }>, scope: RuleScope, path: string): RuleProblem[] {
  const problems: RuleProblem[] = [];
  if (!sources[scope].includes(left.source)) problems.push({ path: at(path, 'left'), message: misplaced[scope] });
  if (left.source === 'eventCount' && left.where && !isEmpty(left.where)) problems.push(...walk(left.where, 'event', at(path, 'left.where')));
  if (!needsNoValue.includes(is) && isMissing(value)) problems.push({ path: at(path, 'value'), message: 'Fill in the value to compare with.' });
  if (is === 'oneOf' && !isMissing(value) && !Array.isArray(value)) problems.push({ path: at(path, 'value'), message: '“Is one of” needs a list of values.' });
  if (is !== 'oneOf' && Array.isArray(value)) problems.push({ path: at(path, 'value'), message: 'A list of values goes with “is one of” only.' });
  if (scope === 'entry' && isReference(value)) problems.push({ path: at(path, 'value'), message: 'The entry event cannot be compared with itself: write a value.' });
  return problems;
}

function isMissing(value: Comparand | undefined): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

function isReference(value: Comparand | undefined): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A filter without a condition lets every event through. */
export function isEmpty(rule: Rule | undefined): boolean {
  return rule === undefined || ((rule.op === 'all') && rule.rules.length === 0);
}
