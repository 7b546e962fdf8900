import { isReference, operandDefinition, operators, readDate } from '@wend/contract/plain';
import type { Comparand, Compare, Comparison, Operand, Rule, Scalar } from '@wend/contract';
import type { OperandEditors } from './operands/operand-editor';
import type { RuleContextValue } from './rule-context';

/** How the builder sees a rule: groups of conditions. `none` is `not` around `any`. */
export type Join = 'all' | 'any' | 'none';
export type Group = {
  join: Join;
  rules: readonly Rule[];
  /** From the group's rule to its list, as path keys. */
  below: readonly string[];
};
export type Source = Operand['source'];

export function asGroup(rule: Rule | undefined): Group {
  if (rule === undefined) return { join: 'all', rules: [], below: ['rules'] };
  switch (rule.op) {
    case 'all':
    case 'any':
      return { join: rule.op, rules: rule.rules, below: ['rules'] };
    case 'not': {
      const inner = rule.rule;
      return inner.op === 'any'
        ? { join: 'none', rules: inner.rules, below: ['rule', 'rules'] }
        : { join: 'none', rules: [inner], below: ['rule', 'rules'] };
    }
    case 'compare':
      return { join: 'all', rules: [rule], below: ['rules'] };
  }
}

export function toRule({ join, rules }: { join: Join; rules: readonly Rule[] }): Rule {
  return join === 'none' ? { op: 'not', rule: { op: 'any', rules: [...rules] } } : { op: join, rules: [...rules] };
}

export function isGroup(rule: Rule): boolean {
  return rule.op !== 'compare';
}

/** What can be looked at where the rule stands. */
export function sourcesFor(context: RuleContextValue): Source[] {
  return (Object.keys(context.editors) as Source[]).filter(
    (source) =>
      operandDefinition({ source }).scopes.includes(context.scope) &&
      context.editors[source].offered?.(context) !== false,
  );
}

/** A new condition of this kind, complete except for what only the person knows. */
export function blankCompare({ source, editors }: { source: Source; editors: OperandEditors }): Compare {
  return { op: 'compare', ...editors[source].blank() };
}

/**
 * What an operand is offered to be compared by; what stands in a rule already stays, though there are better ones now.
 */
export function comparisonsFor(left: Operand, current?: Comparison): Comparison[] {
  const { offered } = operandDefinition(left).values(left);
  // What an event says knows nothing of the calendar where a person lives.
  const ofEvent = left.source === 'property' || left.source === 'entry';
  const list = offered.filter((is) => !(ofEvent && operators[is].calendar));
  return current === undefined || list.includes(current) ? list : [...list, current];
}

/** What a comparison takes both sides for, where that is not said by its words. */
export function typeOf(is: Comparison): 'number' | 'date' | undefined {
  const { type } = operators[is];
  return type === 'number' || type === 'date' ? type : undefined;
}

/** Whether capital and small letters could make a difference. */
export function mayIgnoreCase({ is, value }: Pick<Compare, 'is' | 'value'>): boolean {
  return (
    operators[is].folds === true &&
    (isReference(value) ||
      (Array.isArray(value) ? value : [value]).some(
        (each) => typeof each === 'string' && each.toLowerCase() !== each.toUpperCase(),
      ))
  );
}

/**
 * Changes the comparison and fits the value to it: lists go with some only, text is text where only text can be meant,
 * and case counts unless it is ignored where it can be.
 */
export function withComparison(rule: Compare, is: Comparison): Compare {
  if (operators[is].takes === 'nothing') return { op: 'compare', left: rule.left, is };
  const { value, ignoreCase, ...rest } = rule;
  const kept = ignoreCase && operators[is].folds ? { ignoreCase } : {};
  if (operators[is].takes === 'list')
    return {
      ...rest,
      is,
      value: Array.isArray(value) ? value : value === undefined || value === '' || isReference(value) ? [] : [value],
      ...kept,
    };
  return { ...rest, is, value: readAs(is, Array.isArray(value) ? (value[0] ?? '') : (value ?? '')), ...kept };
}

/** The condition about another operand: compared as before where that can be, else as it is compared first of all. */
export function fittingComparison(rule: Compare, left: Operand): Compare {
  const { operators: can, offered } = operandDefinition(left).values(left);
  const next = { ...rule, left };
  if (can === null || can.includes(rule.is)) return next;
  return withComparison({ ...next, value: '' }, offered[0] ?? 'equals');
}

function readAs(is: Comparison, value: Comparand): Comparand {
  const { type, calendar } = operators[is];
  if (calendar) return typeof value === 'number' && value > 0 && value <= 366 ? value : 7;
  if (type === 'date' && !isReference(value)) return typeof value === 'string' && readDate(value) ? value : '';
  return type === 'text' && (typeof value === 'number' || typeof value === 'boolean') ? String(value) : value;
}

/** What was typed beside a comparison: for what begins with or contains something always text. */
export function typedValue(is: Comparison, typed: string): Scalar {
  return operators[is].type === 'any' || operators[is].type === 'number' ? parseScalar(typed) : typed;
}

/**
 * What was typed, as the value it means: `12` a number, `true` a truth value, all else text. `007` and `1.50` stay as
 * written.
 */
export function parseScalar(typed: string): string | number | boolean {
  const trimmed = typed.trim();
  if (trimmed === 'true') return true;
  if (trimmed === 'false') return false;
  return trimmed !== '' && trimmed === typed && Number.isFinite(Number(trimmed)) && String(Number(trimmed)) === trimmed
    ? Number(trimmed)
    : typed;
}

export function scalarText(value: Comparand | undefined): string {
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
}

const spans = [
  ['days', 86_400],
  ['hours', 3_600],
  ['minutes', 60],
] as const;
export type Span = (typeof spans)[number][0];
export const spanUnits = spans.map(([unit]) => unit);

/** Seconds in the unit that was chosen, where it fits them, else in the largest that does. */
export function spanOf(seconds: number, chosen?: Span): { amount: number; unit: Span } {
  const [unit, size] =
    spans.find(([name, each]) => name === chosen && seconds % each === 0) ??
    spans.find(([, each]) => seconds % each === 0) ??
    spans[2];
  return { amount: Math.max(1, Math.round(seconds / size)), unit };
}

export function spanSeconds({ amount, unit }: { amount: number; unit: Span }): number {
  return Math.round(amount * (spans.find(([each]) => each === unit)?.[1] ?? 60));
}
