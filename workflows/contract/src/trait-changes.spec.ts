import { expect, it } from 'vitest';
import type { Json, JsonObject } from './json.js';
import { applyTraitChanges, longestTraitList } from './trait-changes.js';
import type { TraitChange, TraitDo } from './trait-changes.js';

const after = (current: Json | undefined, how: TraitDo, value?: Json) =>
  applyTraitChanges(current === undefined ? {} : { t: current }, [
    { name: 't', do: how, ...(value === undefined ? {} : { value }) },
  ]);

it.each<[Json | undefined, TraitDo, Json | undefined, JsonObject]>([
  ['a', 'set', [1], { t: [1] }],
  ['a', 'set', null, { t: null }],
  ['a', 'unset', undefined, {}],
  [undefined, 'unset', undefined, {}],
  [0.1, 'add', 0.2, { t: 0.3 }],
  [undefined, 'add', -5, { t: -5 }],
  [null, 'add', 2, { t: 2 }],
  ['007.50', 'add', '0.5', { t: 8 }],
  [1e-20, 'add', 0, { t: 0 }],
  [999_999_999_999_999, 'add', 1, { t: 999_999_999_999_999 }],
  [1e300, 'add', 1, { t: 1e300 }],
  ['gold', 'add', 1, { t: 'gold' }],
  [true, 'add', 1, { t: true }],
  [3, 'add', 'much', { t: 3 }],
  [undefined, 'add', null, {}],
  [undefined, 'append', 'a', { t: ['a'] }],
  [['a'], 'append', ['b', 'a', 'b'], { t: ['a', 'b'] }],
  [[{ x: 1, y: 2 }], 'append', { y: 2, x: 1 }, { t: [{ x: 1, y: 2 }] }],
  ['a', 'append', 'b', { t: 'a' }],
  [['a', 'b', 'a'], 'remove', 'a', { t: ['b'] }],
  [['a', 1, null], 'remove', [1, null], { t: ['a'] }],
  [undefined, 'remove', 'a', {}],
  ['a', 'remove', 'a', { t: 'a' }],
])('%j, %s %j', (current, how, value, result) => {
  expect(after(current, how, value)).toEqual(result);
});

it('does one after the other, and leaves the others', () => {
  const changes: TraitChange[] = [
    { name: 'n', do: 'add', value: 1 },
    { name: 'n', do: 'add', value: 1 },
    { name: 'gone', do: 'unset' },
    { name: 'gone', do: 'append', value: '한글' },
  ];
  expect(applyTraitChanges({ n: 1, gone: 'x', other: { a: 1 } }, changes)).toEqual({
    n: 3,
    gone: ['한글'],
    other: { a: 1 },
  });
});

it('keeps the last items of a list that grows too long', () => {
  const all = Array.from({ length: longestTraitList + 5 }, (_, index) => index);
  expect(after(all.slice(0, 50), 'append', all.slice(50))).toEqual({ t: all.slice(5) });
});
