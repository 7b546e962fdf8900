import { asNumber, decimalOf, filtersOf, foldCase, isReference, operators, withFilter } from '@wend/contract/values';
import type { Comparand, Compare, Fact, Json, JsonObject, Operand, Rule, TraceClause, WaitTime } from '@wend/contract';
import { leftFact } from './fact.js';
import { operandRule } from './rules/operands/index.js';
import type { Scene } from './rules/operands/index.js';
import { daysOf } from './rules/calendar.js';
import { calendarChanges, operatorRules } from './rules/operators/index.js';
import type { Sides } from './rules/operators/index.js';
import { valueAt } from './value.js';

export type { Scene };
export { asNumber };

/**
 * Evaluates a rule and keeps, for each clause, the value it saw and its result. `all` of nothing holds, `any` of
 * nothing does not.
 */
export function evaluate(rule: Rule, scene: Scene): TraceClause {
  switch (rule.op) {
    case 'all': {
      const clauses = rule.rules.map((each) => evaluate(each, scene));
      return { rule, result: clauses.every((clause) => clause.result), clauses };
    }
    case 'any': {
      const clauses = rule.rules.map((each) => evaluate(each, scene));
      return { rule, result: clauses.some((clause) => clause.result), clauses };
    }
    case 'not': {
      const clause = evaluate(rule.rule, scene);
      return { rule, result: !clause.result, clauses: [clause] };
    }
    case 'compare': {
      const looked = look(rule, scene);
      const { left, right } = sidesOf(rule, { left: looked, right: rightSide(rule.value, scene) });
      const result = operatorRules[rule.is]({ left, right });
      const seen = operators[rule.is].calendar ? valueAt(looked, 'value') : looked;
      return { rule, result, seen: seen ?? null };
    }
  }
}

/**
 * The next day, counted from 1970-01-01, with whose beginning (where the person lives) the answer to a comparison of the
 * calendar becomes another one by itself, from the value that it saw (`CalendarValue`); null when it never does.
 */
export function nextCalendarChange({ is, value }: Compare, seen: Json | undefined): number | null {
  const days = daysOf(seen, typeof value === 'number' ? value : undefined);
  if (!days) return null;
  const change = calendarChanges[is];
  return change ? change(days) : days.today + 1;
}

/** True when the rule holds; no trace is kept. */
export function holds(rule: Rule | undefined, scene: Scene): boolean {
  return rule === undefined || evaluate(rule, scene).result;
}

/** Both sides as the rule's comparison sees them. What a list is asked for stays a number. */
function sidesOf({ is, ignoreCase, numbersAsText }: Compare, { left, right }: Sides): Sides {
  const asDigits = numbersAsText ? operators[is].digits : undefined;
  const sides = { left: asDigits ? digits(left) : left, right: asDigits === 'both' ? digits(right) : right };
  return ignoreCase ? { left: folded(sides.left), right: folded(sides.right) } : sides;
}

function digits(value: Json | undefined): Json | undefined {
  return typeof value === 'number' ? decimalOf(value) : value;
}

function look(compare: Compare, scene: Scene): Json | undefined {
  const rule = operandRule(compare.left);
  if ('look' in rule) return operators[compare.is].calendar ? undefined : rule.look(compare.left, scene);
  const fact = leftFact(compare);
  return fact ? scene.fact?.(fact) : undefined;
}

function rightSide(value: Comparand | undefined, scene: Scene): Json | undefined {
  if (!isReference(value)) return value;
  const found = 'run' in value ? valueAt(scene.run, value.run) : valueAt(scene.entry, value.entry);
  // What the entry event did not carry, and what no step came to, can equal nothing.
  return found === null || typeof found === 'object' ? undefined : found;
}

function folded(value: Json | undefined): Json | undefined {
  if (typeof value === 'string') return foldCase(value);
  return Array.isArray(value) ? value.map((each) => (typeof each === 'string' ? foldCase(each) : each)) : value;
}

/**
 * Puts what a run holds itself into a filter, so that it can be matched where the run is not at hand: values of the
 * entry event and results of steps become constants, clauses about the run itself become true or false.
 */
