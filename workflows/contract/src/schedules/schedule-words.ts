import { readDay } from '../clock-time.js';
import type { Schedule } from './schedule.js';

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const places = ['last', 'first', 'second', 'third', 'fourth'];

/** A schedule as a phrase: `every 2 weeks on Monday and Friday at 09:00`. `zone` is not said. */
export function scheduleWords(schedule: Schedule): string {
  return [`${daysWords(schedule)} at ${schedule.time}`, endWords(schedule)].filter(Boolean).join(', ');
}

function daysWords(schedule: Schedule): string {
  switch (schedule.repeats) {
    case 'once':
      return `on ${dateWords(schedule.start)}`;
    case 'daily':
      return everyWords(schedule.every, 'day');
    case 'weekly':
      return isWorkingWeek(schedule.weekdays) && schedule.every === 1
        ? 'Monday to Friday'
        : `${everyWords(schedule.every, 'week')} on ${list(schedule.weekdays.map((day) => weekdays[day - 1] ?? ''))}`;
    case 'monthly':
      return `${everyWords(schedule.every, 'month')} on the ${list(
        [...schedule.days.filter((day) => day > 0)].sort((a, b) => a - b).map(ordinal),
        schedule.days.includes(0) ? 'last day' : undefined,
      )}`;
    case 'monthlyWeekday':
      return `${everyWords(schedule.every, 'month')} on the ${places[schedule.nth] ?? ''} ${weekdays[schedule.weekday - 1] ?? ''}`;
  }
}

function endWords(schedule: Schedule): string {
  const { end } = schedule;
  if (schedule.repeats === 'once' || end === undefined) return '';
  if (end.kind === 'on') return `until ${dateWords(end.day)}`;
  return end.times === 1 ? 'once' : `${end.times} times`;
}

function everyWords(every: number, unit: string): string {
  return every === 1 ? `every ${unit}` : `every ${every} ${unit}s`;
}

function isWorkingWeek(days: readonly number[]): boolean {
  return days.length === 5 && [1, 2, 3, 4, 5].every((day) => days.includes(day));
}

/** Days as the calendar has them, whatever the host's zone. */
function dateWords(text: string): string {
  const day = readDay(text);
  return day === null
    ? text
    : new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }).format(day * 86_400_000);
}

function ordinal(day: number): string {
  const suffix =
    day % 100 > 10 && day % 100 < 14
      ? 'th'
      : day % 10 === 1
        ? 'st'
        : day % 10 === 2
          ? 'nd'
          : day % 10 === 3
            ? 'rd'
            : 'th';
  return `${day}${suffix}`;
}

function list(words: string[], last?: string): string {
  const all = last === undefined ? words : [...words, last];
  return all.length < 2 ? (all[0] ?? '…') : `${all.slice(0, -1).join(', ')} and ${all.at(-1) ?? ''}`;
}
