import type { Comparand, Comparison, Json, JsonObject, Operand, OperatorDefinition, Rule } from '@wend/contract';
import { comparisons, foldCase, instantInUtc, operators, pathKeys, pathOf, readDate } from '@wend/contract';
import { holds } from '@wend/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import type { Database } from '../platform/database/index.js';
import { Parameters, ruleSql } from './index.js';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop());

/** For which of these JSON texts the rule holds, says PostgreSQL. */
async function asked(rule: Rule, stored: string[]): Promise<boolean[]> {
  const parameters = new Parameters([stored]);
  const sql = ruleSql({ rule, properties: 'stored.properties', parameters });
  const rows = await database.query<{ result: boolean | null }>(
    `select ${sql} as result
      from (
        select properties::jsonb, place from unnest($1::text[]) with ordinality as t (properties, place) offset 0
      ) stored
      order by place`,
    parameters.values,
    { assembled: true },
  );
  return rows.map(({ result }) => {
    if (result === null) throw new Error('A rule came to null.');
    return result;
  });
}

const on = (path: string, is: Comparison, value?: Extract<Rule, { op: 'compare' }>['value']): Rule => ({
  op: 'compare',
  left: { source: 'property', path },
  is,
  value,
});

const digits = (is: Comparison, value: string | number): Rule =>
  ({ ...on('v', is, value), numbersAsText: true }) as Rule;

/** More runs, with a seed that is printed, by `WEND_RULES_RUNS=100000`; else always the same. */
const runs = Number(process.env['WEND_RULES_RUNS'] ?? 0);
const eventsPerRule = 12;

const isStorable = (text: string) => !text.includes('\u0000') && Buffer.from(text).toString() === text;
const texts = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '5',
    '5.0',
    '05',
    '-5',
    '+5',
    ' 5',
    '5 ',
    '5\n',
    '\n5',
    '5.',
    '.5',
    '1e3',
    '0x10',
    '1_000',
    '1,5',
    'Infinity',
    '-Infinity',
    'NaN',
    '-0',
    '--5',
    '٣',
    '0.1',
    '0.30000000000000004',
    '9007199254740993',
    '9'.repeat(40),
    '9'.repeat(41),
    '9'.repeat(400),
    `0.${'0'.repeat(37)}1`,
    `0.${'0'.repeat(400)}1`,
    'true',
    'false',
    'True',
    'null',
    'a',
    'A',
    'ab',
    'abc',
    'b',
    'é',
    'e\u0301',
    'ß',
    '😀',
    '😀b',
    '\ue000',
    '\uffff',
    '\ufffd',
    '\\',
    '"',
    "'",
    '{}',
    '[]',
    '%',
    '_',
    '$1',
    '2026-01-01',
    '2026-02-01T00:00:00Z',
    '2026-02-01T01:00:00+02:00',
    '2026-02-01',
    '2026-02-30',
    '31/12/2026',
    '1767225600',
    'É',
    'AB',
    'İ',
    'Σ',
    'ς',
    '[object Object]',
    'undefined',
    'NULL',
    'a,b',
    '\u0001',
    '\u2028',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }).filter(isStorable),
  fc.string({ unit: 'grapheme', maxLength: 4 }).filter(isStorable),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
const numbers = fc.oneof(
  fc.constantFrom(
    1_769_904_000,
    1_769_904_000_000,
    0,
    5,
    -5,
    0.1,
    0.1 + 0.2,
    0.3,
    1e3,
    16,
    1e21,
    1e-7,
    5e-324,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    2 ** 53,
    9.999999999999999e39,
    1e40,
  ),
  fc.integer({ min: -10, max: 10 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const scalars: fc.Arbitrary<string | number | boolean | null> = fc.oneof(
  { weight: 4, arbitrary: texts },
  { weight: 3, arbitrary: numbers },
  fc.boolean(),
  fc.constant(null),
);
const keys = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', '0', '1') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '-1',
      '00',
      '01',
      '+1',
      '-0',
      ' 1',
      '1 ',
      '1e0',
      'length',
      '',
      ' ',
      '"',
      '\\',
      "'",
      ',',
      '{',
      '}',
      '{a}',
      'NULL',
      'null',
      'é',
      '😀',
      'toString',
      'a b',
      '99999999999',
      '2147483648',
      '-99999999999',
      '9'.repeat(60),
      '٣',
    ),
  },
);
const values = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.array(fc.tuple(keys, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
}));
const paths = fc
  .array(keys, { minLength: 1, maxLength: 3 })
  .map((parts) => pathOf(parts))
  .filter((path) => path !== '');
