import { expect, it } from 'vitest';
import type { Fact } from './program.js';
import type { Json, JsonObject } from './json.js';
import { settingsFrom, typedValue, typedValues } from './step-values.js';
import type { FillType } from './step-values.js';

it.each<[FillType, Json, Json]>([
  ['auto', [1], [1]],
  ['text', 7, '7'],
  ['text', null, ''],
  ['text', { a: 1 }, '{"a":1}'],
  ['number', ' 12.5 ', 12.5],
  ['number', -3, -3],
  ['yesNo', 'Yes', true],
  ['yesNo', 0, false],
  ['date', '2026-02-28', '2026-02-28'],
  ['date', '2026-02-28T10:00:00+09:00', '2026-02-28T01:00:00.000Z'],
  ['date', 1_767_225_600, '2026-01-01T00:00:00.000Z'],
  ['list', ['a', 1], ['a', 1]],
  ['list', '["a", 1]', ['a', 1]],
  ['list', 'a', ['a']],
  ['list', '', []],
  ['json', '{"a": [1]}', { a: [1] }],
  ['json', false, false],
])('as %s reads %j', (type, value, read) => {
  expect(typedValue(value, type)).toEqual({ ok: true, value: read });
});

it.each<[FillType, Json, string]>([
  ['number', '한글', 'is “한글”, not a number.'],
  ['number', null, 'is empty, not a number.'],
  ['number', true, 'is “true”, not a number.'],
  ['yesNo', 'perhaps', 'is “perhaps”, not yes or no.'],
  ['date', '31/12/2026', 'is “31/12/2026”, not a date.'],
  ['json', '{', 'is “{”, not JSON.'],
  ['json', 'x'.repeat(100), `is “${'x'.repeat(60)}…”, not JSON.`],
])('as %s does not take %j', (type, value, message) => {
  expect(typedValue(value, type)).toEqual({ ok: false, message });
});

it('puts in what was filled, and names the first value that cannot be read', () => {
  const settings = { a: '{{ x }}', list: [{ b: '{{ y }}' }, 'as it is'] };
  const filled = new Map<string, Json>([
    ['a', null],
    ['list[0].b', { c: [1] }],
  ]);
  expect(typedValues(settings, {}, filled)).toEqual({
    ok: true,
    values: { a: null, list: [{ b: { c: [1] } }, 'as it is'] },
  });
  expect(typedValues(settings, { 'list[1]': 'number' }, filled)).toEqual({
    ok: false,
    path: 'list[1]',
    message: 'is “as it is”, not a number.',
  });
});

it('asks only for settings with Liquid in them', () => {
  const facts: Fact[] = [];
  const context = { nodeId: 'n', fact: (fact: Fact) => facts.push(fact) - 1 };
  const settings = (template: JsonObject, types?: Record<string, FillType>) => settingsFrom(context, template, types);
  expect(settings({ a: 'plain', b: 1 })).toEqual({ fixed: { a: 'plain', b: 1 } });
  expect(settings({ a: '7' }, { a: 'number' })).toEqual({ fixed: { a: 7 } });
  expect(facts).toEqual([]);
  expect(settings({ list: [{ a: '{% if x %}1{% endif %}' }] }, { 'list[0].a': 'number' })).toEqual({ fact: 0 });
  expect(facts).toEqual([
    {
      kind: 'values',
      node: 'n',
      template: { list: [{ a: '{% if x %}1{% endif %}' }] },
      types: { 'list[0].a': 'number' },
    },
  ]);
});
