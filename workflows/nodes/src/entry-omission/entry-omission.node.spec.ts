import { expect, it } from 'vitest';
import { entryOmission } from './entry-omission.node.js';

function wayInOf(config: Parameters<typeof entryOmission.parse>[0]) {
  const parsed = entryOmission.parse(config);
  return parsed.ok ? entryOmission.entry?.(parsed.config) : parsed.problems;
}
const given = { event: 'Cart Updated', without: { event: 'Order Placed' }, within: { amount: 1, unit: 'hours' } };

it('says what opens a window, what closes it, and for how long it is open', () => {
  expect(wayInOf(given)).toEqual({
    kind: 'omission',
    event: 'Cart Updated',
    without: { event: 'Order Placed' },
    withinSeconds: 3_600,
    maxAgeSeconds: 86_400,
  });
});

it('needs the property by which something is the same', () => {
  const wayIn = wayInOf({
    ...given,
    without: { event: 'Order Placed', where: { op: 'all', rules: [] }, same: 'item.id', sameAs: ' sku ' },
    anyAge: true,
  });
  expect(wayIn).toEqual({
    kind: 'omission',
    event: 'Cart Updated',
    without: { event: 'Order Placed', same: { property: 'item.id', of: 'sku' } },
    withinSeconds: 3_600,
    where: { op: 'compare', left: { source: 'property', path: 'sku' }, is: 'exists' },
  });
  expect(wayInOf({ ...given, without: { event: 'Order Placed', same: 'sku' } })).toMatchObject({
    without: { same: { property: 'sku', of: 'sku' } },
  });
});

it('asks for what is missing or too long', () => {
  expect(wayInOf({ event: ' ', without: { event: '' }, within: { amount: 0, unit: 'days' } })).toEqual([
    { path: 'event', message: 'Event is required.' },
    { path: 'without.event', message: 'Event is required.' },
    { path: 'within.amount', message: 'Within must be greater than 0.' },
  ]);
  expect(wayInOf({ ...given, within: { amount: 91, unit: 'days' } })).toEqual([
    { path: 'within', message: 'Within must be at most 90 days.' },
  ]);
});
