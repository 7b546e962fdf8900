import { decimalOf, foldCase, isReference, operators } from '@wend/contract';
import type { Compare, Json } from '@wend/contract';
import { withDigits } from './json-value.sql.js';
import { operatorSql } from './operators/index.js';
import type { Parameters } from './parameters.js';

type CompareSqlOptions = {
  value: () => string;
  compare: Compare;
  parameters: Parameters;
};

/**
 * SQL (a boolean, never null) for one comparison of a jsonb value with a constant: what the engine says of it. `value`
 * gives the expression of the value, and is asked only when the answer depends on it: a parameter without a place is an
 * error to PostgreSQL.
 */
export function compareSql({ value, compare, parameters }: CompareSqlOptions): string {
  const { is, value: right, ignoreCase = false, numbersAsText = false } = compare;
  // A reference to what a run holds that is not bound in has no value.
  const given = isReference(right) ? undefined : right;
  const digits = numbersAsText ? operators[is].digits : undefined;
  const constant = digits === 'both' && typeof given === 'number' ? decimalOf(given) : given;
  const { test, negated } = operatorSql[is];
  const passes = test(ignoreCase ? folded(constant) : constant);
  const seen = () => (digits ? withDigits(value()) : value());
  const result = passes ? passes({ value: ignoreCase ? `fold_case(${seen()})` : seen(), parameters }) : 'false';
  return negated ? `(not ${result})` : result;
}

/**
 * The same for a left side that is a number for sure: an expression of an integer type or numeric that is never null.
 * Null where that is no quicker.
 */
export function compareNumberSql({
  number,
  compare: { is, value, numbersAsText },
  parameters,
}: Omit<CompareSqlOptions, 'value'> & { number: string }): string | null {
  const { ofNumber, negated } = operatorSql[is];
  if (!ofNumber || numbersAsText) return null;
  const passes = ofNumber(isReference(value) ? undefined : value)({ number, parameters });
  return negated ? `(not ${passes})` : `(${passes})`;
}

function folded(constant: Json | undefined): Json | undefined {
  if (typeof constant === 'string') return foldCase(constant);
  return Array.isArray(constant)
    ? constant.map((each) => (typeof each === 'string' ? foldCase(each) : each))
    : constant;
}
