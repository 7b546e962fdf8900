import type { Compare } from '@wend/contract';
import { holds } from '@wend/engine';
import { compareSql } from './compare.sql.js';
import type { Person } from './person.js';

type SetOptions = {
  compare: Compare;
  person: Person;
  /** The value (jsonb) that is worked out from all rows of a person: an aggregate. */
  value: string;
  /** The value of somebody without any row. */
  none: number | null;
  /** The column with the person, and all rows, from `from` to the end of `where`. */
  of: string;
  rows: string;
};

/**
 * A comparison of what is worked out from the rows of each person, read as one set: who has no row is in or out for
 * everybody, so that only those with rows are looked at. `exists` leaves the choice to PostgreSQL: one set joined to all,
 * or where it stands beside others the rows of each person by index, whatever fits in memory.
 */
export function setSql({ compare, person, value, none, of, rows }: SetOptions): string {
  const passes = compareSql({ value: () => 'each.value', compare, parameters: person.parameters });
  const withoutRows = holds({ ...compare, left: { source: 'property', path: 'v' } }, { property: { v: none } });
  const set = (test: string) =>
    `exists (select from (select ${of} as profile_id, ${value} as value ${rows} group by ${of}) each where each.profile_id = ${person.profile}.id and ${test})`;
  return withoutRows ? `(not ${set(`not ${passes}`)})` : set(passes);
}
