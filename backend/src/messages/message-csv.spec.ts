import { expect, it } from 'vitest';
import { csvCell } from './message-csv.js';

it.each([
  ['plain', 'plain'],
  ['=1+1', "'=1+1"],
  ['+491511', "'+491511"],
  ['-2', "'-2"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  [' =cmd|x', "' =cmd|x"],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
  [null, ''],
  [3, '3'],
])('%j is written as %s', (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});
