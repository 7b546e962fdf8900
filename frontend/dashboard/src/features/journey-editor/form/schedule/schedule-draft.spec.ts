import { describe, expect, it } from 'vitest';
import { frequencyOf, withRepeats } from './schedule-draft';

const weekly = {
  zone: 'person',
  repeats: 'weekly',
  every: 2,
  weekdays: [2],
  time: '08:00',
  start: '2026-12-29',
  end: { kind: 'after', times: 3 },
};

describe('another shape of a schedule', () => {
  it('keeps what both have', () => {
    expect(withRepeats(weekly, 'daily')).toEqual({
      zone: 'person',
      repeats: 'daily',
      every: 2,
      time: '08:00',
      start: '2026-12-29',
      end: { kind: 'after', times: 3 },
    });
    expect(withRepeats(weekly, 'once')).toEqual({
      zone: 'person',
      repeats: 'once',
      time: '08:00',
      start: '2026-12-29',
    });
  });

  it('takes days from the start', () => {
    expect(withRepeats(weekly, 'monthly')).toMatchObject({ days: [29], shortMonths: 'lastDay' });
    // The fifth Tuesday: not every month has one.
    expect(withRepeats(weekly, 'monthlyWeekday')).toMatchObject({ nth: 0, weekday: 2 });
    expect(withRepeats({ start: '2026-12-08' }, 'monthlyWeekday')).toMatchObject({ nth: 2, weekday: 2 });
    expect(withRepeats({}, 'weekly')).toMatchObject({ zone: 'workspace', every: 1, weekdays: [1], time: '09:00' });
  });

  it('shows both of a month as one', () => {
    expect(frequencyOf({ repeats: 'monthlyWeekday' })).toBe('monthly');
    expect(frequencyOf({ repeats: 'hourly' })).toBe('once');
  });
});
