import type { Translator } from '@/i18n/translator';
import { dateLocale, pageLanguage } from './locale';

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "just now", "5 min. ago", "in 3 days"; `now` in milliseconds. */
export function relativeTime(t: Translator<'common.time'>, { at, now }: { at: string; now: number }): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 45) return seconds > 0 ? t('soon') : t('now');
  const [unit, length] = units.find(([, each]) => size >= each) ?? ['minute', 60];
  const words = new Intl.RelativeTimeFormat(pageLanguage(), { numeric: 'auto', style: 'short' });
  return words.format(Math.round(seconds / length) || Math.sign(seconds), unit).replace(/(hr|min|mo|yr)\./, '$1');
}

/** Date and time to the second with its zone, in the viewer's zone unless another is given. */
export function exactTime(at: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(dateLocale(), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    ...(timeZone ? { timeZone } : {}),
  }).format(new Date(at));
}

/**
 * For hovering: the exact time here and, for a person whose zone is another, the time where they are. One rule on all
 * pages: times are the viewer's.
 */
export function exactTimes(
  t: Translator<'common.time'>,
  { at, zone }: { at: string; zone?: string | null | undefined },
): string {
  const here = exactTime(at);
  const there = zone && zone !== Intl.DateTimeFormat().resolvedOptions().timeZone ? timeThere(at, zone) : null;
  return there === null ? here : t('theirs', { here, there });
}

function timeThere(at: string, zone: string): string | null {
  try {
    return `${new Intl.DateTimeFormat(dateLocale(), { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone: zone }).format(new Date(at))} (${zone})`;
  } catch {
    // A profile may carry a zone that this browser does not know.
    return null;
  }
}

/** Time of day, and the date unless it is the day of `now`: "09:14:02" or "24 Nov 09:14". */
export function shortTime({ at, now = Date.now(), timeZone }: { at: string; now?: number; timeZone?: string }): string {
  const zone = timeZone ? { timeZone } : {};
  const date = new Date(at);
  const day = new Intl.DateTimeFormat(dateLocale(), { day: 'numeric', month: 'short', ...zone });
  const sameDay = day.format(date) === day.format(now) && Math.abs(date.getTime() - now) < 86_400_000;
  const time = new Intl.DateTimeFormat(dateLocale(), {
    hour: '2-digit',
    minute: '2-digit',
    ...(sameDay ? { second: '2-digit' } : {}),
    ...zone,
  }).format(date);
  return sameDay ? time : `${day.format(date)} ${time}`;
}

type DayOptions = { at: string; now?: number; timeZone?: string };

/** "Today", "Yesterday" or the date, for headings over lists. */
export function dayWords(t: Translator<'common.time'>, { at, now = Date.now(), timeZone }: DayOptions): string {
  const format = new Intl.DateTimeFormat(dateLocale(), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    ...(timeZone ? { timeZone } : {}),
  });
  const day = format.format(new Date(at));
  if (day === format.format(now)) return t('today');
  if (day === format.format(now - 86_400_000)) return t('yesterday');
  return day;
}

/** "31 Dec 2026, 06:30", for an end that is far away. */
export function dayAndTime(at: string): string {
  return new Intl.DateTimeFormat(dateLocale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));
}
