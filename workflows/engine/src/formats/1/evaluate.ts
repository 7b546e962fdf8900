import type { Comparand, Comparison, Fact, Json, JsonObject, Operand, Rule, TraceClause } from '@wend/contract';
import { factOf } from '../../fact.js';
import { valueAt } from './value.js';

/** What a rule may look at. `fact` answers leaves that only the backend knows; a missing answer is "no value". */
export type Scene = {
  property?: JsonObject | undefined;
  entry?: JsonObject | undefined;
  run?: JsonObject | undefined;
  fact?: (fact: Fact) => Json | undefined;
};

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
      const seen = look(rule.left, scene);
      const right = rightSide(rule.value, scene);
      const result = compare({ left: seen, is: rule.is, right });
      return { rule, result, seen: seen ?? null };
    }
  }
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
 * Numbers in strings compare as numbers when the other side is a number; a side without a value fails every comparison
 * but the negative ones.
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
  if (typeof left === 'number' && typeof right === 'string') return right.trim() !== '' && Number(right) === left;
  if (typeof left === 'string' && typeof right === 'number') return left.trim() !== '' && Number(left) === right;
  if (typeof left === 'boolean' && typeof right === 'string') return String(left) === right;
  if (typeof left === 'string' && typeof right === 'boolean') return left === String(right);
  return false;
}

function contains(left: Json | undefined, right: Json | undefined): boolean {
  if (right === undefined || right === null) return false;
  if (typeof left === 'string') return left.includes(String(right));
  return Array.isArray(left) && left.some((each) => same(each, right));
}

function ordered({ left, is, right }: { left: Json | undefined; is: Comparison; right: Json | undefined }): boolean {
  const pair = comparable(left, right);
  if (!pair) return false;
  const [a, b] = pair;
  if (is === 'greaterThan') return a > b;
  if (is === 'atLeast') return a >= b;
  if (is === 'lessThan') return a < b;
  return is === 'atMost' && a <= b;
}

function comparable(left: Json | undefined, right: Json | undefined): [number, number] | [string, string] | null {
  const a = asNumber(left);
  const b = asNumber(right);
  if (a !== null && b !== null) return [a, b];
  return typeof left === 'string' && typeof right === 'string' ? [left, right] : null;
}

function asNumber(value: Json | undefined): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/**
 * Puts what a run holds itself into a filter, so that it can be matched where the run is not at hand: values of the
 * entry event become constants, clauses about the run itself become true or false.
 */
export function bindRule(rule: Rule, scene: Pick<Scene, 'entry' | 'run'>): Rule {
  switch (rule.op) {
    case 'all':
    case 'any':
      return { op: rule.op, rules: rule.rules.map((each) => bindRule(each, scene)) };
    case 'not':
      return { op: 'not', rule: bindRule(rule.rule, scene) };
    case 'compare': {
      if (rule.left.source === 'entry' || rule.left.source === 'run')
        return { op: evaluate(rule, scene).result ? 'all' : 'any', rules: [] };
      const left =
        rule.left.source === 'eventCount' && rule.left.where
          ? { ...rule.left, where: bindRule(rule.left.where, scene) }
          : rule.left;
      if (!isReference(rule.value) || rule.is === 'exists' || rule.is === 'notExists') return { ...rule, left };
      const value = rightSide(rule.value, scene);
      if (value === undefined || value === null || typeof value === 'object')
        return { op: rule.is === 'notEquals' || rule.is === 'notContains' ? 'all' : 'any', rules: [] };
      return { ...rule, left, value };
    }
  }
}
