import { asNumber, holds } from '@wend/engine';
import type { Compare } from '@wend/contract';
import { compareNumberSql, compareSql } from './compare.sql.js';
import type { Person } from './person.js';

type SetOptions = {
  compare: Compare;
  person: Person;
  /** The column with the person, and all rows, from `from` to the end of `where`: asked only when they are read. */
  of: string;
  rows: () => string;
};
/** `value` (jsonb) is worked out from all rows of a person, an aggregate; `none`: of somebody without any row. */
type ValueOptions = SetOptions & { value: string; none: number | null };
/** `count`: how many there are of something, an aggregate that is 1 or more wherever there is a row. */
type CountOptions = SetOptions & { count: string };

/**
 * A comparison of what is worked out from the rows of each person, read as one set: who has no row is in or out for
 * everybody, so that only those with rows are looked at. `exists` leaves the choice to PostgreSQL: one set joined to all,
 * or where it stands beside others the rows of each person by index, whatever fits in memory.
 */
export function setSql({ value, none, ...options }: ValueOptions): string {
  const { compare, person } = options;
  const passes = compareSql({ value: () => 'each.value', compare, parameters: person.parameters });
  return valuesSql({ ...options, value, passes, withoutRows: holdsOf(compare, none) });
}

/** The same for a count: compared as a number, and where one row says it all without counting. */
export function countSql({ count, ...options }: CountOptions): string {
  const { compare, person, of, rows } = options;
  const withoutRows = holdsOf(compare, 0);
  if (isSameFromOne(compare)) {
    const withRows = holdsOf(compare, 1);
    if (withRows === withoutRows) return String(withRows);
    return `(${withRows ? '' : 'not '}exists (select ${rows()} and ${of} = ${person.profile}.id))`;
  }
  const passes = compareNumberSql({ number: 'each.value', compare, parameters: person.parameters });
  if (passes === null) return setSql({ ...options, value: `to_jsonb(${count})`, none: 0 });
  return valuesSql({ ...options, value: count, passes, withoutRows });
}

type ValuesOptions = SetOptions & { value: string; passes: string; withoutRows: boolean };

function valuesSql({ person, of, rows, value, passes, withoutRows }: ValuesOptions): string {
  const set = (test: string) =>
    `exists (select from (select ${of} as profile_id, ${value} as value ${rows()} group by ${of}) each where each.profile_id = ${person.profile}.id and ${test})`;
  return withoutRows ? `(not ${set(`not ${passes}`)})` : set(passes);
}

function holdsOf(compare: Compare, value: number | null): boolean {
  return holds({ ...compare, left: { source: 'property', path: 'v' } }, { property: { v: value } });
}

/** Whether the answer is one and the same for 1, 2, 3 and all that follow. */
function isSameFromOne({ is, value, numbersAsText }: Compare): boolean {
  if (is === 'exists' || is === 'notExists') return true;
  const number = typeof value === 'number' || typeof value === 'string' ? asNumber(value) : null;
  if (number === null || numbersAsText) return false;
  switch (is) {
    case 'equals':
    case 'notEquals':
      return number < 1 || !Number.isInteger(number);
    case 'atLeast':
    case 'lessThan':
      return number <= 1;
    case 'greaterThan':
    case 'atMost':
      return number < 1;
    default:
      return false;
  }
}
