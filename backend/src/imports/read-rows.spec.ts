import fc from 'fast-check';
import { expect, it } from 'vitest';
import { delimiterOf } from './inspect-file.js';
import { readLongRow } from './long-row.js';
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

/** The same, past rows that are longer than any may be. */
async function readWithLong(file: string, columns: number): Promise<FileRow[]> {
  const bytes = Buffer.from(file);
  const read = (position: number) => Promise.resolve(bytes.subarray(position, position + longestRecord + 7));
  const all: FileRow[] = [];
  for (let place: Place = { bytes: 0, lines: 0, afterBroken: false }; place.bytes < bytes.length;) {
    const window = await read(place.bytes);
    const last = place.bytes + window.length === bytes.length;
    const next = readRows({ bytes: window, place, delimiter: ',', columns, last, limit: 1_000 });
    all.push(...next.rows);
    place = next.place;
    if (!next.long || next.rows.length > 0) continue;
    const long = await readLongRow({ read, place, size: bytes.length, delimiter: ',' });
    all.push(long.row);
    place = long.place;
  }
  return all;
}

it.each([
  ['a long line', `1,${'x'.repeat(longestRecord * 3)}`, 'long', 3],
  ['a long line whose end looks like a row', `1,${'x'.repeat(longestRecord * 2)},y`, 'long', 3],
  ['a long line with CRLF', `1,${'x'.repeat(longestRecord * 3)}\r`, 'long', 3],
  ['a quoted cell over many lines', `1,"${'x\n'.repeat(longestRecord)}"`, 'long', longestRecord + 3],
  ['doubled quotes all through it', `1,"${'""\n'.repeat(longestRecord)}"`, 'long', longestRecord + 3],
  ['rows of text with the separator', `1,"${'a, b, c\n'.repeat(longestRecord)}"`, 'long', longestRecord + 3],
  ['a long line with broken quotes', `"1"x,${'x'.repeat(longestRecord * 3)}`, 'quotes', 3],
])('makes one bad row of %s', async (_, long, unreadable, line) => {
  const rows = await readWithLong(`id,name\n${long}\n2,Bo\n`, 2);
  expect(rows.map((row) => [row.lineNumber, row.unreadable])).toEqual([
    [1, null],
    [2, unreadable],
    [line, null],
  ]);
  expect(rows[2]!.cells).toEqual(['2', 'Bo']);
  expect(rows[1]!.cells.join('').length).toBeLessThanOrEqual(10_000);
});

it('takes a quote that was forgotten to close for one bad line, though the people after it are many', async () => {
  const people = Array.from({ length: 60_000 }, (_, n) => `${n},Ann`);
  const rows = await readWithLong(['id,name', 'x,"Bo', ...people].join('\n'), 2);
  expect(rows).toHaveLength(people.length + 2);
  expect(rows.filter(({ unreadable }) => unreadable !== null).map(({ lineNumber }) => lineNumber)).toEqual([2]);
});

it('takes the line by which Excel is told the separator for no row', () => {
  for (const file of [`sep=;\r\nid;a,b,c\r\n1;2\r\n`, `${bom}sep=;\nid;a,b,c\n1;2`]) {
    expect(delimiterOf(Buffer.from(file))).toBe(';');
    expect(readAll(file, { delimiter: ';' }).map(({ lineNumber, cells: row }) => [lineNumber, ...row])).toEqual([
      [2, 'id', 'a,b,c'],
      [3, '1', '2'],
    ]);
  }
  expect(delimiterOf(Buffer.from('id|name\n1|Ann\n'))).toBe('|');
  expect(delimiterOf(Buffer.from('1,red|green|blue\n'))).toBe(',');
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
