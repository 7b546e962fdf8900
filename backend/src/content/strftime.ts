import type { DateTime } from 'luxon';

type Directive = {
  text: (at: DateTime) => string | number;
  /** Padded to this width. */ width?: number;
  pad?: '0' | ' ';
};

const number = (width: number, text: (at: DateTime) => number, pad: '0' | ' ' = '0'): Directive => ({
  text,
  width,
  pad,
});
const whole = (format: string): Directive => ({ text: (at) => strftime(at, format) });
const hour12 = (at: DateTime): number => at.hour % 12 || 12;
const yearDay = (at: DateTime): number => at.ordinal - 1;

/** Directives of `strftime` as Ruby has them, which Liquid's documentation refers to. */
const directives: Record<string, Directive> = {
  a: { text: (at) => at.toFormat('ccc') },
  A: { text: (at) => at.toFormat('cccc') },
  b: { text: (at) => at.toFormat('LLL') },
  h: { text: (at) => at.toFormat('LLL') },
  B: { text: (at) => at.toFormat('LLLL') },
  d: number(2, (at) => at.day),
  e: number(2, (at) => at.day, ' '),
  m: number(2, (at) => at.month),
  Y: { text: (at) => at.year },
  y: number(2, (at) => at.year % 100),
  C: number(2, (at) => Math.floor(at.year / 100)),
  H: number(2, (at) => at.hour),
  k: number(2, (at) => at.hour, ' '),
  I: number(2, hour12),
  l: number(2, hour12, ' '),
  M: number(2, (at) => at.minute),
  S: number(2, (at) => at.second),
  L: number(3, (at) => at.millisecond),
  N: { text: (at) => String(at.millisecond).padStart(3, '0').padEnd(9, '0') },
  p: { text: (at) => (at.hour < 12 ? 'AM' : 'PM') },
  P: { text: (at) => (at.hour < 12 ? 'am' : 'pm') },
  j: number(3, (at) => at.ordinal),
  u: { text: (at) => at.weekday },
  w: { text: (at) => at.weekday % 7 },
  U: number(2, (at) => Math.floor((yearDay(at) + 7 - (at.weekday % 7)) / 7)),
  W: number(2, (at) => Math.floor((yearDay(at) + 7 - (at.weekday - 1)) / 7)),
  V: number(2, (at) => at.weekNumber),
  G: { text: (at) => at.weekYear },
  g: number(2, (at) => at.weekYear % 100),
  s: { text: (at) => Math.floor(at.toSeconds()) },
  q: { text: (at) => ordinal(at.day) },
  z: { text: (at) => at.toFormat('ZZZ') },
  Z: { text: (at) => zoneName(at) },
  c: whole('%a %b %e %H:%M:%S %Y'),
  D: whole('%m/%d/%y'),
  F: whole('%Y-%m-%d'),
  R: whole('%H:%M'),
  r: whole('%I:%M:%S %p'),
  T: whole('%H:%M:%S'),
  x: whole('%m/%d/%y'),
  X: whole('%H:%M:%S'),
  n: { text: () => '\n' },
  t: { text: () => '\t' },
  '%': { text: () => '%' },
};
const longestWidth = 100;

/**
 * Writes a date: `%-d` without padding, `%^B` in capitals, `%:z` with a colon; what is no directive stays. Months,
 * weekdays and zones are named in the language of `at`.
 */
export function strftime(at: DateTime, format: string): string {
  return format.replace(
    /%([-_0^#:]*)(\d{0,3})([a-zA-Z%])/g,
    (written: string, flags: string, asked: string, letter: string) => {
      const directive = directives[letter];
      if (!directive) return written;
      if (letter === 'z' && flags.includes(':')) return at.toFormat('ZZ');
      let text = String(directive.text(at));
      if (flags.includes('^')) text = text.toUpperCase();
      if (flags.includes('#')) text = text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
      if (flags.includes('-')) return text;
      const pad = flags.includes('_') ? ' ' : flags.includes('0') ? '0' : (directive.pad ?? (asked === '' ? '0' : ' '));
      return text.padStart(asked === '' ? (directive.width ?? 0) : Math.min(Number(asked), longestWidth), pad);
    },
  );
}

/** `CET`, `EST`, `UTC`; where a language has no letters for a zone the difference to UTC, as in `GMT+9`. */
function zoneName(at: DateTime): string {
  return at.offsetNameShort ?? at.toFormat('ZZ');
}

function ordinal(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ['st', 'nd', 'rd'][(day % 10) - 1] ?? 'th';
}