export function bindRule(rule: Rule, scene: Pick<Scene, 'entry' | 'run'>): Rule {
  switch (rule.op) {
    case 'all':
    case 'any':
      return { op: rule.op, rules: rule.rules.map((each) => bindRule(each, scene)) };
    case 'not':
      return { op: 'not', rule: bindRule(rule.rule, scene) };
    case 'compare': {
      const how = operandRule(rule.left);
      if ('look' in how && how.ofRun) return { op: evaluate(rule, scene).result ? 'all' : 'any', rules: [] };
      const left = bindOperand(rule.left, scene);
      if (!isReference(rule.value) || operators[rule.is].takes === 'nothing') return { ...rule, left };
      const value = rightSide(rule.value, scene);
      if (value === undefined || value === null || typeof value === 'object')
        return { op: operators[rule.is].negative ? 'all' : 'any', rules: [] };
      return { ...rule, left, value };
    }
  }
}

function bindOperand(operand: Operand, scene: Pick<Scene, 'entry' | 'run'>): Operand {
  const how = operandRule(operand);
  const bound = 'fact' in how && how.bind ? how.bind(operand, scene.entry) : operand;
  return withFilter(bound, (filter) => bindRule(filter, scene));
}

/** What a comparison must find in the entry to be answered at all: paths of what it is compared with, or measured from. */
export function entryPathsOf(compare: Compare): string[] {
  const how = operandRule(compare.left);
  const own = 'fact' in how ? (how.entryPaths?.(compare.left) ?? []) : [];
  const { is, value } = compare;
  return isReference(value) && 'entry' in value && operators[is].takes !== 'nothing' ? [...own, value.entry] : own;
}

/** A fact whose filter has the run's values bound in. */
export function bindFact(
  fact: Fact,
  scene: Pick<Scene, 'entry' | 'run'> & { visits?: Readonly<Record<string, number>> },
): Fact {
  if (fact.kind === 'operand') return { ...fact, operand: bindOperand(fact.operand, scene) };
  if (fact.kind === 'when') return { ...fact, time: bindTime(fact.time, scene) };
  if (fact.kind === 'values') return { ...fact, run: scene.run };
  if (fact.kind === 'claim') return { ...fact, visit: scene.visits?.[fact.node] ?? 0, run: scene.run };
  return fact.kind === 'eventCount' && fact.where ? { ...fact, where: bindRule(fact.where, scene) } : fact;
}

/** Of what the run holds itself the value is put in. */
function bindTime(time: WaitTime, scene: Pick<Scene, 'entry' | 'run'>): WaitTime {
  if (time.kind !== 'date' || (time.of.source !== 'entry' && time.of.source !== 'run')) return time;
  const value = valueAt(scene[time.of.source], time.of.path) ?? null;
  return { ...time, of: { source: 'value', value } };
}

type MatchesArmOptions = {
  event: string;
  where?: Rule | undefined;
  messageOf?: string | undefined;
  messageVisit?: number | undefined;
  notBefore?: number | undefined;
};

/**
 * Whether an event satisfies a bound arm of a wait. Message events count only when they are of the named node in this
 * run, and of the visit that is named.
 */
export function matchesArm(
  arm: MatchesArmOptions,
  event: { name: string; time: number; properties: JsonObject },
  enrollmentId: string,
): boolean {
  if (arm.event !== event.name || (arm.notBefore !== undefined && event.time < arm.notBefore)) return false;
  const { properties } = event;
  if (
    arm.messageOf !== undefined &&
    (properties['enrollmentId'] !== enrollmentId || properties['nodeId'] !== arm.messageOf)
  )
    return false;
  // An event that says no visit is of a message from before visits were told.
  if (
    arm.messageVisit !== undefined &&
    typeof properties['visit'] === 'number' &&
    properties['visit'] !== arm.messageVisit
  )
    return false;
  return holds(arm.where, { property: properties });
}

/** Every compare clause of a rule, filters of event counts included. */
export function comparesOf(rule: Rule): Compare[] {
  if (rule.op === 'compare') return [rule, ...filtersOf(rule.left).flatMap(comparesOf)];
  return (rule.op === 'not' ? [rule.rule] : rule.rules).flatMap(comparesOf);
}