const operands: fc.Arbitrary<Operand> = fc.oneof(
  { weight: 20, arbitrary: paths.map((path): Operand => ({ source: 'property', path })) },
  fc.constantFrom<Operand>(
    { source: 'entry', path: 'a' },
    { source: 'run', path: 'a' },
    { source: 'trait', path: 'a' },
    { source: 'localTime', part: 'hour' },
    { source: 'eventCount', event: 'A' },
  ),
);
const dates = fc.constantFrom('2026-02-01', '2026-02-01T00:00:00Z', '2026-02-01T01:00:00+02:00', 1_769_904_000);
const lists = fc.array(scalars, { maxLength: 4 });
/** Mostly what the operator takes; also what it does not, which no form lets anybody write. */
const rightSides = ({ takes, type }: OperatorDefinition): fc.Arbitrary<Comparand | undefined> =>
  fc.oneof(
    { weight: type === 'date' ? 8 : 0, arbitrary: dates },
    { weight: takes === 'list' ? 3 : 8, arbitrary: scalars },
    { weight: takes === 'list' ? 12 : 3, arbitrary: lists },
    fc.constant(undefined),
    fc.constant({ entry: 'a' }),
  );
const compares: fc.Arbitrary<Rule> = fc.constantFrom(...comparisons).chain((is) =>
  fc.record({
    op: fc.constant('compare' as const),
    left: operands,
    is: fc.constant(is),
    value: rightSides(operators[is]),
    ignoreCase: fc.constantFrom(undefined, undefined, true, false),
    numbersAsText: fc.constantFrom(undefined, true),
  }),
);
const { rule: rules } = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: compares },
    fc.record({ op: fc.constantFrom('all' as const, 'any' as const), rules: fc.array(tie('rule'), { maxLength: 3 }) }),
    fc.record({ op: fc.constant('not' as const), rule: tie('rule') }),
  ),
}));

/** What is the same as a constant, or nearly so: other notations, other types, a little more. */
const turns: ((constant: string | number | boolean | null) => Json)[] = [
  (each) => each,
  (each) => each,
  (each) => String(each),
  (each) => `+${each}`,
  (each) => ` ${each}`,
  (each) => `${each}.0`,
  (each) => `0${each}`,
  (each) => `${each}0`,
  (each) => `${each}.${'0'.repeat(37)}`,
  (each) => `${each}${each}`,
  (each) => `a${each}b`,
  (each) => [...String(each)].slice(0, -1).join(''),
  (each) => `${each}\uffff`,
  (each) => `${each}😀`,
  (each) => String(each).toUpperCase(),
  (each) => String(each).toLowerCase(),
  (each) => String(each).replace(/^2026-/, '2025-'),
  (each) => `${each}T00:00:00Z`,
  (each) => `${each}T23:30:00-05:00`,
  (each) => (Number.isFinite(Number(each)) ? Number(each) : each),
  (each) => (Number.isFinite(Number(each)) ? Number(each) + 1 : each),
  (each) => (typeof each === 'number' && Math.abs(each) < 1e20 ? each.toFixed(20) : each),
  (each) => (each === 'true' || each === 'false' ? each === 'true' : each),
  (each) => [each],
  (each) => ['x', String(each)],
  (each) => [`${each}.00`, each],
  (each) => ({ '0': each, length: each }),
];

