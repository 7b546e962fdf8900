import fc from 'fast-check';
import { expect, it } from 'vitest';
import { liquidKeys, liquidPath, pathKeys, pathOf } from './path.js';

it.each<[string, string[]]>([
  ['plan', ['plan']],
  ['address.city', ['address', 'city']],
  ['items.0.name', ['items', '0', 'name']],
  ['["order.id"]', ['order.id']],
  ['cart["order.id"].total', ['cart', 'order.id', 'total']],
  ['["a.b"]["c.d"]', ['a.b', 'c.d']],
  ['["a\\"b"]', ['a"b']],
  ['a["b', ['a["b']],
  ['["a"]b', ['["a"]b']],
  ['["\\q"]', ['["\\q"]']],
  ['a..b', ['a', '', 'b']],
  ['', ['']],
  ['items[0]', ['items[0]']],
])('%s leads through %j', (path, keys) => expect(pathKeys(path)).toEqual(keys));

it('comes back from its keys, whatever they are', () => {
  const key = fc.oneof(
    fc.constantFrom('a', 'order.id', '', '["', '["a"]', '"', '\\', 'a]', '[', '0', 'a b', '"].'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), (keys) => {
      expect(pathKeys(pathOf(keys))).toEqual(keys);
    }),
    { numRuns: 5_000 },
  );
});

it('is written for Liquid', () => {
  expect(
    ['plan', 'address.city', '["order.id"]', 'cart["order.id"].total', 'Order Id'].map((path) =>
      liquidPath('entry', path),
    ),
  ).toEqual([
    'entry.plan',
    'entry.address.city',
    'entry["order.id"]',
    'entry.cart["order.id"].total',
    'entry["Order Id"]',
  ]);
});

it('is read in Liquid', () =>
  expect(['.plan', '.cart["order.id"].total', `['a.b'][ "c" ]`].map(liquidKeys)).toEqual([
    ['plan'],
    ['cart', 'order.id', 'total'],
    ['a.b', 'c'],
  ]));
