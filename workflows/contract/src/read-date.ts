/** A day and a time on the clock, without saying where. */
export type WallTime = {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
};

/**
 * What a value says of when: a point in time (`at`: ms since 1970), a time on the clock of a zone that is not said, or
 * a day of the calendar.
 */
export type ReadDate =
  | { kind: 'instant'; at: number }
  | ({ kind: 'local' } & WallTime)
  | { kind: 'date'; year: number; month: number; day: number };

/** Numbers from here on are milliseconds, below seconds: the year 5138 in seconds, 3 March 1973 in milliseconds. */
const firstMilliseconds = 1e11;
/** The year 5138 in milliseconds; what is greater counts something else, such as microseconds. */
const last = 1e14;
const msPerDay = 86_400_000;
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

// `read_instant` of the database reads the same: rules are asked in both. A test compares them.
const zone = String.raw`(?: ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)(?:\[[A-Za-z0-9_/+-]+\])?)?`;
const iso = new RegExp(
  String.raw`^(\d{4})([-/])(\d{2})\2(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?${zone})?$`,
  'i',
);
const mail =
  /^(?:(?:mon|tue|wed|thu|fri|sat|sun), )?(\d{1,2}) (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) (\d{4}) (\d{2}):(\d{2})(?::(\d{2}))? (Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$/i;
const epochText = /^(?:[1-9]\d{9}|[1-9]\d{12})$/;

/**
 * The one reading of dates: the same on every host, and null for what cannot be read for sure. It takes
 * - ISO 8601 with an offset (`2026-05-01T12:00:00Z`, `2026-05-01 12:00+02:00`) and the form of mails and HTTP (`Fri, 01
 * May 2026 12:00:00 GMT`): an instant;
 * - ISO 8601 without one (`2026-05-01T12:00`): a local time; see `instantIn`;
 * - a day alone (`2026-05-01`, `2026/05/01`): a date;
 * - numbers: seconds or, from 1e11 on, milliseconds since 1970; also text of 10 or 13 digits; and `Date`s.
 * Days that do not exist (`2026-02-30`), day first or month first (`31/12/2026`) and free text are not read.
 */
export function readDate(value: unknown): ReadDate | null {
  if (typeof value === 'number') return ofNumber(value);
  if (value instanceof Date) return Number.isFinite(value.valueOf()) ? { kind: 'instant', at: value.valueOf() } : null;
  if (typeof value !== 'string' || value.length > 100) return null;
  const text = value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
  if (epochText.test(text)) return ofNumber(Number(text));
  return ofIso(iso.exec(text)) ?? ofMail(mail.exec(text));
}

/** Milliseconds since 1970 of what was read, where times and days without a zone are those of UTC. */
export function instantInUtc(read: ReadDate): number {
  return read.kind === 'instant' ? read.at : read.kind === 'date' ? dayNumber(read) * msPerDay : wallTimeAsUtc(read);
}

/** The day of the calendar, counted from 1970-01-01, of what was read; of an instant that of UTC. */
export function dayOf(read: ReadDate): number {
  return read.kind === 'instant' ? Math.floor(read.at / msPerDay) : dayNumber(read);
}

/** Milliseconds since 1970 at which a clock in UTC shows this. */
export function wallTimeAsUtc(time: WallTime): number {
  return dayNumber(time) * msPerDay + ((time.hour * 60 + time.minute) * 60 + time.second) * 1_000 + time.millisecond;
}

function ofNumber(value: number): ReadDate | null {
  if (!Number.isFinite(value) || Math.abs(value) >= last) return null;
  return { kind: 'instant', at: Math.trunc(Math.abs(value) < firstMilliseconds ? value * 1_000 : value) };
}

function ofIso(match: RegExpExecArray | null): ReadDate | null {
  if (!match) return null;
  const [, year, , month, day, hour, minute, second = '0', fraction = '0', offset] = match;
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  if (hour === undefined) return isDay(date) ? { kind: 'date', ...date } : null;
  return ofTime(
    {
      ...date,
      hour: Number(hour),
      minute: Number(minute),
      second: Number(second),
      millisecond: Number(fraction.padEnd(3, '0').slice(0, 3)),
    },
    offset,
  );
}

function ofMail(match: RegExpExecArray | null): ReadDate | null {
  if (!match) return null;
  const [, day, month = '', year, hour, minute, second = '0', offset] = match;
  return ofTime(
    {
      year: Number(year),
      month: months.indexOf(month.toLowerCase()) + 1,
      day: Number(day),
      hour: Number(hour),
      minute: Number(minute),
      second: Number(second),
      millisecond: 0,
    },
    offset,
  );
}

function ofTime(time: WallTime, offset: string | undefined): ReadDate | null {
  if (!isDay(time) || time.hour > 23 || time.minute > 59 || time.second > 59) return null;
  if (offset === undefined) return { kind: 'local', ...time };
  const minutes = offsetMinutes(offset);
  return minutes === null ? null : { kind: 'instant', at: wallTimeAsUtc(time) - minutes * 60_000 };
}

/** No place on earth is further from UTC than 14 hours. */
function offsetMinutes(offset: string): number | null {
  const sign = offset[0];
  if (sign !== '+' && sign !== '-') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(3).replace(':', '') || '0');
  return hours > 14 || minutes > 59 ? null : (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
}

/** A day of the calendar; months and days count from 1. */
export type Day = { year: number; month: number; day: number };

function isDay({ year, month, day }: Day): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
}

/** Days since 1970-01-01 in the Gregorian calendar (Hinnant, "days_from_civil"). */
export function dayNumber({ year, month, day }: Day): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}
