import { onCalendar } from '../calendar.js';
import type { CalendarChange, Operator } from './operator.js';

/** Of what is no date it fails. */
export const inNextDays: Operator = onCalendar(({ day, today, days }) => day >= today && day - today < days);

export const inNextDaysChange: CalendarChange = ({ day, today, days }) => {
  if (today <= day - days) return day - days + 1;
  return today <= day ? day + 1 : null;
};
