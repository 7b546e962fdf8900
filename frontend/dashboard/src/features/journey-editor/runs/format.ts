import type { Translator } from '@/i18n/translator';
import { dateLocale } from '@/lib/locale';
import { exactTimes } from '../../../lib/time';

/** Words and figures of runs. Units stand behind a space ("5 h 12 m"), a percent sign does not ("61%"). */

/** A whole number with grouped digits: `1,284`. */
export function formatCount(value: number, locale = dateLocale()): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(value);
}

/** A share from 0 to 1 as `44%`. Never rounds something to nothing or nearly all to all: `<1%`, `>99%`. */
export function formatShare(share: number, locale = dateLocale()): string {
  if (share > 0 && share < 0.005) return '<1%';
  if (share < 1 && share >= 0.995) return '>99%';
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(share * 100)}%`;
}

const durationUnits = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** A duration in seconds, at most two units: `5 h 12 m`, `3 d`, `<1 s`. */
export function formatDuration(seconds: number, locale = dateLocale()): string {
  if (seconds < 1) return seconds > 0 ? '<1 s' : '0 s';
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  // Rounding to the smaller of the two shown units first keeps `59.7 s` from becoming `60 s`.
  const largest = durationUnits.findIndex(([, size]) => seconds >= size);
  const smaller = durationUnits[Math.min(largest + 1, durationUnits.length - 1)]?.[1] ?? 1;
  let rest = Math.round(seconds / smaller) * smaller;
  const parts: string[] = [];
  for (const [unit, size] of durationUnits) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${number.format(count)} ${unit}`);
  }
  return parts.slice(0, 2).join(' ');
}

/** How long ago, for a line that is refreshed each second: `just now`, `2 s ago`, `5 m ago`. */
export function formatAgo(t: Translator<'common.time'>, milliseconds: number): string {
  if (milliseconds < 1_000) return t('now');
  return t('ago', {
    span: formatDuration(Math.floor(milliseconds / 1_000))
      .split(' ')
      .slice(0, 2)
      .join(' '),
  });
}

export type TimeStyle = 'time' | 'seconds' | 'day' | 'day-seconds' | 'date' | 'date-seconds' | 'exact';
const timeStyles: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
  time: { hour: '2-digit', minute: '2-digit' },
  seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  day: { weekday: 'short', hour: '2-digit', minute: '2-digit' },
  'day-seconds': { weekday: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  date: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  'date-seconds': {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  },
  exact: {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    timeZoneName: 'short',
  },
};

/** A time in a zone (IANA; none = the viewer's): `Tue 24 Nov 09:14`. An unknown zone falls back to the viewer's. */
export function formatTime(
  at: number | string,
  options: { style: TimeStyle; zone?: string | null | undefined; locale?: string },
): string {
  const { style, zone, locale = dateLocale() } = options;
  return formatterOf({ style, zone: zone ?? undefined, locale })
    .format(new Date(at))
    .replaceAll(',', '');
}

const formatters = new Map<string, Intl.DateTimeFormat>();
type FormatterOfOptions = {
  style: TimeStyle;
  zone: string | undefined;
  locale: string;
};

function formatterOf({ style, zone, locale }: FormatterOfOptions): Intl.DateTimeFormat {
  const key = `${locale}|${style}|${zone ?? ''}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = makeFormatter({ style, zone, locale });
  formatters.set(key, made);
  return made;
}

type MakeFormatterOptions = {
  style: TimeStyle;
  zone: string | undefined;
  locale: string;
};

function makeFormatter({ style, zone, locale }: MakeFormatterOptions): Intl.DateTimeFormat {
  const options = { ...timeStyles[style], hour12: false };
  try {
    return new Intl.DateTimeFormat(locale, { ...options, ...(zone ? { timeZone: zone } : {}) });
  } catch {
    // A profile may carry a zone that this browser does not know.
    return new Intl.DateTimeFormat(locale, options);
  }
}

type HoverTime = { at: number | string; their: string | null | undefined };

/** For hovering: the exact time, the viewer's and that where the person is. */
export function hoverTime(t: Translator<'common.time'>, { at, their }: HoverTime): string {
  return exactTimes(t, { at: new Date(at).toISOString(), zone: their });
}

/** Two times as a span that does not repeat the day: `Tue 09:14:02 → 09:14:05`, `Tue 09:14 → Wed 09:14`. */
export function formatSpan({ from, to, zone }: { from: number; to: number; zone?: string | null | undefined }): string {
  if (to - from < 1_000) return formatTime(from, { style: 'day-seconds', zone });
  // Further apart a weekday no longer names one day.
  if (to - from > 6 * 86_400_000)
    return `${formatTime(from, { style: 'date', zone })} → ${formatTime(to, { style: 'date', zone })}`;
  const sameDay =
    formatTime(from, { style: 'date', zone }).slice(0, -5) === formatTime(to, { style: 'date', zone }).slice(0, -5);
  const precise = to - from < 3_600_000;
  const start = formatTime(from, { style: precise ? 'day-seconds' : 'day', zone });
  return `${start} → ${formatTime(to, { style: sameDay ? (precise ? 'seconds' : 'time') : 'day', zone })}`;
}

/** Letters for an avatar: the first letter of a name. */
export function initialOf(name: string): string {
  return (name.trim()[0] ?? '?').toLocaleUpperCase();
}
