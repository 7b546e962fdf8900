import { expect, it } from 'vitest';
import { keptPaths, withKept } from './keep';

it.each([
  ['customer.tier', 'tier', 'tier'],
  ['items.0.price', 'price', 'price'],
  ['tags.0', '0', 'tags'],
  ['status', 'status', 'status_2'],
  ['["등급"]', '등급', '_'],
  ['a.7x', '7x', 'value_7x'],
])('keeps %s under a name that a step takes', (path, key, name) => {
  const [kept] = withKept([{ name: '', path: '' }], { path, name: key });
  expect(kept).toEqual({ name, path });
  expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_]{0,59}$/);
});

it('gives no name twice, and leaves what is there', () => {
  const list = [{ name: 'tier', path: 'a.tier' }];
  expect(withKept(list, { path: 'b.tier', name: 'tier' })).toEqual([...list, { name: 'tier_2', path: 'b.tier' }]);
  expect([...keptPaths(list)]).toEqual(['a.tier']);
  expect(withKept(undefined, { path: 'x', name: 'x' })).toEqual([{ name: 'x', path: 'x' }]);
});
