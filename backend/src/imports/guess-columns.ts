import {
  channelOf,
  importLimits,
  importTarget,
  importValueTypes,
  personChannels,
  readDate,
  topicKeyPattern,
} from '@wend/contract';
import type { DateOrder, ImportTarget, ImportValueType } from '@wend/contract';
import { emailOf, isReservedId, phoneOf } from '../profiles/index.js';
import { consentKey } from './consent-key.js';
import { booleanOf, consentOf, dateOf, isRounded, listOf, numberOf } from './cell-values.js';

const heads: Record<'externalId' | 'email' | 'phone' | 'time', string[]> = {
  externalId: [
    'id',
    'external id',
    'externalid',
    'user id',
    'userid',
    'customer id',
    'customerid',
    'client id',
    'member id',
    'contact id',
    'uid',
    '고객번호',
    '회원번호',
    '고객 id',
    '회원 id',
    '아이디',
  ],
  email: ['email', 'e mail', 'email address', 'e mail address', 'mail', '이메일', '이메일 주소', '메일'],
  phone: [
    'phone',
    'phone number',
    'mobile',
    'mobile phone',
    'cell',
    'telephone',
    'tel',
    '전화번호',
    '휴대폰',
    '연락처',
  ],
  time: ['updated at', 'last updated', 'modified at', 'as of'],
};
/** Traits that Wend itself reads, by what spreadsheets call them. */
const known = new Map(
  Object.entries({
    'first name': 'first_name',
    firstname: 'first_name',
    'given name': 'first_name',
    이름: 'name',
    성명: 'name',
    'last name': 'last_name',
    lastname: 'last_name',
    surname: 'last_name',
    'full name': 'name',
    'time zone': 'timezone',
    timezone: 'timezone',
    language: 'locale',
    locale: 'locale',
  }),
);
const consentWords = /\b(consent|subscribed|subscription|opt ?in|newsletter|marketing)\b|수신 ?동의/;

type GuessOptions = {
  names: string[];
  /** Cells of each column, of the first rows. */
  cells: string[][];
  decimal: '.' | ',';
};

/**
 * What columns seem to be, by their names and by what stands in them. Each of id, email, phone and time is guessed once.
 */
export function guessColumns({ names, cells, decimal }: GuessOptions): ImportTarget[] {
  const taken = new Set<string>();
  const added = addedColumns(names);
  return names.map((name, index): ImportTarget => {
    if (added.has(name)) return { to: 'ignore' };
    const guess = guessOne({ name, cells: (cells[index] ?? []).filter((cell) => cell !== ''), decimal });
    const what =
      guess.to === 'trait' ? `trait ${guess.name}` : guess.to === 'consent' ? `to ${consentKey(guess)}` : guess.to;
    if (guess.to === 'ignore' || !taken.has(what)) {
      taken.add(what);
      return guess;
    }
    return { to: 'ignore' };
  });
}

/** Columns that Wend has put beside those of people: in a file of rows with problems, and in an export. */
function addedColumns(names: string[]): Set<string> {
  const problems = ['line', 'problem', 'reason'];
  const facts = ['person_id', 'created_at', 'last_seen_at'];
  return new Set([
    ...(problems.every((name, index) => names[index] === name) ? problems : []),
    ...(names.includes('person_id') && names.includes('external_id') ? facts : []),
  ]);
}

function guessOne({ name, cells, decimal }: { name: string; cells: string[]; decimal: '.' | ',' }): ImportTarget {
  const words = wordsOf(name);
  const all = (holds: (cell: string) => boolean) => cells.length > 0 && cells.every(holds);
  if (heads.externalId.includes(words) && !cells.every(isReservedId)) return { to: 'externalId' };
  if (heads.email.includes(words) || all((cell) => emailOf({ email: cell }) !== null)) return { to: 'email' };
  if (heads.phone.includes(words) && all((cell) => phoneOf({ phone: cell }) !== null || isRounded(cell)))
    return { to: 'phone' };
  const exported = topicNamed(name);
  if (exported !== null && cells.every((cell) => 'value' in consentOf(cell))) return { to: 'consent', ...exported };
  const channel = channelNamed(words);
  if (channel !== null && cells.every((cell) => 'value' in consentOf(cell))) return { to: 'consent', channel };
  if (consentWords.test(words) && all((cell) => 'value' in consentOf(cell)))
    return { to: 'consent', channel: channelIn(words) };
  const trait = guessType(cells, decimal);
  if (heads.time.includes(words) && trait.type === 'date') return { to: 'time', order: trait.order };
  const target = importTarget.safeParse({ to: 'trait', name: traitNameOf(name), ...trait });
  return target.success ? target.data : { to: 'ignore' };
}

