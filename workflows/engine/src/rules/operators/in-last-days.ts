import { onCalendar } from '../calendar.js';
import type { CalendarChange, Operator } from './operator.js';

/** Of what is no date it fails. */
export const inLastDays: Operator = onCalendar(({ day, today, days }) => day <= today && today - day < days);

export const inLastDaysChange: CalendarChange = ({ day, today, days }) => {
  if (today < day) return day;
  return today < day + days ? day + days : null;
};