/** Objects in which the rule's paths often lead somewhere, to what it compares with or near it. */
const near = (rule: Rule): fc.Arbitrary<JsonObject> => {
  const known = comparesIn(rule).flatMap(({ left, value }) =>
    left.source === 'property'
      ? [{ path: left.path, wanted: (Array.isArray(value) ? value : [value]).filter(isScalar) }]
      : [],
  );
  if (known.length === 0) return values.object;
  const placed = fc
    .tuple(fc.constantFrom(...known), values.value, fc.nat(), fc.constantFrom(...turns), fc.boolean())
    .map(
      ([{ path, wanted }, other, pick, turn, asList]) =>
        nest(pathKeys(path), wanted.length > 0 ? turn(wanted[pick % wanted.length]!) : other, asList) as JsonObject,
    );
  return fc
    .tuple(values.object, fc.array(placed, { maxLength: 3 }))
    .map(([object, all]) => Object.assign({}, object, ...all) as JsonObject);
};
const isScalar = (value: unknown): value is string | number | boolean | null =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

function comparesIn(rule: Rule): Extract<Rule, { op: 'compare' }>[] {
  if (rule.op === 'compare') return [rule];
  return (rule.op === 'not' ? [rule.rule] : rule.rules).flatMap(comparesIn);
}

/** The value below these keys, in lists where they are wanted and a key is near an index. */
function nest([key = '', ...rest]: string[], value: Json, asList: boolean): Json {
  const [next] = rest;
  if (next === undefined) return { [key]: value };
  const below = nest(rest, value, asList) as JsonObject;
  return {
    [key]: asList && (next === 'length' || Number.isFinite(Number(next))) ? [below[next]!, below[next]!] : below,
  };
}

