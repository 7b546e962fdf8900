import fc from 'fast-check';
import { expect, it } from 'vitest';
import { delimiterOf } from './inspect-file.js';
import { readRows } from './read-rows.js';
import type { FileRow, Place } from './read-rows.js';
import { longestRecord } from './split-records.js';

type ReadOptions = { delimiter?: string; columns?: number | null; windowBytes?: number; limit?: number };

/** A whole file, read as an import does: some rows at a time, from wherever the last ones ended. */
function readAll(file: Buffer | string, options: ReadOptions = {}): FileRow[] {
  const { delimiter = ',', columns = null, windowBytes = longestRecord * 2, limit = 7 } = options;
  const bytes = Buffer.from(file as string);
  const all: FileRow[] = [];
  for (let place: Place = { bytes: 0, lines: 0, afterBroken: false }; place.bytes < bytes.length;) {
    const window = bytes.subarray(place.bytes, place.bytes + windowBytes);
    const last = place.bytes + window.length === bytes.length;
    const read = readRows({ bytes: window, place, delimiter, columns, last, limit });
    if (read.place.bytes === place.bytes) break;
    all.push(...read.rows);
    place = read.place;
  }
  return all;
}
const cells = (file: Buffer | string, options?: ReadOptions) => readAll(file, options).map((row) => row.cells);
const bom = '\uFEFF';

it.each([
  ['LF', 'a,b\n1,2\n'],
  ['CRLF', 'a,b\r\n1,2\r\n'],
  ['CR, as an old Mac writes it', 'a,b\r1,2\r'],
  ['all of them mixed', 'a,b\r\n\n\r1,2'],
  ['no end of the last line', 'a,b\n1,2'],
  ['a byte order mark', `${bom}a,b\n1,2\n`],
  ['a byte order mark before quotes', `${bom}"a","b"\n1,2\n`],
  ['quotes everywhere', '"a","b"\n"1","2"'],
  ['empty rows, and rows of nothing but separators', '\na,b\n,\n\n1,2\n , \n'],
])('reads %s', (_, file) => {
  expect(cells(file)).toEqual([
    ['a', 'b'],
    ['1', '2'],
  ]);
});

it.each([
  [',', 'a,b,c;d\n1,2,3', [['a', 'b', 'c;d']]],
  [';', 'a;b;"c,d,e,f"\n1;2;3', [['a', 'b', 'c,d,e,f']]],
  ['\t', 'a\tb, c\n1\t2', [['a', 'b, c']]],
])('finds the separator %j', (delimiter, file, [first]) => {
  expect(delimiterOf(Buffer.from(bom + file))).toBe(delimiter);
  expect(cells(file, { delimiter })[0]).toEqual(first);
});

it('keeps separators, quotes and line breaks within quotes, and quotes within texts', () => {
  expect(cells('"a,b","say ""hi""","two\r\nlines\nand a ""third"""\n5" pipe,O\'Neil, ""\n')).toEqual([
    ['a,b', 'say "hi"', 'two\r\nlines\nand a "third"'],
    ['5" pipe', "O'Neil", ' ""'],
  ]);
});

it('keeps 한글, emoji and every other character, also where a window ends in the midst of one', () => {
  const file = '이름,한글 값\n김민수,👩‍👩‍👧‍👦 e\u0301 \u202eabc\nصديق,\uFEFFx\n';
  for (const windowBytes of [60, 61, 62, 63, 64, 65])
    expect(cells(file, { windowBytes })).toEqual([
      ['이름', '한글 값'],
      ['김민수', '👩‍👩‍👧‍👦 e\u0301 \u202eabc'],
      ['صديق', '\uFEFFx'],
    ]);
});

it('says which lines are no UTF-8, and reads the others', () => {
  const file = Buffer.concat([Buffer.from('id,name\n1,Ann\n2,Ren'), Buffer.from([0xe9]), Buffer.from('\n3,Bo\n')]);
  expect(readAll(file).map(({ lineNumber, unreadable }) => [lineNumber, unreadable])).toEqual([
    [1, null],
    [2, null],
    [3, 'encoding'],
    [4, null],
  ]);
});