function wordsOf(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[_\-.\s]+/g, ' ');
}

/** `consent email`, `email_consent`: as exports and files of rows with problems call their columns. */
function channelNamed(words: string): string | null {
  return (
    personChannels().find((channel) =>
      [channel, channelOf(channel).name]
        .map(wordsOf)
        .some((name) => words === `consent ${name}` || words === `${name} consent`),
    ) ?? null
  );
}

/** `email/offers_consent`: as exports call what people said of a topic. */
function topicNamed(name: string): { channel: string; topic: string } | null {
  const [, channel = '', topic = ''] = /^([a-z][a-z0-9-]*)\/([a-z0-9_-]+)_consent$/.exec(name.trim()) ?? [];
  return personChannels().includes(channel) && topicKeyPattern.test(topic) ? { channel, topic } : null;
}

function channelIn(words: string): string {
  return (
    personChannels().find(
      (channel) => words.includes(channel) || words.includes(channelOf(channel).words.toLowerCase()),
    ) ?? 'email'
  );
}

/** The type that all values of a column have; text when in doubt: it loses nothing. */
function guessType(
  cells: string[],
  decimal: '.' | ',',
): { type: ImportValueType; order: DateOrder; separator: ',' | ';' | '|' } {
  const usual = { order: 'iso', separator: ',' } as const;
  if (cells.length === 0) return { type: 'text', ...usual };
  const [text, number, boolean, date, list] = importValueTypes;
  // 0 and 1 are numbers until somebody says that they mean no and yes.
  if (cells.every((cell) => 'value' in booleanOf(cell) && !/^[01]$/.test(cell))) return { type: boolean, ...usual };
  if (cells.every((cell) => isPlainNumber(cell, decimal))) return { type: number, ...usual };
  const order = guessOrder(cells);
  if (order !== null) return { type: date, ...usual, order };
  const separator = guessSeparator(cells);
  return separator === null ? { type: text, ...usual } : { type: list, ...usual, separator };
}

/** Not `007`, `+49…` or the sixteen digits of a card: those are names of something. */
function isPlainNumber(cell: string, decimal: '.' | ','): boolean {
  return !/^\+|^-?0\d/.test(cell) && cell.replace(/\D/g, '').length <= 15 && 'value' in numberOf(cell, decimal);
}

function guessOrder(cells: string[]): DateOrder | null {
  if (cells.some((cell) => /^\d+$/.test(cell))) return null;
  if (cells.every((cell) => readDate(cell) !== null)) return 'iso';
  // Day first, as most of the world writes it, unless only the other order gives dates.
  return (['dmy', 'mdy'] as const).find((order) => cells.every((cell) => 'value' in dateOf(cell, order))) ?? null;
}

/** Only where it is hardly a sentence: short entries, in most of the cells. */
function guessSeparator(cells: string[]): ',' | ';' | '|' | null {
  if (cells.every((cell) => cell.startsWith('[') && 'value' in listOf(cell, ','))) return ',';
  if (cells.some((cell) => /^[[{]/.test(cell))) return null;
  for (const separator of ['|', ';', ','] as const) {
    const several = cells.filter((cell) => cell.includes(separator));
    const tidy = several.every((cell) =>
      cell.split(separator).every((entry) => /^\S{1,40}(?: \S{1,20})?$/.test(entry.trim())),
    );
    if (several.length > cells.length / 2 && tidy && !(separator === ',' && several.some((cell) => /, /.test(cell))))
      return separator;
  }
  return null;
}

/** The name of a trait after that of a column: as it stands where it could be one, else in small letters with `_`. */
function traitNameOf(column: string): string {
  // As exports call traits that have the name of another column of theirs.
  const name = column.trim().replace(/^trait:(?=.)/, '');
  const usual = known.get(wordsOf(name));
  if (usual !== undefined) return usual;
  const plain = /\s/.test(name)
    ? name
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, '_')
        .replace(/^_+|_+$/g, '')
    : name;
  return (plain || 'column').slice(0, importLimits.traitName);
}
