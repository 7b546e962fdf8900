import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayText, readDay } from '../clock-time.js';
import type { Json } from '../json.js';
import { dateRuleWords, datesDue } from './date-due.js';
import type { DateRule } from './date-due.js';

const once: DateRule = { days: 0, time: '09:00', repeats: 'once', leapDay: 'february28' };
const yearly: DateRule = { ...once, repeats: 'yearly' };

function due(rule: DateRule, value: Json, { zone = 'UTC', after }: { zone?: string; after: string }): string[] {
  return datesDue({ rule, value, zone, after: Date.parse(after) }).map(
    ({ day, at }) => `${dayText(day)} → ${new Date(at).toISOString().slice(0, 16)}Z`,
  );
}

it.each<[string, DateRule, Json, { zone?: string; after: string }, string[]]>([
  ['on the day', once, '2026-12-24', { after: '2026-12-01T00:00Z' }, ['2026-12-24 → 2026-12-24T09:00Z']],
  [
    '3 days before, where the person lives',
    { ...once, days: -3 },
    '2026-12-24',
    { zone: 'Asia/Seoul', after: '2026-12-01T00:00Z' },
    ['2026-12-24 → 2026-12-21T00:00Z'],
  ],
  [
    'a day before at 00:30 at UTC+9',
    { ...once, days: -1, time: '00:30' },
    '2026-12-24',
    { zone: 'Asia/Seoul', after: '2026-12-01T00:00Z' },
    ['2026-12-24 → 2026-12-22T15:30Z'],
  ],
  [
    'an instant is the day of the person’s calendar',
    once,
    '2026-12-24T16:00:00Z',
    { zone: 'Asia/Seoul', after: '2026-12-01T00:00Z' },
    ['2026-12-25 → 2026-12-25T00:00Z'],
  ],
  [
    'today, with the time ahead',
    once,
    '2026-12-24',
    { after: '2026-12-24T08:59Z' },
    ['2026-12-24 → 2026-12-24T09:00Z'],
  ],
  ['today, with the time passed', once, '2026-12-24', { after: '2026-12-24T09:00Z' }, []],
  ['in the past', once, '2020-12-24', { after: '2026-12-24T09:00Z' }, []],
  ['no date', once, 'soon', { after: '2026-12-24T09:00Z' }, []],
  ['no value', once, null, { after: '2026-12-24T09:00Z' }, []],
  ['a day that does not exist', once, '2027-02-30', { after: '2026-12-24T09:00Z' }, []],
  [
    'a list',
    once,
    ['2027-02-01', '2027-01-01', 'x', '2027-01-01', '2020-01-01'],
    { after: '2026-12-24T09:00Z' },
    ['2027-01-01 → 2027-01-01T09:00Z', '2027-02-01 → 2027-02-01T09:00Z'],
  ],
  [
    'a list: two instants on one day, and the day itself, each of their own',
    once,
    ['2026-12-24T22:30:00Z', '2026-12-24T02:00:00Z', '2026-12-24T02:00:00Z', '2026-12-24'],
    { after: '2026-12-01T00:00Z' },
    Array.from({ length: 3 }, () => '2026-12-24 → 2026-12-24T09:00Z'),
  ],
  ['each year', yearly, '1990-05-01', { after: '2026-12-24T00:00Z' }, ['2027-05-01 → 2027-05-01T09:00Z']],
  ['each year, today', yearly, '1990-12-24', { after: '2026-12-24T00:00Z' }, ['2026-12-24 → 2026-12-24T09:00Z']],
  ['each year, today gone', yearly, '1990-12-24', { after: '2026-12-24T09:00Z' }, ['2027-12-24 → 2027-12-24T09:00Z']],
  [
    'each year, from its year on',
    yearly,
    '2030-05-01',
    { after: '2026-12-24T00:00Z' },
    ['2030-05-01 → 2030-05-01T09:00Z'],
  ],
  ['29 February as the 28th', yearly, '2004-02-29', { after: '2026-12-24T00:00Z' }, ['2027-02-28 → 2027-02-28T09:00Z']],
  [
    '29 February as 1 March',
    { ...yearly, leapDay: 'march1' },
    '2004-02-29',
    { after: '2026-12-24T00:00Z' },
    ['2027-03-01 → 2027-03-01T09:00Z'],
  ],
  [
    '29 February in its own year',
    { ...yearly, leapDay: 'march1' },
    '2004-02-29',
    { after: '2027-03-24T00:00Z' },
    ['2028-02-29 → 2028-02-29T09:00Z'],
  ],
  [
    '30 days before New Year lies in the year before',
    { ...yearly, days: -30 },
    '1990-01-01',
    { after: '2026-12-01T00:00Z' },
    ['2027-01-01 → 2026-12-02T09:00Z'],
  ],
  [
    '400 days after',
    { ...yearly, days: 400 },
    '1990-01-01',
    { after: '2026-12-01T00:00Z' },
    ['2026-01-01 → 2027-02-05T09:00Z'],
  ],
  [
    '02:30 is jumped over: 03:00',
    { ...once, time: '02:30' },
    '2027-03-28',
    { zone: 'Europe/Berlin', after: '2026-12-01T00:00Z' },
    ['2027-03-28 → 2027-03-28T01:00Z'],
  ],
])('%s', (_, rule, value, where, expected) => {
  expect(due(rule, value, where)).toEqual(expected);
});

it('comes for each anniversary once, in order, when it is asked again from the last', () => {
  fc.assert(
    fc.property(
      fc.record({
        born: fc.oneof(fc.integer({ min: 0, max: 20_000 }).map(dayText), fc.constant('1996-02-29')),
        days: fc.integer({ min: -400, max: 400 }),
        time: fc.constantFrom('00:00', '02:30', '23:59'),
        zone: fc.constantFrom('Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu', 'Europe/Berlin'),
        leapDay: fc.constantFrom('february28' as const, 'march1' as const),
      }),
      ({ born, zone, ...rest }) => {
        const rule: DateRule = { ...rest, repeats: 'yearly' };
        let after = Date.parse('2026-06-15T12:00Z');
        const days: string[] = [];
        for (let turn = 0; turn < 6; turn += 1) {
          const [next] = datesDue({ rule, value: born, zone, after });
          if (!next) throw new Error('There is a next year.');
          expect(next.at).toBeGreaterThan(after);
          days.push(dayText(next.day));
          after = next.at;
        }
        const year = Number(days[0]?.slice(0, 4));
        const wanted = Array.from({ length: 6 }, (__, index) => {
          const day = `${year + index}${born.slice(4)}`;
          if (readDay(day) !== null) return day;
          return rule.leapDay === 'march1' ? `${year + index}-03-01` : `${year + index}-02-28`;
        });
        expect(days).toEqual(wanted);
        // The first is not late: a year before it there was nothing ahead.
        const before = datesDue({ rule, value: born, zone, after: Date.parse('2026-06-15T12:00Z') })[0];
        expect((before?.at ?? 0) - Date.parse('2026-06-15T12:00Z')).toBeLessThanOrEqual(367 * 86_400_000);
      },
    ),
    { numRuns: 200, seed: 12 },
  );
});

it('says it in words', () => {
  expect(dateRuleWords({ rule: { ...yearly, days: -3 }, trait: 'birthday' })).toBe(
    '3 days before birthday at 09:00, every year',
  );
  expect(dateRuleWords({ rule: once, trait: 'renewal' })).toBe('on renewal at 09:00');
});
