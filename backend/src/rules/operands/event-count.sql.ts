import type { OperandOf } from '@wend/contract';
import { eventSql, eventsOf, millisecondsSql, setSql } from '../events.sql.js';
import type { EventsWanted } from '../events.sql.js';
import { clockTolerance } from '../person.js';
import type { Person } from '../person.js';
import type { CompareOf, OperandSql } from './operand.js';

export const eventCount: OperandSql<'eventCount'> = {
  ofPerson: {
    value: (operand, person) => `(select to_jsonb(count(*)) ${eventsOf(wanted(operand, person), person)})`,
    changesAt: (compare, person) => {
      const coming = comingSql(compare.left, person);
      const { withinSeconds } = compare.left;
      return withinSeconds === undefined ? coming : `least(${coming}, ${lapseSql({ compare, person, withinSeconds })})`;
    },
    many: (compare, person) =>
      setSql({
        compare,
        person,
        value: 'to_jsonb(count(*))',
        none: 0,
        rows: `select e.profile_id from events e where ${eventSql(wanted(compare.left, person), person)} group by e.profile_id`,
      }),
  },
};

function wanted({ event, where, withinSeconds }: OperandOf<'eventCount'>, { at, parameters }: Person): EventsWanted {
  if (withinSeconds === undefined) return { event, where };
  return { event, where, after: `${at} - make_interval(secs => ${parameters.add(withinSeconds, 'float8')})` };
}

/** When the next event that lies ahead of the clock begins to count. */
function comingSql({ event, where }: OperandOf<'eventCount'>, person: Person): string {
  return `(select ${millisecondsSql('min(e.time)')} - ${clockTolerance} ${eventsOf({ event, where, ahead: true }, person)})`;
}

type LapseOptions = { compare: CompareOf<'eventCount'>; person: Person; withinSeconds: number };

/**
 * When one that counts lapses: of “at least n” only the n-th last matters, of others the first. What is less than wanted
 * does not become more by it.
 */
function lapseSql({ compare, person, withinSeconds }: LapseOptions): string {
  const { is, value } = compare;
  const events = eventsOf(wanted(compare.left, person), person);
  const most =
    typeof value === 'number'
      ? { atLeast: value, lessThan: value, greaterThan: value + 1, atMost: value + 1 }[is as string]
      : undefined;
  const lapses = (time: string) =>
    `${millisecondsSql(time)} + ${person.parameters.add(withinSeconds * 1_000, 'float8')}`;
  if (most !== undefined && Number.isSafeInteger(most) && most >= 1)
    return `(select ${lapses('e.time')} ${events} order by e.time desc offset ${person.parameters.add(most - 1, 'bigint')} limit 1)`;
  return `(select ${lapses('min(e.time)')} ${events})`;
}
