import { expect, it } from 'vitest';
import { nextOnClock } from './next-on-clock.js';

const at = (iso: string): number => Date.parse(iso);

it.each([
  ['later today', '2026-05-04T06:00:00Z', 'Europe/Berlin', '09:00', [], '2026-05-04T07:00:00Z'],
  ['tomorrow when it has passed', '2026-05-04T08:00:00Z', 'Europe/Berlin', '09:00', [], '2026-05-05T07:00:00Z'],
  ['never this very instant', '2026-05-04T07:00:00Z', 'Europe/Berlin', '09:00', [], '2026-05-05T07:00:00Z'],
  ['on the local weekday, not that of UTC', '2026-05-03T20:00:00Z', 'Asia/Seoul', '09:00', [1], '2026-05-04T00:00:00Z'],
  [
    'a week later when the day has passed',
    '2026-05-04T08:00:00Z',
    'Europe/Berlin',
    '09:00',
    [1],
    '2026-05-11T07:00:00Z',
  ],
  [
    'with the offset of the target day (spring)',
    '2026-03-28T12:00:00Z',
    'Europe/London',
    '09:00',
    [],
    '2026-03-29T08:00:00Z',
  ],
  [
    'with the offset of the target day (autumn)',
    '2026-10-31T14:00:00Z',
    'America/New_York',
    '09:00',
    [],
    '2026-11-01T14:00:00Z',
  ],
  ['the first instant after a gap', '2026-03-08T05:00:00Z', 'America/New_York', '02:30', [], '2026-03-08T07:00:00Z'],
  [
    'the first instant after a gap in London',
    '2026-03-28T12:00:00Z',
    'Europe/London',
    '01:15',
    [],
    '2026-03-29T01:00:00Z',
  ],
  ['the first of two', '2026-11-01T04:00:00Z', 'America/New_York', '01:30', [], '2026-11-01T05:30:00Z'],
  ['the first of two half hours', '2026-04-04T13:00:00Z', 'Australia/Lord_Howe', '01:45', [], '2026-04-04T14:45:00Z'],
  ['once a day over an overlap', '2026-11-01T05:30:00Z', 'America/New_York', '01:30', [], '2026-11-02T06:30:00Z'],
  [
    'on a day that was left out: when the next begins',
    '2011-12-30T09:59:59Z',
    'Pacific/Apia',
    '09:00',
    [],
    '2011-12-30T10:00:00Z',
  ],
  ['after a day that was left out', '2011-12-30T10:00:00Z', 'Pacific/Apia', '09:00', [], '2011-12-30T19:00:00Z'],
  [
    'never twice for a day that was left out',
    '2011-12-30T10:00:01Z',
    'Pacific/Apia',
    '09:00',
    [],
    '2011-12-30T19:00:00Z',
  ],
])('%s', (_, now, zone, time, weekdays, expected) => {
  expect(new Date(nextOnClock({ at: at(now), zone, time, weekdays })).toISOString()).toBe(
    new Date(expected).toISOString(),
  );
});