it.each([
  ['a quote that is never closed', '1,a\n2,"b\n3,c\n4,"d"\n5,e\n', [2]],
  ['text after a closing quote', '1,a\n2,"b"x\n3,c\n4,"d"\n5,e\n', [2]],
  ['a quote that is never closed at the very end', '1,a\n2,b\n3,c\n4,"d"\n5,"e', [5]],
  ['two of them', '1,a\n2,"b\n3,"c\n4,"d"\n5,e\n', [2, 3]],
])('goes on after %s', (_, file, broken) => {
  const rows = readAll(file, { columns: 2 });
  expect(rows.map(({ lineNumber }) => lineNumber)).toEqual([1, 2, 3, 4, 5]);
  expect(rows.filter(({ unreadable }) => unreadable === 'quotes').map(({ lineNumber }) => lineNumber)).toEqual(broken);
  expect(rows.filter(({ unreadable }) => unreadable === null)).toHaveLength(5 - broken.length);
});

it('takes what follows a broken row and has too few columns for its rest, not for somebody', () => {
  const file = 'id,name,note\n1,Ann,"two\nlines"x\n2,Bo,fine\n3,Cy,\n4,Di\n';
  expect(readAll(file, { columns: 3 }).map(({ lineNumber, unreadable }) => [lineNumber, unreadable])).toEqual([
    [1, null],
    [2, 'quotes'],
    [3, 'rest'],
    [4, null],
    [5, null],
    // Spreadsheets leave out empty cells at the end.
    [6, null],
  ]);
});

it('tells rows with too many columns, and a line of text below a table', () => {
  const rows = readAll('a,b,c\n1,2,3,4\nExported on Monday\n1,2,3\n', { columns: 3 });
  expect(rows.map(({ unreadable }) => unreadable)).toEqual([null, 'many', 'few', null]);
});

it('gets past a row that is longer than any may be, without keeping it', () => {
  for (const long of [`1,${'x'.repeat(longestRecord * 3)}`, `1,"${'x\n'.repeat(longestRecord)}`]) {
    const rows = readAll(`id,name\n${long}\n2,Bo\n`, { columns: 2 });
    expect(rows.at(-1)).toMatchObject({ cells: ['2', 'Bo'], unreadable: null });
    expect(rows.filter(({ unreadable }) => unreadable === null)).toHaveLength(2);
    expect(rows.filter((row) => row.cells.join('').length > 10_000)).toEqual([]);
  }
});

/** Texts with everything that means something in a CSV. */
const text = fc.string({
  unit: fc.oneof(fc.constantFrom('a', 'B', ' ', '"', ',', ';', '\t', '\n', '\r', "'", '한', '👍', '0'), fc.string()),
  maxLength: 6,
});

it('reads any rows as they were, whatever the separator, the line breaks and the quotes, from any place on', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(text, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 20 }),
      fc.constantFrom(',', ';', '\t'),
      fc.constantFrom('\n', '\r', '\r\n'),
      fc.boolean(),
      fc.integer({ min: 1, max: 5 }),
      (rows, delimiter, end, always, limit) => {
        const cell = (value: string) =>
          always || /["\r\n]/.test(value) || value.includes(delimiter) ? `"${value.replaceAll('"', '""')}"` : value;
        const file = rows.map((row) => row.map(cell).join(delimiter)).join(end);
        const expected = rows
          .filter((row) => row.some((each) => each.trim() !== ''))
          .map((row) => row.map((each) => (each as string & { toWellFormed: () => string }).toWellFormed()));
        const start = expected[0]?.[0]?.startsWith(bom) ? bom : '';
        expect(cells(start + file, { delimiter, limit })).toEqual(expected);
      },
    ),
    { seed: 29, numRuns: 500 },
  );
});

it('never stops, loses no line and comes to the same from any window, whatever the bytes', () => {
  const byte = fc.constantFrom(...Buffer.from('ab",\n\r1'), 0xe9, 0xff, 0);
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 200 }), fc.integer({ min: 1, max: 9 }), (bytes, limit) => {
      const file = Buffer.from(bytes);
      const rows = readAll(file, { columns: 2, limit });
      expect(rows).toEqual(readAll(file, { columns: 2, limit: 1_000 }));
      const lines = rows.map(({ lineNumber }) => lineNumber);
      expect(lines).toEqual([...lines].sort((a, b) => a - b));
    }),
    { seed: 30, numRuns: 500 },
  );
});
