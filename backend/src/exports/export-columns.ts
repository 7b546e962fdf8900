import { channelOf, personChannels, topicKeyPattern } from '@wend/contract';
import type { Json } from '@wend/contract';
import { UserError } from '../platform/errors/index.js';
import { emailOf, phoneOf } from '../profiles/index.js';
import type { ProfileRow } from '../profiles/index.js';

/** A person with what they said of channels, by channel. */
export type ExportedPerson = ProfileRow & { consents: Record<string, string> };
export type ExportColumn = { title: string; value: (person: ExportedPerson) => string | number };

const own: Record<string, ExportColumn['value']> = {
  person_id: ({ id }) => id,
  external_id: ({ external_id }) => external_id ?? '',
  email: ({ traits }) => emailOf(traits) ?? '',
  phone: ({ traits }) => phoneOf(traits) ?? '',
  created_at: ({ created_at }) => created_at.toISOString(),
  last_seen_at: ({ last_seen_at }) => last_seen_at?.toISOString() ?? '',
};
/** Own ones that are the traits of their names. */
const ofTraits = new Set(['email', 'phone']);
const mostColumns = 500;

/**
 * The columns that are named (`trait:<name>`, `consent:<channel>`, `consent:<channel>/<topic>` and the own ones), separated by commas or as a JSON
 * list. Throws for what is none.
 */
export function namedColumns(asked: string): ExportColumn[] {
  const names = namesIn(asked);
  if (names.length === 0 || names.length > mostColumns) throw wrong(`must name 1 to ${mostColumns} columns`);
  return names.map(columnOf);
}

/** The own ones, all consents and all traits that people have. Throws where they are too many: none is left out unseen. */
export function allColumns(traits: string[]): ExportColumn[] {
  const names = [
    ...Object.keys(own),
    ...personChannels().map((channel) => `consent:${channel}`),
    ...traits.filter((name) => !ofTraits.has(name)).map((name) => `trait:${name}`),
  ];
  if (names.length > mostColumns)
    throw wrong(
      `must be given: these people have ${traits.length.toLocaleString('en')} traits, and a file has ${mostColumns} columns at most`,
    );
  return names.map(columnOf);
}

function namesIn(asked: string): string[] {
  if (!asked.startsWith('['))
    return asked
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
  let list: unknown;
  try {
    list = JSON.parse(asked);
  } catch {
    throw wrong('is neither a list of names nor JSON');
  }
  if (!Array.isArray(list) || list.some((name) => typeof name !== 'string')) throw wrong('must be a list of texts');
  return list as string[];
}

function columnOf(name: string): ExportColumn {
  const [, kind, rest = ''] = /^(trait|consent):(.+)$/s.exec(name) ?? [];
  // Of two with one name an import would not know which is which.
  const title = Object.hasOwn(own, rest) && !ofTraits.has(rest) ? `trait:${rest}` : rest;
  if (kind === 'trait')
    return { title, value: ({ traits }) => cellOf(Object.hasOwn(traits, rest) ? traits[rest] : undefined) };
  if (kind === 'consent' && personChannels().includes(rest))
    return { title: `${channelOf(rest).name}_consent`, value: ({ consents }) => consents[rest] ?? '' };
  const [channel = '', topic = ''] = rest.split('/', 2);
  if (kind === 'consent' && personChannels().includes(channel) && topicKeyPattern.test(topic))
    return { title: `${channel}/${topic}_consent`, value: ({ consents }) => consents[`${channel}/${topic}`] ?? '' };
  const value = Object.hasOwn(own, name) ? own[name] : undefined;
  if (value) return { title: name, value };
  throw wrong(
    `has “${name.slice(0, 100)}”, which is no column. There are ${Object.keys(own).join(', ')}, trait:<name>, consent:<channel> and consent:<channel>/<topic>`,
  );
}

/** As an import reads it again: lists and objects as JSON. */
function cellOf(value: Json | undefined): string | number {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

function wrong(message: string): UserError {
  return new UserError('invalid-request', `The columns can’t be exported: “columns” ${message}.`, {
    errors: [{ path: 'columns', message }],
  });
}
