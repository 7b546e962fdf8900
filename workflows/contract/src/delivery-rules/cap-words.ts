import type { Cap } from './caps.js';

/** Lengths of a window that moves with the clock; minutes. */
export const capUnits = { minutes: 1, hours: 60, days: 1_440, weeks: 10_080 } as const;
export type CapUnit = keyof typeof capUnits;

/** The longest window, in days: what is older is not counted. */
export const longestCapDays = 30;
/** How many limits a workspace may have. */
export const mostCaps = 10;

const units: Record<CapUnit, [one: string, many: string]> = {
  minutes: ['minute', 'minutes'],
  hours: ['hour', 'hours'],
  days: ['day', 'days'],
  weeks: ['week', 'weeks'],
};

/** The window in words: `in 7 days`, `a day`. */
export function capWindowWords(per: Cap['per']): string {
  if (per.kind === 'calendar') return per.unit === 'day' ? 'a day' : 'a week';
  return `in ${per.amount} ${units[per.unit][per.amount === 1 ? 0 : 1]}`;
}

/** A limit in words, for those who read why a message waited: `at most 2 messages in 7 days`. */
export function capWords({ most, per }: Pick<Cap, 'most' | 'per'>): string {
  if (most === 1 && per.kind === 'rolling') {
    const span = `${per.amount} ${units[per.unit][per.amount === 1 ? 0 : 1]}`;
    return `at least ${span} between two messages`;
  }
  return `at most ${most === 1 ? 'one message' : `${most} messages`} ${capWindowWords(per)}`;
}
