import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../../test/database.js';
import { bigintArray, boolArray, textArray, timeArray, uuidArray } from './binary-arrays.js';
import type { Database } from './database.js';

let database: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop?.());

/** What PostgreSQL understands, written as JSON by itself. */
const read = async (type: string, value: Buffer) =>
  (await database.query(`select to_json($1::${type}[]) as read, cardinality($1::${type}[]) as count`, [value]))[0];

describe('binary arrays', () => {
  it('arrive as they were', async () => {
    const texts = ['', 'a "quoted" \\ {x,y} NULL', 'Zoë – 東京 👍', null, 'x'.repeat(100_000)];
    expect(await read('text', textArray(texts))).toEqual({ read: texts, count: 5 });
    for (const plain of [['', 'a "quoted" \\ {x,y} NULL', 'x'.repeat(100_000), ''], ['é'], ['', ''], ['a', null]])
      expect(await read('text', textArray(plain))).toEqual({ read: plain, count: plain.length });
    const ids = [randomUUID(), null, 'ffffffff-0000-4000-8000-00000000000A'];
    expect(await read('uuid', uuidArray(ids))).toEqual({ read: ids.map((id) => id?.toLowerCase() ?? null), count: 3 });
    const numbers = [0, -1, null, 1, -4_294_967_296, 4_294_967_295, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    expect(await read('bigint', bigintArray(numbers))).toEqual({ read: numbers, count: 8 });
    expect(await read('boolean', boolArray([true, false]))).toEqual({ read: [true, false], count: 2 });
    expect(await read('timestamptz', timeArray([null, null]))).toEqual({ read: [null, null], count: 2 });
    const times = [0, -1, 946_684_800_000, Date.UTC(1969, 0, 1), 1_763_800_000_123, Date.UTC(2200, 0, 1)];
    const arrived = await read('timestamptz', timeArray(times));
    expect((arrived!['read'] as string[]).map((time) => Date.parse(time))).toEqual(times);
  });

  it('may be empty', async () => {
    for (const [type, value] of [
      ['text', textArray([])],
      ['uuid', uuidArray([])],
      ['bigint', bigintArray([])],
      ['boolean', boolArray([])],
      ['timestamptz', timeArray([])],
    ] as const) {
      expect(await read(type, value)).toEqual({ read: [], count: 0 });
    }
  });

  it('refuse what would arrive as something else', () => {
    for (const value of ['', 'x', '0'.repeat(31), '0'.repeat(33), 'g'.repeat(32), '0'.repeat(31) + '-'])
      expect(() => uuidArray([value])).toThrow(RangeError);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 0.5, 2 ** 53])
      expect(() => bigintArray([value])).toThrow(RangeError);
    expect(() => timeArray([Number.NaN])).toThrow(RangeError);
  });
});
