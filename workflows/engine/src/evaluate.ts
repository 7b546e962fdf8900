import type { Comparand, Comparison, Fact, Json, JsonObject, Operand, Rule, TraceClause } from '@wend/contract';
import { factOf } from './fact.js';
import { valueAt } from './value.js';

/** What a rule may look at. `fact` answers leaves that only the backend knows; a missing answer is "no value". */
export type Scene = {
  property?: JsonObject | undefined;
  entry?: JsonObject | undefined;
  run?: JsonObject | undefined;
  fact?: (fact: Fact) => Json | undefined;
};

/** Evaluates a rule and keeps, for each clause, the value it saw and its result. `all` of nothing holds, `any` of nothing does not. */
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
      const seen = look(rule.left, scene);
      const right = rightSide(rule.value, scene);
      const result = compare({ left: seen, is: rule.is, right });
      return { rule, result, seen: seen ?? null };
    }
  }
}

/** True when the rule holds; no trace is kept. */
export function holds(rule: Rule | undefined, scene: Scene): boolean {
  return rule === undefined || evaluate(rule, scene).result;
}

function look(operand: Operand, scene: Scene): Json | undefined {
  if (operand.source === 'property') return valueAt(scene.property, operand.path);
  if (operand.source === 'entry') return valueAt(scene.entry, operand.path);
  if (operand.source === 'run') return valueAt(scene.run, operand.path);
  const fact = factOf(operand);
  return fact ? scene.fact?.(fact) : undefined;
}

function isReference(value: Comparand | undefined): value is { entry: string } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function rightSide(value: Comparand | undefined, scene: Scene): Json | undefined {
  if (!isReference(value)) return value;
  const found = valueAt(scene.entry, value.entry);
  // What the entry event did not carry can equal nothing.
  return found === null || typeof found === 'object' ? undefined : found;
}

/**
 * The one meaning of each comparison. `ruleSql` of the backend answers the same over stored JSON, and a test compares the two.
 *
 * - A side without a value (missing or null) fails every comparison but the negative ones and "equals null".
 * - Numbers are JSON numbers, and text that is a plain decimal: digits, with a minus before and a fraction after where there are, at most 40
 *   characters. No blanks, exponents or other notations: `0x10` and ` 7` are text.
 * - `equals` and `oneOf` compare without regard to type: a number with text that is the same number, yes and no with the text `true` and
 *   `false`. Two texts must be the same, character by character. Lists and objects equal nothing.
 * - `contains` looks for the value, as JSON writes it, inside text, and for an equal item in a list.
 * - Order is of numbers where both sides are numbers, else of text by code points, which sorts ISO dates by time; other pairs have none.
 * - A list on the right goes with `oneOf` only; elsewhere nothing equals, contains or precedes it.
 */
function compare({ left, is, right }: { left: Json | undefined; is: Comparison; right: Json | undefined }): boolean {
  const present = left !== undefined && left !== null;
  switch (is) {
    case 'exists':
      return present;
    case 'notExists':
      return !present;
    case 'equals':
      return right !== undefined && same(left ?? null, right);
    case 'notEquals':
      return right === undefined || !same(left ?? null, right);
    case 'oneOf':
      return present && Array.isArray(right) && right.some((each) => same(left, each));
    case 'contains':
      return contains(left, right);
    case 'notContains':
      return !contains(left, right);
    case 'startsWith':
      return typeof left === 'string' && typeof right === 'string' && left.startsWith(right);
    default:
      return ordered({ left, is, right });
  }
}

function same(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (typeof left === 'number' && typeof right === 'string') return asNumber(right) === left;
  if (typeof left === 'string' && typeof right === 'number') return asNumber(left) === right;
  if (typeof left === 'boolean' && typeof right === 'string') return String(left) === right;
  if (typeof left === 'string' && typeof right === 'boolean') return left === String(right);
  return false;
}

function contains(left: Json | undefined, right: Json | undefined): boolean {
  if (right === undefined || right === null || typeof right === 'object') return false;
  if (typeof left === 'string') return left.includes(String(right));
  return Array.isArray(left) && left.some((each) => same(each, right));
}

