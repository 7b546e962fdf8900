import type { Comparison, Json, JsonObject, Operand, Rule } from '@wend/contract';
import { comparisons } from '@wend/contract';
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
    `select ${sql} as result from (select properties::jsonb, place from unnest($1::text[]) with ordinality as t (properties, place) offset 0) stored order by place`, parameters.values, { assembled: true },
  );
  return rows.map(({ result }) => {
    if (result === null) throw new Error('A rule came to null.');
    return result;
  });
}

const on = (path: string, is: Comparison, value?: Extract<Rule, { op: 'compare' }>['value']): Rule => ({ op: 'compare', left: { source: 'property', path }, is, value });

/** More runs, with a seed that is printed, by `WEND_RULES_RUNS=100000`; else always the same. */
const runs = Number(process.env['WEND_RULES_RUNS'] ?? 0);
const eventsPerRule = 12;

const isStorable = (text: string) => !text.includes('\u0000') && Buffer.from(text).toString() === text;
const texts = fc.oneof(
  fc.constantFrom(
    '', ' ', '5', '5.0', '05', '-5', '+5', ' 5', '5 ', '5\n', '\n5', '5.', '.5', '1e3', '0x10', '1_000', '1,5', 'Infinity', '-Infinity', 'NaN', '-0', '--5', '٣', '0.1', '0.30000000000000004', '9007199254740993',
    '9'.repeat(40), '9'.repeat(41), '9'.repeat(400), `0.${'0'.repeat(37)}1`, `0.${'0'.repeat(400)}1`, 'true', 'false', 'True', 'null', 'a', 'A', 'ab', 'abc', 'b', 'é', 'e\u0301', 'ß', '😀', '😀b', '\ue000', '\uffff', '\ufffd', '\\', '"', "'", '{}', '[]', '%', '_', '$1',
    '2026-01-01', '2026-02-01T00:00:00Z', '[object Object]', 'undefined', 'NULL', 'a,b', '\u0001', '\u2028',
  ),
  fc.string({ unit: 'binary', maxLength: 6 }).filter(isStorable), fc.string({ unit: 'grapheme', maxLength: 4 }).filter(isStorable), fc.integer().map(String), fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
const numbers = fc.oneof(fc.constantFrom(0, 5, -5, 0.1, 0.1 + 0.2, 0.3, 1e3, 16, 1e21, 1e-7, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 53, 9.999999999999999e39, 1e40), fc.integer({ min: -10, max: 10 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
const scalars: fc.Arbitrary<string | number | boolean | null> = fc.oneof({ weight: 4, arbitrary: texts }, { weight: 3, arbitrary: numbers }, fc.boolean(), fc.constant(null));
const keys = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', '0', '1') },
  { weight: 2, arbitrary: fc.constantFrom('-1', '00', '01', '+1', '-0', ' 1', '1 ', '1e0', 'length', '', ' ', '"', '\\', "'", ',', '{', '}', '{a}', 'NULL', 'null', 'é', '😀', 'toString', 'a b', '99999999999', '2147483648', '-99999999999', '9'.repeat(60), '٣') },
);
const values = fc.letrec<{ value: Json; object: JsonObject }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalars, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc.array(fc.tuple(keys, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
}));
const paths = fc.array(keys, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.')).filter((path) => path !== '');
const operands: fc.Arbitrary<Operand> = fc.oneof(
  { weight: 20, arbitrary: paths.map((path): Operand => ({ source: 'property', path })) },
  fc.constantFrom<Operand>({ source: 'entry', path: 'a' }, { source: 'run', path: 'a' }, { source: 'trait', path: 'a' }, { source: 'localTime', part: 'hour' }, { source: 'eventCount', event: 'A' }),
);
const compares: fc.Arbitrary<Rule> = fc.record({
  op: fc.constant('compare' as const), left: operands, is: fc.constantFrom(...comparisons),
  value: fc.oneof({ weight: 8, arbitrary: scalars }, { weight: 3, arbitrary: fc.array(scalars, { maxLength: 4 }) }, fc.constant(undefined), fc.constant({ entry: 'a' })),
});
const { rule: rules } = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { depthSize: 'small', withCrossShrink: true }, { weight: 3, arbitrary: compares },
    fc.record({ op: fc.constantFrom('all' as const, 'any' as const), rules: fc.array(tie('rule'), { maxLength: 3 }) }), fc.record({ op: fc.constant('not' as const), rule: tie('rule') }),
  ),
}));

/** What is the same as a constant, or nearly so: other notations, other types, a little more. */
const turns: ((constant: string | number | boolean | null) => Json)[] = [
  (each) => each, (each) => each, (each) => String(each), (each) => `+${each}`, (each) => ` ${each}`, (each) => `${each}.0`, (each) => `0${each}`, (each) => `${each}0`, (each) => `${each}.${'0'.repeat(37)}`,
  (each) => `${each}${each}`, (each) => `a${each}b`, (each) => [...String(each)].slice(0, -1).join(''), (each) => `${each}\uffff`, (each) => `${each}😀`,
  (each) => (Number.isFinite(Number(each)) ? Number(each) : each), (each) => (Number.isFinite(Number(each)) ? Number(each) + 1 : each), (each) => (typeof each === 'number' && Math.abs(each) < 1e20 ? each.toFixed(20) : each),
  (each) => (each === 'true' || each === 'false' ? each === 'true' : each), (each) => [each], (each) => ['x', String(each)], (each) => [`${each}.00`, each], (each) => ({ '0': each, length: each }),
];

