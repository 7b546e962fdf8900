import { isChannel } from './channels/index.js';
import { comparisons, isReference, namedBy, namedFiltersOf, operandDefinition, operators } from './rule-shape.js';
import type { Compare, RuleScope } from './rule-shape.js';
import type { Comparand, Rule } from './rule.js';
import { typeProblem } from './validate-compare.js';
import { comparisonWords } from './words.js';

export type RuleProblem = { path: string; message: string };

const misplaced: Record<RuleScope, string> = {
  profile:
    'Conditions here are about the person, not an event. Choose a trait, an event count, or a field of the entry event.',
  event: 'An event filter can only use that event and the entry event. Use a branch for conditions about the person.',
  entry: 'An entry filter can only use the event itself. Use a branch for conditions about the person.',
};

const noCalendar =
  'An event filter doesn’t know which day it is where the person is. Compare with a fixed date, or ask in a branch.';

const listWords = comparisons
  .filter((is) => operators[is].takes === 'list' && !operators[is].superseded)
  .map((is) => `“${comparisonWords(is)}”`)
  .join(', ')
  .replace(/, ([^,]*)$/, ' or $1');

type RuleProblemsOptions = {
  rule: Rule;
  scope: RuleScope;
  types?: boolean;
};

/**
 * What keeps a rule from being answered: empty groups, missing values, values of a type that can never hold, and
 * operands that are not known where it stands. `types: false` for what runs already: a rule that can never hold is
 * answered all the same.
 */
export function ruleProblems({ rule, scope, types = true }: RuleProblemsOptions): RuleProblem[] {
  return walk({ rule, scope, types, path: '' });
}

type Place = { scope: RuleScope; types: boolean; path: string };

function walk({ rule, ...place }: Place & { rule: Rule }): RuleProblem[] {
  const { path } = place;
  if (rule.op === 'not') return walk({ ...place, rule: rule.rule, path: at(path, 'rule') });
  if (rule.op === 'compare') return compareProblems(rule, place);
  if (rule.rules.length === 0) return [{ path, message: 'Add a condition.' }];
  return rule.rules.flatMap((each, index) => walk({ ...place, rule: each, path: at(path, `rules[${index}]`) }));
}

function at(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

function compareProblems(compare: Compare, { scope, types, path }: Place): RuleProblem[] {
  const { left, is, value } = compare;
  const problems: RuleProblem[] = [];
  if (!operandDefinition(left).scopes.includes(scope))
    problems.push({ path: at(path, 'left'), message: misplaced[scope] });
  const own = operandDefinition(left).problem?.(left);
  if (own) problems.push({ path: at(path, `left.${own.field}`), message: own.message });
  for (const [name, filter] of namedFiltersOf(left))
    if (!isEmpty(filter))
      problems.push(...walk({ rule: filter, scope: 'event', types, path: at(path, `left.${name}`) }));
  if (types)
    for (const { what, name, path: field } of namedBy(left))
      if (what === 'channel' && !isChannel(name))
        problems.push({
          path: at(path, `left.${field}`),
          message: `There is no channel “${name}”. Choose another one.`,
        });
  const message = operators[is].calendar && scope !== 'profile' ? noCalendar : valueProblem({ compare, scope, types });
  if (message) problems.push({ path: at(path, 'value'), message });
  else if (isReference(value) && scope === 'entry' && operators[is].takes !== 'nothing')
    problems.push({
      path: at(path, 'value'),
      message:
        'run' in value
          ? 'Nothing has been done yet when somebody enters, so there are no results. Enter a value.'
          : 'The entry event can’t be compared with itself. Enter a value.',
    });
  return problems;
}

type ValueProblemOptions = {
  compare: Compare;
  scope: RuleScope;
  types: boolean;
};

function valueProblem({ compare, scope, types }: ValueProblemOptions): string | null {
  const { is, value } = compare;
  const takesList = operators[is].takes === 'list';
  if (scope === 'entry' && isReference(value)) return null;
  if (operators[is].takes !== 'nothing' && isMissing(value)) return 'Enter a value to compare with.';
  if (takesList && !Array.isArray(value)) return `“${capital(comparisonWords(is))}” needs a list of values.`;
  if (!takesList && Array.isArray(value)) return `A list of values only works with ${listWords}.`;
  return types ? typeProblem(compare) : null;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function isMissing(value: Comparand | undefined): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

/** A filter without a condition lets every event through. */
export function isEmpty(rule: Rule | undefined): boolean {
  return rule === undefined || (rule.op === 'all' && rule.rules.length === 0);
}
