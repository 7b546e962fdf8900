import { dayText, localDayAt, offsetAt, weekdayOfDay, zoneOrUtc } from '@wend/contract';

type LocalTimePartOptions = {
  at: number;
  zone: string;
  part: 'weekday' | 'hour' | 'date';
};

/**
 * Weekday (1 = Monday), hour (0-23) or date (YYYY-MM-DD) where the person lives. A zone that does not exist counts as
 * UTC: it must not hold a run up.
 */
export function localTimePart({ at, zone, part }: LocalTimePartOptions): number | string {
  const known = zoneOrUtc(zone);
  const day = localDayAt(at, known);
  if (part === 'hour') return Math.floor((at + offsetAt(at, known) - day * 86_400_000) / 3_600_000);
  return part === 'weekday' ? weekdayOfDay(day) : dayText(day);
}