/** Objects in which the rule's paths often lead somewhere, to what it compares with or near it. */
const near = (rule: Rule): fc.Arbitrary<JsonObject> => {
  const known = comparesIn(rule).flatMap(({ left, value }) => (left.source === 'property' ? [{ path: left.path, wanted: (Array.isArray(value) ? value : [value]).filter(isScalar) }] : []));
  if (known.length === 0) return values.object;
  const placed = fc.tuple(fc.constantFrom(...known), values.value, fc.nat(), fc.constantFrom(...turns), fc.boolean()).map(([{ path, wanted }, other, pick, turn, asList]) =>
    nest(path.split('.'), wanted.length > 0 ? turn(wanted[pick % wanted.length]!) : other, asList) as JsonObject);
  return fc.tuple(values.object, fc.array(placed, { maxLength: 3 })).map(([object, all]) => Object.assign({}, object, ...all) as JsonObject);
};
const isScalar = (value: unknown): value is string | number | boolean | null => value === null || ['string', 'number', 'boolean'].includes(typeof value);

function comparesIn(rule: Rule): Extract<Rule, { op: 'compare' }>[] {
  if (rule.op === 'compare') return [rule];
  return (rule.op === 'not' ? [rule.rule] : rule.rules).flatMap(comparesIn);
}

/** The value below these keys, in lists where they are wanted and a key is near an index. */
function nest([key = '', ...rest]: string[], value: Json, asList: boolean): Json {
  const [next] = rest;
  if (next === undefined) return { [key]: value };
  const below = nest(rest, value, asList) as JsonObject;
  return { [key]: asList && (next === 'length' || Number.isFinite(Number(next))) ? [below[next]!, below[next]!] : below };
}

describe('rules as SQL', () => {
  it('hold for the same stored events as in the engine', async () => {
    const cases = rules.chain((rule) => fc.tuple(fc.constant(rule), fc.array(near(rule), { minLength: eventsPerRule, maxLength: eventsPerRule })));
    let positive = 0;
    let all = 0;
    await fc.assert(fc.asyncProperty(cases, async ([rule, objects]) => {
      const stored = objects.map((object) => JSON.stringify(object));
      const expected = stored.map((text) => holds(rule, { property: JSON.parse(text) as JsonObject }));
      positive += expected.filter(Boolean).length;
      all += expected.length;
      expect(await asked(rule, stored)).toEqual(expected);
    }), runs > 0 ? { numRuns: runs } : { numRuns: 1_000, seed: 20_261 });
    // Both answers are met often, or the test would say little.
    expect(positive / all).toBeGreaterThan(0.2);
    expect(positive / all).toBeLessThan(0.8);
  }, 120_000 + runs * 20);

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
    ];
    for (const [rule, value, expected] of table) {
      expect([rule, value, holds(rule, { property: { v: value } })]).toEqual([rule, value, expected]);
      expect([rule, value, ...(await asked(rule, [JSON.stringify({ v: value })]))]).toEqual([rule, value, expected]);
    }
  });

  it('raise no error for what only other programs could have stored', async () => {
    const deep = `${'{"v":'.repeat(900)}1${'}'.repeat(900)}`;
    const odd = [`{"v":1${'0'.repeat(1_000)}}`, '{"v":1e400}', '{"v":-1e-400}', deep, `{"v":${JSON.stringify('x'.repeat(50_000))}}`, '[]', '"v"', 'null', '5'];
    for (const is of comparisons) {
      for (const value of [5, '5', 'x', true, null, [5, '5', 'x']]) for (const path of ['v', 'v.v', 'v.0', '0', '-1.v']) expect(await asked(on(path, is, value), odd)).toHaveLength(odd.length);
    }
    expect(await asked(on('v', 'greaterThan', Number.MAX_VALUE), odd.slice(0, 3))).toEqual([true, true, false]);
  });

  it('raise no error for the largest rules that a journey can hold', async () => {
    const wide: Rule = { op: 'any', rules: Array.from({ length: 50 }, (_, outer) => ({ op: 'all', rules: Array.from({ length: 50 }, (_each, inner) => on(`v.${inner}`, 'oneOf', [outer, `${inner}`])) })) };
    const deep = Array.from({ length: 30 }).reduce<Rule>((rule, _, level) => ({ op: 'not', rule: { op: level % 2 === 0 ? 'all' : 'any', rules: [on('v.-1', 'contains', level), rule] } }), on('v', 'exists'));
    for (const rule of [wide, deep]) expect(await asked(rule, ['{"v":5}', '{"v":{"0":0}}'])).toEqual([holds(rule, { property: { v: 5 } }), holds(rule, { property: { v: { 0: 0 } } })]);
  });

  it('are the same text for the same form: values stand beside it', () => {
    const text = (rule: Rule) => ruleSql({ rule, properties: 'e.properties', parameters: new Parameters([]) });
    const form = (path: string, words: string[], value: string | number): Rule => ({ op: 'all', rules: [on(path, 'oneOf', words), { op: 'not', rule: on('x', 'atLeast', value) }] });
    expect(text(form('a.b', ['x'], 1))).toBe(text(form("'; drop table events; --", ['y', 'z', "'"], 2.5)));
    expect(text(on('a.b.c.0', 'contains', "'"))).toBe(text(on('a', 'contains', 'x')));
  });

  it('keep few prepared statements, and leave room for those of the code', async () => {
    const prepared = await database.transaction(async (sql) => {
      for (let form = 0; form < 150; form += 1) await sql.query(`select ${form} as form, $1::int as value`, [1], { assembled: true });
      await sql.query('select $1::int as own', [1]);
      return (await sql.query<{ statement: string }>('select statement from pg_prepared_statements')).map(({ statement }) => statement);
    });
    expect(prepared.filter((text) => text.includes('as form')).length).toBeLessThanOrEqual(100);
    expect(prepared).toContain('select $1::int as own');
  });
});
