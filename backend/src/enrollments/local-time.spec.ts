import { expect, it } from 'vitest';
import { localTimePart } from './local-time.js';

const at = (iso: string) => Date.parse(iso);

it('says weekday, hour and date of the person', () => {
  const parts = (['weekday', 'hour', 'date'] as const).map((part) =>
    localTimePart({ at: at('2026-05-03T20:00:00Z'), zone: 'Asia/Seoul', part }),
  );
  expect(parts).toEqual([1, 5, '2026-05-04']);
});

it('takes a zone that does not exist for UTC', () => {
  expect(localTimePart({ at: at('2026-05-03T20:00:00Z'), zone: 'Mars/Olympus', part: 'hour' })).toBe(20);
});
