import { comingEventSql, eventsChangeSql, eventsOf, eventsOfAll } from '../events.sql.js';
import type { Person } from '../person.js';
import { countSql } from '../set.sql.js';
import { lapseSql } from '../window.sql.js';
import type { CompareOf, OperandSql } from './operand.js';

export const eventCount: OperandSql<'eventCount'> = {
  ofPerson: {
    value: (operand, person) => `(select to_jsonb(count(*)) ${eventsOf(operand, person)})`,
    changesAt: (compare, person) => {
      const lapse = enoughLapseSql(compare, person);
      if (lapse === null) return eventsChangeSql(compare.left, person);
      return `least(${comingEventSql(compare.left, person)}, ${lapse})`;
    },
    many: (compare, person) =>
      countSql({
        compare,
        person,
        count: 'count(*)',
        of: 'e.profile_id',
        rows: () => eventsOfAll(compare.left, person),
      }),
  },
};

const thresholds: Partial<Record<string, number>> = { atLeast: 0, lessThan: 0, greaterThan: 1, atMost: 1 };

/**
 * Of “at least n” only the n-th last event matters, not the first: what is too little does not become enough because
 * something lapses. Null where the comparison or the window is of another kind.
 */
function enoughLapseSql({ left, is, value }: CompareOf<'eventCount'>, person: Person): string | null {
  const more = thresholds[is];
  if (typeof value !== 'number' || more === undefined) return null;
  const enough = value + more;
  if (!Number.isSafeInteger(enough) || enough < 1) return null;
  const lapse = lapseSql({ time: 'e.time', window: left, person });
  if (lapse === null) return null;
  const nth = person.parameters.add(enough - 1, 'bigint');
  return `(select ${lapse} ${eventsOf(left, person)} order by e.time desc offset ${nth} limit 1)`;
}
