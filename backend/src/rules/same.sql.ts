import { asNumber } from '@wend/engine';
import type { Json } from '@wend/contract';
import { ifDecimal, isScalar, ofType, textOf } from './json-value.sql.js';
import type { Scalar } from './json-value.sql.js';
import type { NumberTest, Side } from './operators/operator.js';

/**
 * Whether a value is the same as one of these. What is the same as text, yes or no can be listed; a number can be
 * written as text in many ways, which are read as numbers.
 */
export function isSame({ value, parameters }: Side, constants: Scalar[]): string {
  if (constants.every(isWord)) return `coalesce(${textOf(value)} = any(${parameters.add(constants, 'text[]')}), false)`;
  const listed = `coalesce(${value} = any(${parameters.add(
    constants.flatMap(sameAs).map((each) => JSON.stringify(each)),
    'jsonb[]',
  )}), false)`;
  const numbers = constants.filter((each) => typeof each === 'number');
  if (numbers.length === 0) return listed;
  const text = textOf(value);
  const written = ofType(value, {
    string: ifDecimal(text, {
      number: `${text}::float8 = any(${parameters.add(numbers, 'float8[]')})`,
      other: 'false',
    }),
  });
  return `(${listed} or ${written})`;
}

/** Text that no other JSON value than this text itself is written as. */
function isWord(constant: Scalar): boolean {
  if (typeof constant !== 'string' || asNumber(constant) !== null) return false;
  return !/^[[{]/.test(constant) && constant !== 'true' && constant !== 'false';
}

function sameAs(constant: Scalar): Scalar[] {
  if (typeof constant === 'boolean') return [constant, String(constant)];
  if (typeof constant === 'number') return [constant];
  const number = asNumber(constant);
  return [
    constant,
    ...(number === null ? [] : [number]),
    ...(constant === 'true' || constant === 'false' ? [constant === 'true'] : []),
  ];
}

/** The same of a number on the left. */
export function isSameNumber(constants: Scalar[]): NumberTest {
  const numbers = constants.flatMap((each) => asNumber(each) ?? []);
  return ({ number, parameters }) =>
    numbers.length === 0 ? 'false' : `${number} = any(${parameters.add(numbers, 'numeric[]')})`;
}

/** The value itself, or an item of it. */
export function isAny({ value, parameters }: Side, constants: Scalar[]): string {
  const item = isSame({ value: 'item.value', parameters }, constants);
  return `(case jsonb_typeof(${value}) when 'array' then exists (select from jsonb_array_elements(${value}) item where ${item}) else ${isSame({ value, parameters }, constants)} end)`;
}

/** Text that holds the constant, as JSON writes it, or a list with an item that is the same. */
export function holdsWithin({ value, parameters }: Side, constant: Scalar): string {
  const item = isSame({ value: 'item.value', parameters }, [constant]);
  return ofType(value, {
    string: `strpos(${textOf(value)}, ${parameters.add(String(constant), 'text')}) > 0`,
    array: `exists (select from jsonb_array_elements(${value}) item where ${item})`,
  });
}

/** The constants of a list; null where there are none. */
export function scalarsOf(constant: Json | undefined): Scalar[] | null {
  const constants = Array.isArray(constant) ? constant.filter(isScalar) : [];
  return constants.length > 0 ? constants : null;
}
