import { dayOf, instantInUtc, readDate } from '@wend/contract';
import type { Json } from '@wend/contract';
import { asNumber } from '@wend/engine';
import { ifDecimal, ofType, textOf } from './json-value.sql.js';
import type { OperatorSql, Side, Test } from './operators/operator.js';

type Order = '=' | '<' | '<=' | '>' | '>=';

/** Compares by order: numbers with numbers, text with text. */
export function ordered(operator: Order): OperatorSql {
  return {
    test: (constant) =>
      typeof constant === 'string' || typeof constant === 'number'
        ? (side) => isOrdered(side, operator, constant)
        : null,
    ofNumber: (constant) => {
      const right = typeof constant === 'string' || typeof constant === 'number' ? asNumber(constant) : null;
      return ({ number, parameters }) =>
        right === null ? 'false' : `${number} ${operator} ${parameters.add(right, 'numeric')}`;
    },
  };
}

/** `read_instant` of the database reads what `readDate` does. */
export function dated(operator: Order): OperatorSql {
  return { test: (constant) => datedTest(operator, constant) };
}

function datedTest(operator: Order, constant: Json | undefined): Test | null {
  const wanted = readDate(constant);
  if (!wanted) return null;
  if (wanted.kind !== 'date')
    return ({ value, parameters }) =>
      `coalesce(read_instant(${value}) ${operator} ${parameters.add(instantInUtc(wanted), 'float8')}, false)`;
  return ({ value, parameters }) =>
    `coalesce(floor(read_instant(${value}) / 86400000) ${operator} ${parameters.add(dayOf(wanted), 'float8')}, false)`;
}

/**
 * Numbers that are stored as such compare as `numeric`, exactly as their shortest decimals do, for a cast of any other
 * number to float8 could be out of range; text compares as float8, as the engine reads it.
 */
function isOrdered({ value, parameters }: Side, operator: Order, constant: string | number): string {
  const text = textOf(value);
  const number = asNumber(constant);
  const byText =
    typeof constant === 'string' ? `${text} collate "C" ${operator} ${parameters.add(constant, 'text')}` : 'false';
  if (number === null) return ofType(value, { string: byText });
  const right = parameters.add(number, 'numeric');
  return ofType(value, {
    number: `(${value})::numeric ${operator} ${right}`,
    string: ifDecimal(text, { number: `${text}::float8 ${operator} (${right})::float8`, other: byText }),
  });
}
