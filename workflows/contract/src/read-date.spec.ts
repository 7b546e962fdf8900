import fc from 'fast-check';
import { DateTime } from 'luxon';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instantIn } from './instant-in.js';
import { dayOf, instantInUtc, readDate } from './read-date.js';

const at = (text: string) => ({ kind: 'instant', at: Date.parse(text) });
const noon = { year: 2026, month: 5, day: 1, hour: 12, minute: 0, second: 0, millisecond: 0 };

describe('readDate', () => {
  it.each<[unknown, unknown]>([
    ['2026-05-01T12:00:00Z', at('2026-05-01T12:00:00Z')],
    ['2026-05-01T12:00:00.123456789Z', at('2026-05-01T12:00:00.123Z')],
    ['2026-05-01t12:00z', at('2026-05-01T12:00:00Z')],
    ['2026-05-01 12:00:00+02:00', at('2026-05-01T10:00:00Z')],
    ['2026-05-01T12:00:00-0530', at('2026-05-01T17:30:00Z')],
    ['2026-05-01 12:00:00 UTC', at('2026-05-01T12:00:00Z')],
    ['2026-05-01T12:00:00+02', at('2026-05-01T10:00:00Z')],
    ['2026-05-01T12:00:00+02:00[Europe/Paris]', at('2026-05-01T10:00:00Z')],
    [' 2026-05-01T12:00Z ', at('2026-05-01T12:00:00Z')],
    ['Fri, 01 May 2026 12:00:00 GMT', at('2026-05-01T12:00:00Z')],
    ['1 May 2026 12:00 +0200', at('2026-05-01T10:00:00Z')],
    ['2026-05-01T12:00', { kind: 'local', ...noon }],
    ['2026-05-01 12:00:00', { kind: 'local', ...noon }],
    ['2026-05-01', { kind: 'date', year: 2026, month: 5, day: 1 }],
    ['2026/05/01', { kind: 'date', year: 2026, month: 5, day: 1 }],
    ['2024-02-29', { kind: 'date', year: 2024, month: 2, day: 29 }],
    [1_700_000_000, { kind: 'instant', at: 1_700_000_000_000 }],
    [1_700_000_000_000, { kind: 'instant', at: 1_700_000_000_000 }],
    [1_700_000_000.25, { kind: 'instant', at: 1_700_000_000_250 }],
    [-86_400, { kind: 'instant', at: -86_400_000 }],
    ['1700000000', { kind: 'instant', at: 1_700_000_000_000 }],
    ['1700000000000', { kind: 'instant', at: 1_700_000_000_000 }],
    [new Date(5), { kind: 'instant', at: 5 }],
  ])('reads %j', (value, expected) => expect(readDate(value)).toEqual(expected));

  it.each<[unknown]>([
    ['31/12/2026'],
    ['12/31/2026'],
    ['1.5.2026'],
    ['2026-02-30'],
    ['2026-13-01'],
    ['2026-00-10'],
    ['2023-02-29'],
    ['2026-05-01T24:00Z'],
    ['2026-05-01T12:60Z'],
    ['2026-05-01T12:00+15:00'],
    ['2026-5-1'],
    ['2026-05/01'],
    ['2026'],
    ['20260501'],
    ['tomorrow'],
    ['now'],
    ['May 2026'],
    ['Monday'],
    ['5'],
    [''],
    [' '],
    ['2026-05-01T'],
    [1_700_000_000_000_000],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [true],
    [null],
    [undefined],
    [{}],
    [[1_700_000_000]],
    [new Date(Number.NaN)],
  ])('refuses %j', (value) => expect(readDate(value)).toBeNull());

  it('knows each day of the calendar', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          const text = date.toISOString();
          expect(readDate(text)).toEqual({ kind: 'instant', at: date.getTime() });
          expect(dayOf(readDate(text.slice(0, 10))!)).toBe(Math.floor(date.getTime() / 86_400_000));
          expect(instantInUtc(readDate(text.slice(0, -1))!)).toBe(date.getTime());
        },
      ),
    );
  });
});

describe('instantIn', () => {
  it('takes times and days for those of the zone', () => {
    expect(instantIn(readDate('2026-05-01')!, 'Asia/Seoul')).toBe(Date.parse('2026-04-30T15:00:00Z'));
    expect(instantIn(readDate('2026-05-01T09:00')!, 'America/Los_Angeles')).toBe(Date.parse('2026-05-01T16:00:00Z'));
    expect(instantIn(readDate('2026-05-01T09:00Z')!, 'America/Los_Angeles')).toBe(Date.parse('2026-05-01T09:00:00Z'));
  });

  it('says what luxon says, where the clock shows that time', () => {
    const zones = fc.constantFrom(
      'Asia/Seoul',
      'America/Los_Angeles',
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'America/St_Johns',
      'UTC',
    );
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1975-01-01'), max: new Date('2037-01-01'), noInvalidDate: true }),
        zones,
        (date, zone) => {
          const local = DateTime.fromJSDate(date, { zone });
          const first = Math.min(...local.getPossibleOffsets().map((each) => each.toMillis()));
          expect(instantIn(readDate(local.toISO({ includeOffset: false }))!, zone)).toBe(first);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('goes over a gap in the clocks', () =>
    expect(instantIn(readDate('2026-03-29T02:30')!, 'Europe/Berlin')).toBe(Date.parse('2026-03-29T01:30:00Z')));
});

describe.each([
  ['UTC', 0],
  ['Asia/Seoul', 9],
  ['America/Los_Angeles', 16],
])('on a host in %s', (zone, hour) => {
  const before = process.env['TZ'];
  beforeAll(() => {
    process.env['TZ'] = zone;
  });
  afterAll(() => {
    process.env['TZ'] = before ?? '';
    if (before === undefined) delete process.env['TZ'];
  });

  it('reads the same', () => {
    expect(new Date(0).getHours()).toBe(hour);
    const values = [
      '2026-05-01T12:00',
      '2026-05-01',
      '2026-03-08T02:30:00',
      1_700_000_000,
      'Fri, 01 May 2026 12:00:00 GMT',
    ];
    expect(values.map((value) => instantInUtc(readDate(value)!))).toEqual([
      1_777_636_800_000, 1_777_593_600_000, 1_772_937_000_000, 1_700_000_000_000, 1_777_636_800_000,
    ]);
    expect(values.map((value) => instantIn(readDate(value)!, 'Asia/Seoul'))).toEqual([
      1_777_604_400_000, 1_777_561_200_000, 1_772_904_600_000, 1_700_000_000_000, 1_777_636_800_000,
    ]);
  });
});
