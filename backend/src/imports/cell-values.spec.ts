import { describe, expect, it } from 'vitest';
import { booleanOf, consentOf, dateOf, listOf, numberOf } from './cell-values.js';

const problem = { problem: expect.any(String) as string };

describe('numbers', () => {
  it.each([
    ['1234.5', 1234.5],
    ['-0', 0],
    ['+7', 7],
    ['1,234,567.25', 1234567.25],
    ["1'234.5", 1234.5],
    ['1\u00a0234', 1234],
    ['1e3', 1000],
    ['0.1', 0.1],
    ['100000000000000000000', 100000000000000000000],
  ])('%s with a point', (cell, value) => expect(numberOf(cell, '.')).toEqual({ value }));
  it.each([
    ['1234,5', 1234.5],
    ['1.234.567,25', 1234567.25],
    ['1 234,5', 1234.5],
    ['12', 12],
  ])('%s with a comma', (cell, value) => expect(numberOf(cell, ',')).toEqual({ value }));
  it.each(['1,5', '12,34', '1.2.3', '0x10', 'Infinity', '1e999', 'ten', '5 %', '--1', '12345678901234567', '٣'])(
    'never %s',
    (cell) => expect(numberOf(cell, '.')).toEqual(problem),
  );
  it.each(['1.5', '1.23'])('never %s where decimals follow a comma', (cell) =>
    expect(numberOf(cell, ',')).toEqual(problem),
  );
});

describe('dates', () => {
  it.each([
    ['2026-05-31', 'iso', '2026-05-31'],
    ['2026/05/31', 'mdy', '2026-05-31'],
    ['2026-05-31T10:00:00+09:00', 'iso', '2026-05-31T01:00:00.000Z'],
    ['2026-05-31 10:00', 'iso', '2026-05-31T10:00'],
    ['31.05.2026', 'dmy', '2026-05-31'],
    ['31/5/2026', 'dmy', '2026-05-31'],
    ['5/31/2026', 'mdy', '2026-05-31'],
    ['05/06/2026', 'mdy', '2026-05-06'],
    ['05/06/2026', 'dmy', '2026-06-05'],
    ['2026. 5. 31', 'iso', null],
    ['2026.5.31', 'iso', '2026-05-31'],
    ['31/05/2026 09:05', 'dmy', '2026-05-31T09:05:00'],
    ['29/02/2024', 'dmy', '2024-02-29'],
  ] as const)('%s as %s', (cell, order, value) =>
    expect(dateOf(cell, order)).toEqual(value === null ? problem : { value }),
  );
  it.each([
    ['29/02/2025', 'dmy'],
    ['31/05/2026', 'mdy'],
    ['31/05/2026', 'iso'],
    ['31/05/26', 'dmy'],
    ['20260531', 'iso'],
    ['tomorrow', 'iso'],
    ['2026-13-01', 'iso'],
  ] as const)('never %s as %s', (cell, order) => expect(dateOf(cell, order)).toEqual(problem));
});

it('reads yes and no in the words of spreadsheets', () => {
  for (const cell of ['TRUE', 'Yes', 'y', '1', '예']) expect(booleanOf(cell)).toEqual({ value: true });
  for (const cell of ['false', 'NO', 'n', '0', '아니오']) expect(booleanOf(cell)).toEqual({ value: false });
  expect(booleanOf('maybe')).toEqual(problem);
  expect(consentOf('Subscribed')).toEqual({ value: true });
  expect(consentOf('unsubscribed')).toEqual({ value: false });
  expect(consentOf('')).toEqual(problem);
});

it('reads lists as separated texts or as JSON', () => {
  expect(listOf(' red | blue||green ', '|')).toEqual({ value: ['red', 'blue', 'green'] });
  expect(listOf('["a, b", 1, null]', ',')).toEqual({ value: ['a, b', '1'] });
  expect(listOf('[{"a": 1}]', ',')).toEqual(problem);
  expect(listOf('[broken', ',')).toEqual(problem);
});
