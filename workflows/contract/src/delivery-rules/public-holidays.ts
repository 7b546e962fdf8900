import { dayFromNumber } from '../clock-time.js';
import { dayNumber } from '../read-date.js';

/** Countries whose public holidays are known here. */
export const holidayCountries = ['FR'] as const;
export type HolidayCountry = (typeof holidayCountries)[number];

type Holidays = {
  /** `MM-DD` of each year. */
  fixed: readonly string[];
  /** Days after Easter Sunday. */
  afterEaster: readonly number[];
};

const holidays: Record<HolidayCountry, Holidays> = {
  // Code du travail, L3133-1.
  FR: {
    fixed: ['01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25'],
    afterEaster: [1, 39, 50],
  },
};

/** Whether a day, counted from 1970-01-01, is a public holiday of a country. */
export function isPublicHoliday(country: HolidayCountry, day: number): boolean {
  const { fixed, afterEaster } = holidays[country];
  const { year, month, day: ofMonth } = dayFromNumber(day);
  if (fixed.includes(`${two(month)}-${two(ofMonth)}`)) return true;
  return afterEaster.includes(day - easterOf(year));
}

/** Easter Sunday of a year in the Gregorian calendar, counted from 1970-01-01 (Meeus, Astronomical Algorithms, 8). */
function easterOf(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const l = (32 + 2 * e + 2 * i - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const month = Math.floor((h + l - 7 * m + 90) / 25);
  return dayNumber({ year, month, day: (h + l - 7 * m + 33 * month + 19) % 32 });
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
