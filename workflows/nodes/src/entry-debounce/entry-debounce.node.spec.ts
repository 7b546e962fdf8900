import { expect, it } from 'vitest';
import { entryDebounce } from './entry-debounce.node.js';

function wayInOf(config: Parameters<typeof entryDebounce.parse>[0]) {
  const parsed = entryDebounce.parse(config);
  return parsed.ok ? entryDebounce.entry?.(parsed.config) : parsed.problems;
}
const given = { event: 'Edited', quiet: { amount: 5, unit: 'minutes' }, most: { amount: 1, unit: 'hours' } };

it('says how long it has to be quiet, per person or per value of a property', () => {
  const wayIn = { kind: 'debounce', event: 'Edited', quietSeconds: 300, mostSeconds: 3_600, maxAgeSeconds: 86_400 };
  expect(wayInOf({ ...given, key: ' ' })).toEqual(wayIn);
  expect(wayInOf({ ...given, key: 'document.id' })).toEqual({ ...wayIn, key: 'document.id' });
});

it('asks for what is missing or makes no sense', () => {
  expect(wayInOf({ ...given, event: '' })).toEqual([{ path: 'event', message: 'Event is required.' }]);
  expect(wayInOf({ ...given, most: { amount: 1, unit: 'minutes' } })).toEqual([
    { path: 'most', message: 'At most must be at least as long as the time without events.' },
  ]);
  expect(wayInOf({ ...given, most: { amount: 91, unit: 'days' } })).toEqual([
    { path: 'most', message: 'At most must be at most 90 days.' },
  ]);
});
