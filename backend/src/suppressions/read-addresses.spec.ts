import { describe, expect, it } from 'vitest';
import { delimiterOf } from '../platform/text/index.js';
import { mostRows, readAddresses } from './read-addresses.js';
import { normalAddress } from './address-key.js';

const problemOf = (address: string) => (address.includes('@') ? null : 'no email address');
async function read(csv: string) {
  const rows = [];
  for await (const row of readAddresses({ csv, problemOf })) rows.push(row);
  return rows;
}
const good = (line: number, value: string, detail: string | null = null) => ({ line, value, detail, problem: null });

describe('addresses of a CSV', () => {
  it.each([
    [
      'one a line, without a header',
      'ada@shop.example\nbob@shop.example\n',
      [good(1, 'ada@shop.example'), good(2, 'bob@shop.example')],
    ],
    [
      'with a byte order mark and a header',
      '\uFEFFEmail,Reason\r\nada@shop.example,complained\r\n',
      [good(2, 'ada@shop.example', 'complained')],
    ],
    ['by semicolons, quoted', '"name";"email"\n"Ada; the first";"ada@shop.example"\n', [good(2, 'ada@shop.example')]],
    ['by tabs', 'id\te-mail\n7\tada@shop.example\n', [good(2, 'ada@shop.example')]],
    [
      'with quotes and line breaks within',
      'email,note\nada@shop.example,"said ""no""\nand left"\nbob@shop.example,\n',
      [good(3, 'ada@shop.example', 'said "no"\nand left'), good(4, 'bob@shop.example')],
    ],
    [
      'in the column that has them where no header says so',
      '1,Ada,ada@shop.example\n2,Bob,bob@shop.example',
      [good(1, 'ada@shop.example'), good(2, 'bob@shop.example')],
    ],
    ['between empty rows', '\n\nada@shop.example\n\n,\n', [good(3, 'ada@shop.example')]],
    ['with a header in Korean', '이름,이메일\n김철수,kim@shop.example\n', [good(2, 'kim@shop.example')]],
  ])('%s', async (_, csv, rows) => {
    expect(await read(csv)).toEqual(rows);
  });

  it('that are none are named with what is wrong', async () => {
    expect(await read('email\nada@shop.example\nbob\n"",x\n')).toEqual([
      good(2, 'ada@shop.example'),
      { line: 3, value: 'bob', detail: null, problem: 'no email address' },
      { line: 4, value: '', detail: null, problem: 'There is no address in this row.' },
    ]);
  });

  it('are refused as a whole when there are too many, or it is no CSV', async () => {
    await expect(read('a@b.example\n'.repeat(mostRows + 1))).rejects.toMatchObject({ code: 'too-many-rows' });
    await expect(read(`email\n"${'x'.repeat(200_000)}`)).rejects.toMatchObject({ code: 'unreadable-csv' });
  });

  it.each([
    ['a,b;c,d', ','],
    ['"a,b,c";d', ';'],
    ['a\tb', '\t'],
    ['alone', ','],
  ])('%j is separated by %j', (line, separator) => {
    expect(delimiterOf(line)).toBe(separator);
  });
});

describe('one spelling of an address', () => {
  it.each([
    [' Ada@Shop.Example ', 'ada@shop.example'],
    ['+82 (0)10-1234-5678', '+8201012345678'],
    ['+82 10-1234-5678', '+821012345678'],
    ['0082 10 1234 5678', '+821012345678'],
    ['010-1234-5678', '01012345678'],
    ['U4af4980629', 'u4af4980629'],
  ])('%j is %j', (given, normal) => {
    expect(normalAddress(given)).toBe(normal);
  });
});
