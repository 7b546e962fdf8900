import { placeInput } from '@wend/contract';
import type { PlaceInput } from '@wend/contract';
import { parse } from 'csv-parse';
import { UserError } from '../platform/errors/index.js';
import { delimiterOf } from '../platform/text/index.js';

/** A row of a file: its place, or what is wrong with it. */
export type PlaceRead = { line: number } & ({ place: PlaceInput } | { problem: string });

const heads = {
  externalId: ['externalid', 'id', 'code', 'storeid', 'placeid'],
  name: ['name', 'title', 'store', 'place'],
  lat: ['lat', 'latitude'],
  lng: ['lng', 'lon', 'long', 'longitude'],
  radius: ['radius', 'radiusm', 'radiusmetres', 'radiusmeters', 'metres', 'meters'],
  tags: ['tags', 'tag', 'labels'],
  dwellMinutes: ['dwellminutes', 'dwell'],
  quietHours: ['quiethours', 'quiet'],
} as const;
type Field = keyof typeof heads;
const needed: Field[] = ['externalId', 'name', 'lat', 'lng', 'radius'];

/**
 * Reads places of a CSV with a header, separated by comma, semicolon or tab, with or without a byte order mark. Tags of a
 * row are separated by `|` or `;`. A bad row says what is wrong with it and stops no other. Throws one sentence when
 * columns are missing.
 */
export async function* readPlaces(csv: string): AsyncGenerator<PlaceRead> {
  const text = csv.replace(/^\uFEFF/, '');
  const parser = parse(text, {
    delimiter: delimiterOf(text),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    info: true,
    trim: true,
    max_record_size: 50_000,
  });
  let columns: Map<Field, number> | null = null;
  try {
    for await (const each of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      const { record, info } = each;
      if (columns === null) columns = columnsOf(record);
      else if (record.some((field) => field !== '')) yield { line: info.lines, ...placeOf(record, columns) };
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('unreadable-csv', `The file can’t be read as CSV: ${(error as Error).message}`, {
      errors: [{ path: 'csv', message: 'isn’t CSV' }],
    });
  }
  if (columns === null)
    throw new UserError('empty-csv', 'The file is empty. It needs a header and a row for each place.', {
      errors: [{ path: 'csv', message: 'is empty' }],
    });
}

function columnsOf(record: string[]): Map<Field, number> {
  const names = record.map((name) => name.toLowerCase().replace(/[^a-z]/g, ''));
  const columns = new Map<Field, number>();
  for (const field of Object.keys(heads) as Field[]) {
    const at = names.findIndex((name) => (heads[field] as readonly string[]).includes(name));
    if (at >= 0) columns.set(field, at);
  }
  const missing = needed.filter((field) => !columns.has(field));
  if (missing.length > 0)
    throw new UserError(
      'missing-columns',
      `The file has no column ${missing.map((field) => `“${field}”`).join(', ')}. Its first line must name the columns: externalId, name, lat, lng, radius, and if you like tags, dwellMinutes, quietHours.`,
      { errors: [{ path: 'csv', message: `needs a column ${missing.join(', ')}` }] },
    );
  return columns;
}

function placeOf(record: string[], columns: Map<Field, number>): { place: PlaceInput } | { problem: string } {
  const text = (field: Field): string => record[columns.get(field) ?? -1] ?? '';
  const number = (field: Field): number | undefined => (text(field) === '' ? undefined : Number(text(field)));
  const parsed = placeInput.safeParse({
    externalId: text('externalId'),
    name: text('name'),
    lat: number('lat'),
    lng: number('lng'),
    radius: number('radius'),
    tags: text('tags')
      .split(/[|;]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
    dwellMinutes: number('dwellMinutes'),
    quietHours: number('quietHours'),
  });
  if (parsed.success) return { place: parsed.data };
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? 'externalId') as Field;
  return { problem: `${field}: ${problemOf(field, text(field))}` };
}

const ranges: Partial<Record<Field, string>> = {
  lat: 'a latitude from -90 to 90',
  lng: 'a longitude from -180 to 180',
  radius: 'metres from 20 to 100,000',
  dwellMinutes: 'whole minutes from 0 to 1,440',
  quietHours: 'whole hours from 0 to 720',
  tags: 'at most 20 tags of at most 60 characters',
};

function problemOf(field: Field, value: string): string {
  if (value === '') return 'is missing.';
  return `“${value.slice(0, 60)}” isn’t ${ranges[field] ?? 'a text of at most 200 characters'}.`;
}
