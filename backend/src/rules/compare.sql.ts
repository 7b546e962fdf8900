import type { Comparand, Comparison, Json } from '@wend/contract';
import { asNumber } from '@wend/engine';
import type { Parameters } from './parameters.js';

type Scalar = string | number | boolean;
/** `value`: an expression of type jsonb, null where there is no value. */
type Side = { value: string; parameters: Parameters };

const operators = { greaterThan: '>', atLeast: '>=', lessThan: '<', atMost: '<=' } as const;
/** Comparisons that hold exactly when another test does not. */
const negative: readonly Comparison[] = ['exists', 'notEquals', 'notContains'];

/**
 * SQL (a boolean, never null) for one comparison of a jsonb value with a constant: what the engine's `compare` says. `value` gives the
 * expression of the value, and is asked only when the answer depends on it: a parameter without a place is an error to PostgreSQL.
 */
export function compareSql({ value, is, right, parameters }: { value: () => string; is: Comparison; right: Comparand | undefined; parameters: Parameters }): string {
  // A reference to the entry event that is not bound in has no value.
  const test = testOf(is, isReference(right) ? undefined : right);
  const result = test ? test({ value: value(), parameters }) : 'false';
  return negative.includes(is) ? `(not ${result})` : result;
}

/** What is tested, before it is negated; null when nothing passes. */
function testOf(is: Comparison, constant: Json | undefined): ((side: Side) => string) | null {
  switch (is) {
    case 'exists':
    case 'notExists':
      return ({ value }) => isMissing(value);
    case 'equals':
    case 'notEquals':
      if (constant === null) return ({ value }) => isMissing(value);
      return isScalar(constant) ? (side) => isSame(side, [constant]) : null;
    case 'oneOf': {
      const constants = Array.isArray(constant) ? constant.filter(isScalar) : [];
      return constants.length > 0 ? (side) => isSame(side, constants) : null;
    }
    case 'contains':
    case 'notContains':
      return isScalar(constant) ? (side) => contains(side, constant) : null;
    case 'startsWith':
      return typeof constant === 'string' ? ({ value, parameters }) => ofType(value, { string: `starts_with(${textOf(value)}, ${parameters.add(constant, 'text')})` }) : null;
    default:
      return typeof constant === 'string' || typeof constant === 'number' ? (side) => isOrdered(side, operators[is], constant) : null;
  }
}

function isReference(right: Comparand | undefined): right is { entry: string } {
  return typeof right === 'object' && right !== null && !Array.isArray(right);
}

function isScalar(constant: Json | undefined): constant is Scalar {
  return constant !== undefined && typeof constant !== 'object';
}

function isMissing(value: string): string {
  return `coalesce(${value} = 'null', true)`;
}

function textOf(value: string): string {
  return `(${value} #>> '{}')`;
}

/** Chooses by the type of the JSON value; false for others. `case` sees to it that no other expression is computed. */
function ofType(value: string, results: Partial<Record<'string' | 'number' | 'array', string>>): string {
  const whens = Object.entries(results).map(([type, result]) => `when '${type}' then ${result}`);
  return `(case jsonb_typeof(${value}) ${whens.join(' ')} else false end)`;
}

/** Chooses by whether text is a plain decimal, which the engine's `asNumber` takes for a number. No such text is out of float8's range. */
function ifDecimal(text: string, { number, other }: { number: string; other: string }): string {
  return `(case when octet_length(${text}) <= 40 and ${text} ~ '^-?[0-9]+([.][0-9]+)?$' then ${number} else ${other} end)`;
}

/**
 * Whether a value is the same as one of these. What is the same as text, yes or no can be listed; a number can be written as text in
 * many ways, which are read as numbers.
 */
function isSame({ value, parameters }: Side, constants: Scalar[]): string {
  const listed = `coalesce(${value} = any(${parameters.add(constants.flatMap(sameAs).map((each) => JSON.stringify(each)), 'jsonb[]')}), false)`;
  const numbers = constants.filter((each) => typeof each === 'number');
  if (numbers.length === 0) return listed;
  const text = textOf(value);
  const written = ofType(value, { string: ifDecimal(text, { number: `${text}::float8 = any(${parameters.add(numbers, 'float8[]')})`, other: 'false' }) });
  return `(${listed} or ${written})`;
}

function sameAs(constant: Scalar): Scalar[] {
  if (typeof constant === 'boolean') return [constant, String(constant)];
  if (typeof constant === 'number') return [constant];
  const number = asNumber(constant);
  return [constant, ...(number === null ? [] : [number]), ...(constant === 'true' || constant === 'false' ? [constant === 'true'] : [])];
}

function contains({ value, parameters }: Side, constant: Scalar): string {
  const item = isSame({ value: 'item.value', parameters }, [constant]);
  return ofType(value, {
    string: `strpos(${textOf(value)}, ${parameters.add(String(constant), 'text')}) > 0`,
    array: `exists (select from jsonb_array_elements(${value}) item where ${item})`,
  });
}

/**
 * Numbers that are stored as such compare as `numeric`, exactly as their shortest decimals do, for a cast of any other number to float8
 * could be out of range; text compares as float8, as the engine reads it.
 */
function isOrdered({ value, parameters }: Side, operator: string, constant: string | number): string {
  const text = textOf(value);
  const number = asNumber(constant);
  const byText = typeof constant === 'string' ? `${text} collate "C" ${operator} ${parameters.add(constant, 'text')}` : 'false';
  if (number === null) return ofType(value, { string: byText });
  const right = parameters.add(number, 'numeric');
  return ofType(value, {
    number: `(${value})::numeric ${operator} ${right}`,
    string: ifDecimal(text, { number: `${text}::float8 ${operator} (${right})::float8`, other: byText }),
  });
}
