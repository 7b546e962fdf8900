import { dayFromNumber } from '@wend/contract/values';
import { anniversaryOf, onCalendar } from '../calendar.js';
import type { CalendarChange, Operator } from './operator.js';

/** Of what is no date it fails. */
export const anniversaryInDays: Operator = onCalendar(({ day, today, days }) => {
  const wanted = today + days;
  return wanted >= day && anniversaryOf(day, dayFromNumber(wanted).year) === wanted;
});

export const anniversaryInDaysChange: CalendarChange = ({ day, today, days }) => {
  const wanted = today + days;
  const { year } = dayFromNumber(wanted);
  if (wanted >= day && anniversaryOf(day, year) === wanted) return today + 1;
  const from = Math.max(year, dayFromNumber(day).year);
  const next = [from, from + 1].map((each) => anniversaryOf(day, each)).find((each) => each > wanted && each >= day);
  return next === undefined ? null : next - days;
};
