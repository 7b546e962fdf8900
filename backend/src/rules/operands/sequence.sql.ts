import type { OperandOf, Window } from '@wend/contract';
import { comingEventSql, eventsChangeSql, eventsOf, eventsOfAll, followingSql } from '../events.sql.js';
import type { Person } from '../person.js';
import { countSql } from '../set.sql.js';
import { millisecondsSql, secondsSql } from '../window.sql.js';
import type { OperandSql } from './operand.js';

type Sequence = OperandOf<'sequence'>;

export const sequence: OperandSql<'sequence'> = {
  ofPerson: {
    value: (operand, person) =>
      `(select to_jsonb(count(*)) ${eventsOf(operand, person)} and ${followedSql(operand, person)})`,
    changesAt: ({ left }, person) => {
      const { then, thenWhere, without } = left;
      const changes = [
        eventsChangeSql(left, person),
        comingEventSql({ event: then, where: thenWhere }, person),
        ...(without ? [lapsesSql(left, person)] : []),
      ];
      return `least(${changes.join(', ')})`;
    },
    many: (compare, person) =>
      countSql({
        compare,
        person,
        count: 'count(*)',
        of: 'e.profile_id',
        rows: () => `${eventsOfAll(compare.left, person)} and ${followedSql(compare.left, person, compare.left)}`,
      }),
  },
};

/** Whether the event `e` counts: the other followed within the time, or the time has passed without it. */
function followedSql(operand: Sequence, person: Person, after?: Window): string {
  const { then, thenWhere, thenWithinSeconds, without = false } = operand;
  const within = secondsSql(thenWithinSeconds, person);
  const followed = followingSql(
    { event: then, where: thenWhere, alias: 'f' },
    {
      person,
      within,
      ...(after && { after }),
    },
  );
  return without ? `(e.time + ${within} <= ${person.at} and not ${followed})` : followed;
}

/** When the time has passed that the next of the first events still gives the other. */
function lapsesSql(operand: Sequence, person: Person): string {
  const within = secondsSql(operand.thenWithinSeconds, person);
  return `(select ${millisecondsSql(`min(e.time + ${within})`)} ${eventsOf(operand, person)} and e.time + ${within} > ${person.at})`;
}