function ordered({ left, is, right }: { left: Json | undefined; is: Comparison; right: Json | undefined }): boolean {
  const order = orderOf(left, right);
  if (order === null) return false;
  if (is === 'greaterThan') return order > 0;
  if (is === 'atLeast') return order >= 0;
  if (is === 'lessThan') return order < 0;
  return is === 'atMost' && order <= 0;
}

/** Below, at or above 0 as the left side comes before, with or after the right one; null when they have no order. */
function orderOf(left: Json | undefined, right: Json | undefined): number | null {
  const a = asNumber(left);
  const b = asNumber(right);
  if (a !== null && b !== null) return a < b ? -1 : Number(a > b);
  return typeof left === 'string' && typeof right === 'string' ? orderOfText(left, right) : null;
}

/** By code points, as UTF-8 sorts, where UTF-16 would put emoji before some letters. */
function orderOfText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    if (isSurrogate(a) === isSurrogate(b)) return a - b;
    return isSurrogate(a) ? 1 : -1;
  }
  return left.length - right.length;
}

/** Half of a character that UTF-16 writes in two: one of those that come after all others. */
function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

const plainDecimal = /^-?[0-9]+(\.[0-9]+)?$/;
/** Longer text is an identifier: it would lose its last digits as a number. */
const longestDecimal = 40;

/** The number that a value is or, as text, plainly writes; otherwise null. The backend's SQL reads numbers the same way. */
export function asNumber(value: Json | undefined): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.length <= longestDecimal && plainDecimal.test(value) ? Number(value) : null;
}

/**
 * Puts what a run holds itself into a filter, so that it can be matched where the run is not at hand: values of the entry event become
 * constants, clauses about the run itself become true or false.
 */
export function bindRule(rule: Rule, scene: Pick<Scene, 'entry' | 'run'>): Rule {
  switch (rule.op) {
    case 'all':
    case 'any':
      return { op: rule.op, rules: rule.rules.map((each) => bindRule(each, scene)) };
    case 'not':
      return { op: 'not', rule: bindRule(rule.rule, scene) };
    case 'compare': {
      if (rule.left.source === 'entry' || rule.left.source === 'run') return { op: evaluate(rule, scene).result ? 'all' : 'any', rules: [] };
      const left = rule.left.source === 'eventCount' && rule.left.where ? { ...rule.left, where: bindRule(rule.left.where, scene) } : rule.left;
      if (!isReference(rule.value) || rule.is === 'exists' || rule.is === 'notExists') return { ...rule, left };
      const value = rightSide(rule.value, scene);
      if (value === undefined || value === null || typeof value === 'object') return { op: rule.is === 'notEquals' || rule.is === 'notContains' ? 'all' : 'any', rules: [] };
      return { ...rule, left, value };
    }
  }
}

/** A fact whose filter has the run's values bound in. */
export function bindFact(fact: Fact, scene: Pick<Scene, 'entry' | 'run'>): Fact {
  return fact.kind === 'eventCount' && fact.where ? { ...fact, where: bindRule(fact.where, scene) } : fact;
}

/** Whether an event satisfies a bound arm of a wait. Message events count only when they are of the named node in this run, and of the visit that is named. */
export function matchesArm(
  arm: { event: string; where?: Rule | undefined; messageOf?: string | undefined; messageVisit?: number | undefined; notBefore?: number | undefined },
  event: { name: string; time: number; properties: JsonObject },
  enrollmentId: string,
): boolean {
  if (arm.event !== event.name || (arm.notBefore !== undefined && event.time < arm.notBefore)) return false;
  const { properties } = event;
  if (arm.messageOf !== undefined && (properties['enrollmentId'] !== enrollmentId || properties['nodeId'] !== arm.messageOf)) return false;
  // An event that says no visit is of a message from before visits were told.
  if (arm.messageVisit !== undefined && typeof properties['visit'] === 'number' && properties['visit'] !== arm.messageVisit) return false;
  return holds(arm.where, { property: properties });
}

/** Every compare clause of a rule, filters of event counts included. */
export function comparesOf(rule: Rule): Extract<Rule, { op: 'compare' }>[] {
  if (rule.op === 'compare') return [rule, ...(rule.left.source === 'eventCount' && rule.left.where ? comparesOf(rule.left.where) : [])];
  return (rule.op === 'not' ? [rule.rule] : rule.rules).flatMap(comparesOf);
}
