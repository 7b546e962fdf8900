import { readDate } from '@wend/contract';
import type { DateOrder, ImportTarget, Json } from '@wend/contract';

type TraitTarget = Extract<ImportTarget, { to: 'trait' }>;

/** A value that was read, or in words why it could not be: a sentence goes on with them after the column's name. */
export type Read<Value> = { value: Value } | { problem: string };

const yes = new Set(['true', 'yes', 'y', 't', '1', 'on', 'ja', 'oui', 'si', 'sí', 'sim', '예', '네', 'はい', '是']);
const no = new Set(['false', 'no', 'n', 'f', '0', 'off', 'nein', 'non', 'não', '아니오', '아니요', 'いいえ', '否']);
const subscribed = new Set([
  'subscribed',
  'opted in',
  'opted_in',
  'opted-in',
  'opt-in',
  'optin',
  'granted',
  '수신동의',
]);
const unsubscribed = new Set([
  'unsubscribed',
  'opted out',
  'opted_out',
  'opted-out',
  'opt-out',
  'optout',
  'denied',
  '수신거부',
]);
const mostEntries = 500;

/** Without what spreadsheets add: space around, and the apostrophe that keeps a text from being taken for a formula. */
export function plainCell(cell = ''): string {
  return cell.trim().replace(/^'(?=[=+\-@\t\r])/, '');
}

/** A long number that a spreadsheet has rounded to show it: `8.21012E+11`. What it was cannot be known any more. */
export function isRounded(cell: string): boolean {
  return /^\d(?:[.,]\d+)?E\+\d{2}$/i.test(cell);
}

/** What a cell that is not empty says, as the type of its trait. */
export function traitValue(
  cell: string,
  { type, order, separator }: Pick<TraitTarget, 'type' | 'order' | 'separator'>,
  decimal: '.' | ',',
): Read<Json> {
  switch (type) {
    case 'text':
      return { value: cell };
    case 'number':
      return numberOf(cell, decimal);
    case 'boolean':
      return booleanOf(cell);
    case 'date':
      return dateOf(cell, order);
    case 'list':
      return listOf(cell, separator);
  }
}

/** Groups of three digits may be told apart, as spreadsheets write them. */
const numbers = {
  '.': /^[+-]?(?:\d+|\d{1,3}(?:[,'\u00a0\u202f ]\d{3})+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/,
  ',': /^[+-]?(?:\d+|\d{1,3}(?:[.'\u00a0\u202f ]\d{3})+)(?:,\d+)?(?:[eE][+-]?\d{1,3})?$/,
};

/** What is nearer to 0 loses digits. */
const smallest = 2 ** -1022;

/** A number, where `decimal` stands before its decimals. One that would lose digits is none. */
export function numberOf(cell: string, decimal: '.' | ','): Read<number> {
  if (!numbers[decimal].test(cell))
    return { problem: `is no number: “${shown(cell)}”. Numbers look like ${decimal === '.' ? '1234.5' : '1234,5'}` };
  const plain =
    decimal === '.' ? cell.replace(/[,'\u00a0\u202f ]/g, '') : cell.replace(/[.'\u00a0\u202f ]/g, '').replace(',', '.');
  const value = Number(plain);
  if (!Number.isFinite(value)) return { problem: `is larger than a number can be: “${shown(cell)}”` };
  if (Math.abs(value) < smallest && /[1-9]/.test(plain.replace(/e.*$/i, '')))
    return { problem: `is smaller than a number can be: “${shown(cell)}”` };
  const digits = plain.replace(/[eE].*$/, '').replace(/^[+-]?0*\.?0*|\./g, '').length;
  if (digits > 15 && !isExact(plain, value))
    return { problem: `has more digits than a number keeps: “${shown(cell)}”. Import the column as text` };
  return { value: Object.is(value, -0) ? 0 : value };
}

function isExact(plain: string, value: number): boolean {
  const bare = plain
    .replace(/^\+/, '')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
  return String(value) === bare;
}

export function booleanOf(cell: string): Read<boolean> {
  const word = cell.toLowerCase();
  if (yes.has(word)) return { value: true };
  if (no.has(word)) return { value: false };
  return { problem: `is neither yes nor no: “${shown(cell)}”` };
}

/** Whether a person wants messages. */
export function consentOf(cell: string): Read<boolean> {
  const word = cell.toLowerCase();
  if (subscribed.has(word) || yes.has(word)) return { value: true };
  if (unsubscribed.has(word) || no.has(word)) return { value: false };
  return { problem: `is neither yes nor no: “${shown(cell)}”` };
}

const written = /^(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})\.?(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$/;
const examples: Record<DateOrder, string> = { iso: '2026-05-31', dmy: '31/05/2026', mdy: '05/31/2026' };

/**
 * A day (`2026-05-31`) or a time as ISO 8601 writes it. What is ISO 8601 already stays as it is, whatever the order;
 * else day, month and year stand in the order that was said.
 */
export function dateOf(cell: string, order: DateOrder): Read<string> {
  const read = /^\d+$/.test(cell) ? null : readDate(cell);
  if (read && read.kind !== 'instant') return { value: isoOf(cell) };
  if (read) return { value: new Date((read as { at: number }).at).toISOString() };
  const found = written.exec(cell);
  const iso = found && reordered(found, order);
  if (iso && readDate(iso)) return { value: iso };
  return { problem: `is no date: “${shown(cell)}”. Dates look like ${examples[order]}` };
}

function isoOf(cell: string): string {
  return cell
    .trim()
    .replace(/^(\d{4})\/(\d{2})\/(\d{2})/, '$1-$2-$3')
    .replace(/^(\d{4}-\d{2}-\d{2}) /, '$1T');
}

function reordered(found: RegExpExecArray, order: DateOrder): string | null {
  const [, a, b, c, hour, minute, second] = found as unknown as string[];
  const [year, month, day] =
    a!.length === 4 ? [a!, b!, c!] : order === 'mdy' ? [c!, a!, b!] : order === 'dmy' ? [c!, b!, a!] : ['', '', ''];
  if (year.length !== 4 || day.length > 2) return null;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return hour === undefined ? date : `${date}T${hour.padStart(2, '0')}:${minute}:${second ?? '00'}`;
}

/** Texts of a cell: a JSON list, or separated. Empty entries are left out. */
export function listOf(cell: string, separator: string): Read<string[]> {
  const entries = cell.startsWith('[') ? jsonList(cell) : cell.split(separator);
  if (entries === null) return { problem: `is no list: “${shown(cell)}”` };
  const value = entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
  return value.length > mostEntries ? { problem: `has more than ${mostEntries} entries` } : { value };
}

function jsonList(cell: string): string[] | null {
  try {
    const list: unknown = JSON.parse(cell);
    if (!Array.isArray(list) || list.some((each) => each !== null && typeof each === 'object')) return null;
    return list.map((each) => (each === null ? '' : String(each as string | number | boolean)));
  } catch {
    return null;
  }
}

/** As a sentence quotes it. */
export function shown(cell: string): string {
  const text = cell.replace(/\s+/g, ' ');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
