import { channelOf, personChannels } from '@wend/contract';
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
const mostColumns = 500;

/**
 * The columns of an export: those that are named (`trait:<name>`, `consent:<channel>` and the own ones), separated by
 * commas or as a JSON list; else the own ones, all consents and all traits. Throws for what is none.
 */
export function exportColumns({ asked, traits }: { asked: string | undefined; traits: string[] }): ExportColumn[] {
  const names =
    asked === undefined
      ? [
          ...Object.keys(own),
          ...personChannels().map((channel) => `consent:${channel}`),
          ...traits.filter((name) => !Object.hasOwn(own, name)).map((name) => `trait:${name}`),
        ].slice(0, mostColumns)
      : namesIn(asked);
  if (names.length === 0 || names.length > mostColumns) throw wrong(`must name 1 to ${mostColumns} columns`);
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
  if (kind === 'trait') return { title: rest, value: ({ traits }) => cellOf(traits[rest]) };
  if (kind === 'consent' && personChannels().includes(rest))
    return { title: `${channelOf(rest).name}_consent`, value: ({ consents }) => consents[rest] ?? '' };
  const value = Object.hasOwn(own, name) ? own[name] : undefined;
  if (value) return { title: name, value };
  throw wrong(
    `has “${name.slice(0, 100)}”, which is no column. There are ${Object.keys(own).join(', ')}, trait:<name> and consent:<channel>`,
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
