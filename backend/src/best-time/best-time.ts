import type { BestTime } from '@wend/contract';
import { DateTime } from 'luxon';
import { confidenceOf, leastOfEverybody, likelihood, total } from './habits.js';
import type { Hours } from './habits.js';

/** What a person did, by the hour of their clock, as it weighs now; and how often. */
export type Learned = { hours: Hours; opens: number; clicks: number; visits: number };

type BestTimeOptions = {
  own: Learned;
  everybody: Hours;
  /** Ms since 1970. */
  at: number;
  withinHours: number;
  /** The person's; one that does not exist counts as UTC. */
  zone: string;
  /** When to go on (ms) if nothing is known of the person; null: by everybody's habits. */
  otherwise: number | null;
};

const quarterMs = 900_000;
const hourMs = 3_600_000;
/** Shares that differ by less are alike, however they were added up. */
const alike = 1e-9;

/**
 * The full hour within so many hours at which the person is likeliest to look; of hours that are alike the first. It is
 * always later than `at`, so that a journey that comes here again and again waits each time. An hour that the clocks jump
 * over never comes, one that comes twice is taken the first time.
 */
export function bestTime({ own, everybody, at, withinHours, zone, otherwise }: BestTimeOptions): BestTime {
  const { opens, clicks, visits } = own;
  const starts = hoursAhead({ at, withinHours, zone });
  const known = total(own.hours) > 0;
  if (!known && (otherwise !== null || total(everybody) < leastOfEverybody)) {
    const time = otherwise === null ? starts[0].at : Math.min(otherwise, at + withinHours * hourMs);
    return { at: time, hour: hourIn(time, zone), confidence: 0, from: 'fallback', opens, clicks, visits };
  }
  const shares = likelihood({ own: own.hours, everybody });
  const best = starts.reduce((found, start) => (shares[start.hour]! > shares[found.hour]! + alike ? start : found));
  return {
    ...best,
    confidence: confidenceOf(own.hours),
    from: known ? 'own' : 'everybody',
    opens,
    clicks,
    visits,
  };
}

type HoursAheadOptions = Pick<BestTimeOptions, 'at' | 'withinHours' | 'zone'>;
type HourStart = { at: number; hour: number };

/** When the hours of the person's clock begin after `at` and up to so many hours later. At least one. */
function hoursAhead({ at, withinHours, zone }: HoursAheadOptions): [HourStart, ...HourStart[]] {
  // Offsets are whole quarters of an hour (IANA), also where an hour begins because the clocks were moved.
  const first = Math.floor(at / quarterMs) * quarterMs;
  const starts: HourStart[] = [];
  let before = hourIn(first, zone);
  for (let time = first + quarterMs; time <= at + withinHours * hourMs || starts.length === 0; time += quarterMs) {
    const hour = hourIn(time, zone);
    if (hour !== before) starts.push({ at: time, hour });
    before = hour;
  }
  return starts as [HourStart, ...HourStart[]];
}

function hourIn(time: number, zone: string): number {
  const local = DateTime.fromMillis(time, { zone });
  return local.isValid ? local.hour : new Date(time).getUTCHours();
}