describe('rules as SQL', () => {
  it(
    'hold for the same stored events as in the engine',
    async () => {
      const cases = rules.chain((rule) =>
        fc.tuple(fc.constant(rule), fc.array(near(rule), { minLength: eventsPerRule, maxLength: eventsPerRule })),
      );
      let positive = 0;
      let all = 0;
      const answers = new Set<string>();
      await fc.assert(
        fc.asyncProperty(cases, async ([rule, objects]) => {
          const stored = objects.map((object) => JSON.stringify(object));
          const expected = stored.map((text) => holds(rule, { property: JSON.parse(text) as JsonObject }));
          positive += expected.filter(Boolean).length;
          all += expected.length;
          if (rule.op === 'compare' && rule.left.source === 'property')
            for (const answer of expected) answers.add(`${rule.is} ${answer}`);
          expect(await asked(rule, stored)).toEqual(expected);
        }),
        runs > 0 ? { numRuns: runs } : { numRuns: 1_200, seed: 20_263 },
      );
      // Both answers are met often, or the test would say little.
      expect(positive / all).toBeGreaterThan(0.2);
      expect(positive / all).toBeLessThan(0.8);
      // And both of each operator.
      expect([...answers].sort()).toEqual(
        comparisons.flatMap((is) => [`${is} false`, ...(operators[is].calendar ? [] : [`${is} true`])]).sort(),
      );
    },
    120_000 + runs * 20,
  );

  it('hold as written down, in both', async () => {
    const table: [Rule, Json, boolean][] = [
      [on('v', 'equals', 16), '0x10', false],
      [on('v', 'equals', 0), ' ', false],
      [on('v', 'equals', 5), '5.0', true],
      [on('v', 'equals', '5.0'), 5, true],
      [on('v', 'atLeast', 100), '1e3', false],
      [on('v', 'atLeast', 100), '99999999999999999999', true],
      [on('v', 'atLeast', 100), '9'.repeat(41), false],
      [on('v', 'greaterThan', 1), 'Infinity', false],
      [on('v', 'atMost', 0.1), '0.1000000000000000000001', true],
      [on('v', 'greaterThan', '9'), '10', true],
      [on('v', 'greaterThan', '\uffff'), '😀', true],
      [on('v', 'lessThan', 'b'), 'B', true],
      [on('v.length', 'exists'), [1], false],
      [on('v.length', 'equals', 3), { length: 3 }, true],
      [on('v.0', 'equals', 'a'), ['a'], true],
      [on('v.-1', 'exists'), ['a'], false],
      [on('v.-1', 'exists'), { '-1': 1 }, true],
      [on('v.00', 'exists'), ['a'], false],
      [on('v', 'contains', 5), ['5.00'], true],
      [on('v', 'contains', 5), 'a5', true],
      [on('v', 'contains', ''), 'a', true],
      [on('v', 'oneOf', [1, 'x', true, null]), 'true', true],
      [on('v', 'oneOf', [1, null]), null, false],
      [on('v', 'equals', null), null, true],
      [on('w', 'equals', null), 1, true],
      [on('w', 'notContains', 'a'), 1, true],
      [on('["v"]', 'equals', 1), 1, true],
      [on('v["order.id"]', 'equals', 'o1'), { 'order.id': 'o1' }, true],
      [on('v.order.id', 'equals', 'o1'), { 'order.id': 'o1' }, false],
      [on('v', 'anyOf', ['a', 'b']), 'b', true],
      [on('v', 'anyOf', ['a', 'b']), ['c', 'b'], true],
      [on('v', 'anyOf', ['a', 'b']), ['c'], false],
      [on('v', 'anyOf', [1, null]), null, false],
      [on('v', 'noneOf', ['a', 'b']), ['c'], true],
      [on('v', 'noneOf', ['a', 'b']), ['a', 'c'], false],
      [on('w', 'noneOf', ['a']), 1, true],
      [on('v', 'containsAnyOf', ['shoe', 'hat']), 'white hats', true],
      [on('v', 'containsAnyOf', ['shoe', 'hat']), 'White Hats', false],
      [{ ...on('v', 'containsAnyOf', ['SHOE', 'hat']), ignoreCase: true } as Rule, 'Hatstand', true],
      [on('v', 'containsAnyOf', ['shoe', 'hat']), ['hats', 'shoe'], true],
      [on('v', 'containsAnyOf', ['shoe', 'hat']), ['hats', 'shoes'], false],
      [on('v', 'containsAnyOf', [5, null]), ['x', '5.0'], true],
      [on('v', 'containsAnyOf', ['shoe', null]), null, false],
      [on('w', 'containsAnyOf', ['shoe']), 'shoe', false],
      [on('v', 'containsAnyOf', []), 'shoe', false],
      [on('v', 'containsAnyOf', [1, 2]), 12, false],
      [{ ...on('v', 'containsAnyOf', ['9', '23']), numbersAsText: true } as Rule, 1234, true],
      [{ ...on('v', 'equals', 'gold'), ignoreCase: true } as Rule, 'GOLD', true],
      [on('v', 'equals', 'gold'), 'GOLD', false],
      [{ ...on('v', 'startsWith', 'Ö'), ignoreCase: true } as Rule, 'ÖSTERREICH', true],
      [{ ...on('v', 'anyOf', ['A']), ignoreCase: true } as Rule, ['b', 'a'], true],
      [{ ...on('v', 'contains', 'ΣΑΣ'), ignoreCase: true } as Rule, 'xσασ', true],
      [on('v', 'startsWith', '49'), 4_912_345_678, false],
      [digits('startsWith', '49'), 4_912_345_678, true],
      [digits('startsWith', 49), '4912345678', true],
      [digits('startsWith', '49'), 5, false],
      [digits('contains', 123), 4_912_345_678, true],
      [digits('notContains', '123'), 4_912_345_678, false],
      [digits('contains', '000'), 1e21, true],
      [digits('startsWith', '0.0000001'), 1.5e-7, true],
      [digits('contains', 5), ['5.0'], true],
      [digits('contains', '5'), [5], true],
      [digits('contains', 'ru'), true, false],
      [on('v', 'before', '2026-02-01T00:00:00Z'), '2026-02-01T01:00:00+02:00', true],
      [on('v', 'lessThan', '2026-02-01T00:00:00Z'), '2026-02-01T01:00:00+02:00', false],
      [on('v', 'on', '2026-02-01'), '2026-02-01T23:59:00Z', true],
      [on('v', 'after', '2026-02-01'), '2026-02-01T23:59:00Z', false],
      [on('v', 'after', '2026-01-31'), '2026-02-01', true],
      [on('v', 'onOrBefore', '2026-02-01'), 1_769_904_000, true],
      [on('v', 'onOrAfter', '2026-02-01T00:00:00Z'), 1_769_904_000_000, true],
      [on('v', 'before', '2030-01-01'), '31/12/2026', false],
      [on('v', 'after', '2000-01-01'), '2026-02-30', false],
    ];
    for (const [rule, value, expected] of table) {
      expect([rule, value, holds(rule, { property: { v: value } })]).toEqual([rule, value, expected]);
      expect([rule, value, ...(await asked(rule, [JSON.stringify({ v: value })]))]).toEqual([rule, value, expected]);
    }
  });

  it('read dates as the contract does', async () => {
    const pad = (length: number) => (each: number) => String(each).padStart(length, '0');
    const one = fc
      .tuple(
        fc.integer({ min: 0, max: 2400 }).map(pad(4)),
        fc.constantFrom('-', '/'),
        fc.integer({ min: 0, max: 13 }).map(pad(2)),
        fc.integer({ min: 0, max: 32 }).map(pad(2)),
        fc.constantFrom('', 'T', ' ', 't'),
        fc.integer({ min: 0, max: 24 }).map(pad(2)),
        fc.integer({ min: 0, max: 60 }).map(pad(2)),
        fc.constantFrom('', ':00', ':59.9', ':07.123456', ':60', ':30,5', ':1'),
        fc.constantFrom(
          '',
          'Z',
          'z',
          ' UTC',
          '+02:00',
          '-0330',
          '+14',
          '+14:60',
          '+15:00',
          ' -05:00',
          '+01:00[Europe/Paris]',
          '+1',
          'x',
        ),
        fc.constantFrom('', '', ' ', '\n'),
      )
      .map(
        ([year, dash, month, day, divider, hour, minute, second, zone, blank]) =>
          `${blank}${year}${dash}${month}${dash}${day}${divider === '' ? '' : `${divider}${hour}:${minute}${second}${zone}`}${blank}`,
      );
    const other = fc.constantFrom(
      'Fri, 01 May 2026 12:00:00 GMT',
      '1 dec 2026 12:00 +0200',
      '30 Feb 2026 12:00 Z',
      'Fri 01 May 2026 12:00:00 GMT',
      '5 Mai 2026 12:00 Z',
      '1767225600',
      '1767225600000',
      '0767225600',
      '17672256000',
      '٢٠٢٦-05-01',
      '2026-05-01\u00a0',
      `2026-05-01T12:00${' '.repeat(84)}`,
      `2026-05-01T12:00${' '.repeat(85)}`,
      'ſun, 01 May 2026 12:00 Z',
    );
    const number = fc.oneof(
      fc.constantFrom(0, -1, 1e11, 1e11 - 1, 1e14, -1e14, 99_999_999_999_999, 1_700_000_000.255, 5e-324, 1e300),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -2e14, max: 2e14 }),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e10, max: 1e10 }),
    );
    const sample = fc.sample(
      fc.oneof({ weight: 6, arbitrary: one }, other, { weight: 2, arbitrary: number }, values.value),
      { numRuns: 20_000, seed: 7 },
    );
    const rows = await database.query<{ at: number | null }>(
      'select read_instant(value::jsonb) as at from unnest($1::text[]) with ordinality as t (value, place) order by place',
      [sample.map((each) => JSON.stringify(each))],
    );
    const differing = sample.flatMap((value, index) => {
      const read = readDate(value);
      const expected = read && instantInUtc(read);
      return (rows[index]!.at ?? null) === expected ||
        Math.abs((rows[index]!.at ?? Number.NaN) - (expected ?? Number.NaN)) === 0
        ? []
        : [[value, expected, rows[index]!.at]];
    });
    expect(differing).toEqual([]);
    expect(rows.filter(({ at }) => at !== null).length).toBeGreaterThan(4_000);
  });

  it('fold case as the contract does, for every character that both know', async () => {
    const characters = Array.from({ length: 0x10ffff }, (_, index) => index + 1)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code))
      .filter((each) => /\p{L}|\p{N}|\p{S}|\p{M}/u.test(each));
    const rows = await database.query<{ folded: string; known: boolean }>(
      `select fold_case(to_jsonb(value)) #>> '{}' as folded, unicode_assigned(value) as known
        from unnest($1::text[]) with ordinality as t (value, place)
        order by place`,
      [characters],
    );
    expect(
      characters.flatMap((each, index) =>
        !rows[index]!.known || rows[index]!.folded === foldCase(each) ? [] : [each],
      ),
    ).toEqual([]);
  });

  it('raise no error for what only other programs could have stored', async () => {
    const deep = `${'{"v":'.repeat(900)}1${'}'.repeat(900)}`;
    const odd = [
      `{"v":1${'0'.repeat(1_000)}}`,
      '{"v":1e400}',
      '{"v":-1e-400}',
      deep,
      `{"v":${JSON.stringify('x'.repeat(50_000))}}`,
      '[]',
      '"v"',
      'null',
      '5',
    ];
    for (const is of comparisons) {
      for (const value of [5, '5', 'x', true, null, [5, '5', 'x'], '2026-05-01', '2026-05-01T00:00Z'])
        for (const path of ['v', 'v.v', 'v.0', '0', '-1.v'])
          for (const numbersAsText of [false, true])
            expect(await asked({ ...on(path, is, value), numbersAsText } as Rule, odd)).toHaveLength(odd.length);
    }
    expect(await asked(on('v', 'greaterThan', Number.MAX_VALUE), odd.slice(0, 3))).toEqual([true, true, false]);
  });

  it('raise no error for the largest rules that a journey can hold', async () => {
    const wide: Rule = {
      op: 'any',
      rules: Array.from({ length: 50 }, (_, outer) => ({
        op: 'all',
        rules: Array.from({ length: 50 }, (_each, inner) => on(`v.${inner}`, 'oneOf', [outer, `${inner}`])),
      })),
    };
    const deep = Array.from({ length: 30 }).reduce<Rule>(
      (rule, _, level) => ({
        op: 'not',
        rule: { op: level % 2 === 0 ? 'all' : 'any', rules: [on('v.-1', 'contains', level), rule] },
      }),
      on('v', 'exists'),
    );
    for (const rule of [wide, deep])
      expect(await asked(rule, ['{"v":5}', '{"v":{"0":0}}'])).toEqual([
        holds(rule, { property: { v: 5 } }),
        holds(rule, { property: { v: { 0: 0 } } }),
      ]);
  });

  it('are the same text for the same form: values stand beside it', () => {
    const text = (rule: Rule) => ruleSql({ rule, properties: 'e.properties', parameters: new Parameters([]) });
    const form = (path: string, words: string[], value: string | number): Rule => ({
      op: 'all',
      rules: [on(path, 'oneOf', words), { op: 'not', rule: on('x', 'atLeast', value) }],
    });
    expect(text(form('a', ['x'], 1))).toBe(text(form("'; drop table events; --", ['y', 'z', "'"], 2.5)));
    // A path of one name is read by a way of its own.
    expect(text(on('a.b.c.0', 'contains', "'"))).toBe(text(on("'; drop table events; --.b", 'contains', 'x')));
  });

  it('keep few prepared statements, and leave room for those of the code', async () => {
    const prepared = await database.transaction(async (sql) => {
      for (let form = 0; form < 150; form += 1)
        await sql.query(`select ${form} as form, $1::int as value`, [1], { assembled: true });
      await sql.query('select $1::int as own', [1]);
      return (await sql.query<{ statement: string }>('select statement from pg_prepared_statements')).map(
        ({ statement }) => statement,
      );
    });
    expect(prepared.filter((text) => text.includes('as form')).length).toBeLessThanOrEqual(100);
    expect(prepared).toContain('select $1::int as own');
  });
});
