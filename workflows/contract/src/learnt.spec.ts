import { expect, it } from 'vitest';
import { learntFrom, mostLearnt } from './learnt.js';
import type { Json } from './json.js';

const pathsOf = (value: Json) => learntFrom(value).map(({ path, type }) => `${path}: ${type}`);

it('knows paths and types, of lists those of the first item, and no value', () => {
  const value = {
    status: 200,
    all: { customer: { tier: '골드', 'since.day': '2026-01-05', vip: true, gone: null } },
    items: [{ price: 1.5 }, { other: 1 }],
    tags: ['a'],
    none: [],
  };
  expect(pathsOf(value)).toEqual([
    'status: number',
    'all.customer.tier: text',
    'all.customer["since.day"]: date',
    'all.customer.vip: boolean',
    'all.customer.gone: empty',
    'items: list',
    'items.0.price: number',
    'tags: list',
    'tags.0: text',
    'none: list',
  ]);
  expect(JSON.stringify(learntFrom(value))).not.toMatch(/골드|2026|1\.5/);
});

it('takes keys that are somebody’s data for no names', () => {
  expect(
    pathsOf({
      'ann@example.com': 1,
      '4111 1111 1111 1111': 1,
      '1234567': { a: 1 },
      '0b9c6b0e-3b0e-4b0e-8b0e-0b9c6b0e3b0e': { a: 1 },
      ['x'.repeat(61)]: 1,
      table: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, 1])),
      ok: 1,
    }),
  ).toEqual(['ok: number']);
});

it('stays small, however large a value is', () => {
  const wide = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [
      `a${at}`,
      Object.fromEntries(Array.from({ length: 40 }, (__, n) => [`b${n}`, 1])),
    ]),
  );
  expect(learntFrom(wide)).toHaveLength(mostLearnt);
  let deep: Json = 1;
  for (let at = 0; at < 50; at += 1) deep = { a: deep };
  expect(learntFrom(deep)).toEqual([]);
  expect(learntFrom('text')).toEqual([]);
});
