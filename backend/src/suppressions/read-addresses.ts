import { parse } from 'csv-parse';
import { UserError } from '../platform/errors/index.js';
import { delimiterOf } from '../platform/text/index.js';

/** The address of a row, where it stands in the file, and what is wrong with it. */
export type AddressRow = { line: number; value: string; detail: string | null; problem: string | null };

export const mostRows = 100_000;
const longestField = 10_000;
const addressHeads = [
  'address',
  'email',
  'e-mail',
  'email address',
  'e-mail address',
  'mail',
  'phone',
  'phone number',
  'recipient',
  '주소',
  '이메일',
  '전화번호',
];
const detailHeads = ['detail', 'reason', 'note', 'notes', 'comment', 'status', '사유'];

type ReadAddressesOptions = {
  csv: string;
  /** What is wrong with an address; null when nothing is. */
  problemOf: (address: string) => string | null;
};

/**
 * Reads addresses of a CSV as spreadsheets and providers export it: with or without a byte order mark and a header,
 * separated by comma, semicolon or tab, quoted or not. The address is in the column whose header says so, else in the
 * first one that has something like an address. Empty rows are left out. Throws one sentence when it has too many rows.
 */
export async function* readAddresses({ csv, problemOf }: ReadAddressesOptions): AsyncGenerator<AddressRow> {
  const text = csv.replace(/^\uFEFF/, '');
  const parser = parse(text, {
    delimiter: delimiterOf(text),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    info: true,
    trim: true,
    max_record_size: longestField * 10,
  });
  let columns: { address: number; detail: number } | null = null;
  let rows = 0;
  try {
    for await (const each of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      const { record, info } = each;
      if (columns === null) {
        columns = headOf(record) ?? guessed(record, problemOf);
        if (headOf(record)) continue;
      }
      const value = record[columns.address] ?? '';
      if (record.every((field) => field === '')) continue;
      rows += 1;
      if (rows > mostRows)
        throw new UserError(
          'too-many-rows',
          `The file has more than ${mostRows.toLocaleString('en')} rows. Split it and import the parts one after the other.`,
        );
      yield {
        line: info.lines,
        value,
        detail: (columns.detail >= 0 ? record[columns.detail] : undefined)?.slice(0, 500) || null,
        problem: value === '' ? 'There is no address in this row.' : problemOf(value),
      };
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('unreadable-csv', `The file can’t be read as CSV: ${(error as Error).message}`, {
      errors: [{ path: 'csv', message: 'isn’t CSV' }],
    });
  }
}

function headOf(record: string[]): { address: number; detail: number } | null {
  const names = record.map((name) => name.toLowerCase());
  const address = names.findIndex((name) => addressHeads.includes(name));
  return address < 0 ? null : { address, detail: names.findIndex((name) => detailHeads.includes(name)) };
}

function guessed(record: string[], problemOf: ReadAddressesOptions['problemOf']): { address: number; detail: number } {
  const found = record.findIndex((field) => field !== '' && problemOf(field) === null);
  return { address: Math.max(found, 0), detail: -1 };
}
