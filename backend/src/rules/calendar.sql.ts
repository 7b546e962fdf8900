import type { Compare } from '@wend/contract';
import { operatorSql } from './operators/index.js';
import type { Person } from './person.js';

/** A value (jsonb) with its day and today, as `CalendarValue` of the contract has them. */
export function calendarSql(value: string, person: Person): string {
  const dayText = (day: string) => `to_char(${day}, 'YYYY-MM-DD')`;
  return `(select jsonb_build_object('value', seen.value, 'day', ${dayText('read_day(seen.value, seen.zone)')}, 'today', ${dayText(`${person.at} at time zone seen.zone`)}) from (select ${value} as value, ${person.zone} as zone offset 0) seen)`;
}

/** SQL (a boolean, never null) for a comparison of the calendar with a value (jsonb). */
export function calendarCompareSql({
  compare: { is, value: days },
  value,
  person,
}: {
  compare: Compare;
  value: () => string;
  person: Person;
}): string {
  const { calendar } = operatorSql[is];
  // So many days are never waited for, and no date is so far away.
  if (!calendar || typeof days !== 'number' || !Number.isInteger(days) || Math.abs(days) > 1_000_000) return 'false';
  const test = calendar(days)({ day: 'on_day.day', today: 'on_day.today', parameters: person.parameters });
  return `(select coalesce(${test}, false) from (select read_day(seen.value, seen.zone) as day, (${person.at} at time zone seen.zone)::date as today from (select ${value()} as value, ${person.zone} as zone offset 0) seen offset 0) on_day)`;
}
