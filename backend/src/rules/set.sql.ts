import type { Compare } from '@wend/contract';
import { holds } from '@wend/engine';
import { compareSql } from './compare.sql.js';
import type { Person } from './person.js';

type SetOptions = {
  compare: Compare;
  person: Person;
  /** The value (jsonb) of all rows of one person, as `having` has it. */
  value: string;
  /** The value of somebody without any row. */
  none: number | null;
  /** Selects `profile_id`, grouped by it: every person with a row. */
  rows: string;
};

/**
 * A comparison of what is worked out from the rows of each person, read as one set: who has no row is in or out for
 * everybody, so that only those with rows are looked at.
 */
export function setSql({ compare, person, value, none, rows }: SetOptions): string {
  const passes = compareSql({ value: () => value, compare, parameters: person.parameters });
  const withoutRows = holds({ ...compare, left: { source: 'property', path: 'v' } }, { property: { v: none } });
  return withoutRows
    ? `(${person.profile}.id not in (${rows} having not ${passes}))`
    : `(${person.profile}.id in (${rows} having ${passes}))`;
}
