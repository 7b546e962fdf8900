import type { Comparand, Comparison, Operand, Rule, RuleScope } from '@wend/contract';

/** How the builder sees a rule: groups of conditions. `none` is `not` around `any`. */
export type Join = 'all' | 'any' | 'none';
export type Group = { join: Join; rules: readonly Rule[]; /** From the group's rule to its list, as path keys. */ below: readonly string[] };
export type Compare = Extract<Rule, { op: 'compare' }>;
export type Source = Operand['source'];

export const joinWords: Record<Join, string> = { all: 'All of these', any: 'Any of these', none: 'None of these' };

export function asGroup(rule: Rule | undefined): Group {
  if (rule === undefined) return { join: 'all', rules: [], below: ['rules'] };
  switch (rule.op) {
    case 'all': case 'any': return { join: rule.op, rules: rule.rules, below: ['rules'] };
    case 'not': {
      const inner = rule.rule;
      return inner.op === 'any' ? { join: 'none', rules: inner.rules, below: ['rule', 'rules'] } : { join: 'none', rules: [inner], below: ['rule', 'rules'] };
    }
    case 'compare': return { join: 'all', rules: [rule], below: ['rules'] };
  }
}

export function toRule({ join, rules }: { join: Join; rules: readonly Rule[] }): Rule {
  return join === 'none' ? { op: 'not', rule: { op: 'any', rules: [...rules] } } : { op: join, rules: [...rules] };
}

export function isGroup(rule: Rule): boolean {
  return rule.op !== 'compare';
}

/** What can be looked at where the rule stands; `run` only where an earlier node gives a result. */
export function sourcesFor({ scope, hasResults }: { scope: RuleScope; hasResults: boolean }): Source[] {
  const run: Source[] = hasResults ? ['run'] : [];
  if (scope === 'entry') return ['property'];
  if (scope === 'event') return ['property', 'entry', ...run];
  return ['trait', 'eventCount', 'entry', ...run, 'reachable', 'localTime'];
}

export const sourceWords: Record<Source, string> = {
  trait: 'Trait of the person', property: 'Property of this event', entry: 'Property of the entry event', run: 'Result of an earlier node',
  eventCount: 'What the person did', reachable: 'Can be reached', localTime: 'Local time of the person',
};

export function blankOperand(source: Source): Operand {
  switch (source) {
    case 'eventCount': return { source, event: '', withinSeconds: 604_800 };
    case 'reachable': return { source, channel: 'email' };
    case 'localTime': return { source, part: 'weekday' };
    default: return { source, path: '' };
  }
}

/** A new condition of this kind, complete except for what only the person knows. */
export function blankCompare(source: Source): Compare {
  const left = blankOperand(source);
  if (source === 'eventCount') return { op: 'compare', left, is: 'atLeast', value: 1 };
  if (source === 'reachable') return { op: 'compare', left, is: 'equals', value: true };
  if (source === 'localTime') return { op: 'compare', left, is: 'oneOf', value: [1, 2, 3, 4, 5] };
  return { op: 'compare', left, is: 'equals', value: '' };
}

const textComparisons: Comparison[] = ['equals', 'notEquals', 'contains', 'notContains', 'startsWith', 'oneOf', 'greaterThan', 'atLeast', 'lessThan', 'atMost', 'exists', 'notExists'];
const orderComparisons: Comparison[] = ['equals', 'notEquals', 'greaterThan', 'atLeast', 'lessThan', 'atMost'];
const countComparisons: Comparison[] = ['atLeast', 'equals', 'atMost', 'greaterThan', 'lessThan'];

export function comparisonsFor(left: Operand): Comparison[] {
  if (left.source === 'eventCount') return countComparisons;
  if (left.source === 'reachable') return ['equals'];
  if (left.source === 'localTime') return left.part === 'weekday' ? ['oneOf', 'equals', 'notEquals'] : orderComparisons;
  return textComparisons;
}

export function takesValue(is: Comparison): boolean {
  return is !== 'exists' && is !== 'notExists';
}

/** Changes the comparison and fits the value to it: lists go with `oneOf` only. */
export function withComparison(rule: Compare, is: Comparison): Compare {
  if (!takesValue(is)) return { op: 'compare', left: rule.left, is };
  const { value } = rule;
  if (is === 'oneOf') return { ...rule, is, value: Array.isArray(value) ? value : value === undefined || value === '' || isReference(value) ? [] : [value] };
  if (Array.isArray(value)) return { ...rule, is, value: value[0] ?? '' };
  return { ...rule, is, value: value ?? '' };
}

export function isReference(value: Comparand | undefined): value is { entry: string } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What was typed, as the value it means: `12` a number, `true` a truth value, all else text. `007` and `1.50` stay as written. */
export function parseScalar(typed: string): string | number | boolean {
  const trimmed = typed.trim();
  if (trimmed === 'true') return true;
  if (trimmed === 'false') return false;
  return trimmed !== '' && trimmed === typed && Number.isFinite(Number(trimmed)) && String(Number(trimmed)) === trimmed ? Number(trimmed) : typed;
}

export function scalarText(value: Comparand | undefined): string {
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
}

const spans = [['days', 86_400], ['hours', 3_600], ['minutes', 60]] as const;
export type Span = (typeof spans)[number][0];
export const spanUnits = spans.map(([unit]) => unit);

/** Seconds in the unit that was chosen, where it fits them, else in the largest that does. */
export function spanOf(seconds: number, chosen?: Span): { amount: number; unit: Span } {
  const [unit, size] = spans.find(([name, each]) => name === chosen && seconds % each === 0) ?? spans.find(([, each]) => seconds % each === 0) ?? spans[2];
  return { amount: Math.max(1, Math.round(seconds / size)), unit };
}

export function spanSeconds({ amount, unit }: { amount: number; unit: Span }): number {
  return Math.round(amount * (spans.find(([each]) => each === unit)?.[1] ?? 60));
}
