import { expect, it } from 'vitest';
import { entryDate } from './entry-date.node.js';

function wayInOf(config: Parameters<typeof entryDate.parse>[0]) {
  const parsed = entryDate.parse(config);
  return parsed.ok ? entryDate.entry?.(parsed.config) : parsed.problems;
}

it('counts the days from the date, and none on it', () => {
  expect(wayInOf({ trait: 'renewal', side: 'before', days: 3, time: '09:00' })).toEqual({
    kind: 'date',
    trait: 'renewal',
    rule: { days: -3, time: '09:00', repeats: 'once', leapDay: 'february28' },
  });
  expect(wayInOf({ trait: 'birthday', days: 3, time: '00:30', repeats: 'yearly', leapDay: 'march1' })).toMatchObject({
    rule: { days: 0, repeats: 'yearly', leapDay: 'march1' },
  });
  expect(wayInOf({ trait: 'trial.end', side: 'after', days: 14, time: '18:00' })).toMatchObject({ rule: { days: 14 } });
});

it('asks for what is missing', () => {
  expect(wayInOf({ trait: ' ', time: '9' })).toEqual([
    { path: 'trait', message: 'Date is required.' },
    { path: 'time', message: 'Enter a time as HH:MM, from 00:00 to 23:59.' },
  ]);
});
