import type { MessageFilterQuery } from '@wend/contract';
import { likePattern, nameMatches, namePatterns } from '../profiles/index.js';
import { stands } from './resend-rules.js';

export type MessageFilter = MessageFilterQuery;

/** Adds a value to those of a statement, and gives the name it has there. */
export type Bind = (value: unknown) => string;

/** Conditions on a message `m`; `$1` is the workspace. */
export type Conditions = {
  /** An index gives the messages of these in the order of the list. */
  indexed: string[];
  /** These are read message by message. */
  read: string[];
};

/** Few messages have these states, and an index has them apart. */
const trouble = ['failed', 'bounced', 'suppressed', 'unknown'];

function rareStatus({ status: [status, ...others] = [] }: MessageFilter): string | null {
  return status !== undefined && others.length === 0 && trouble.includes(status) ? status : null;
}

/** Of these filters those that an index answers. */
export function onlyIndexed(filter: MessageFilter): MessageFilter {
  const { journeyId, profileId, from, to, reachedFrom } = filter;
  const start = [from, reachedFrom].flatMap((time) => time ?? []).sort((a, b) => Date.parse(b) - Date.parse(a))[0];
  return { journeyId, profileId, to, from: start, ...(rareStatus(filter) !== null && { status: filter.status }) };
}

export function columnConditions(filter: MessageFilter, bind: Bind): Conditions {
  const indexed: string[] = [];
  const read: string[] = [];
  const any = (column: string, values: readonly string[] | undefined) => {
    if (values && values.length > 0) read.push(`${column} = any(${bind(values)}::text[])`);
  };
  const is = (parts: string[], { column, type }: { column: string; type: string }, value: string | undefined) => {
    if (value !== undefined) parts.push(`${column} = ${bind(value)}::${type}`);
  };
  any('m.channel', filter.channel);
  const rare = rareStatus(filter);
  // One state keeps to the order of its index; of several each has an order of its own.
  if (rare !== null) indexed.push(`m.status = ${bind(rare)}::text and m.status in ('${trouble.join(`', '`)}')`);
  else any('m.status', filter.status);
  // As the figures have it: without a reason it is another one.
  any(`coalesce(m.reason, 'other')`, filter.reason);
  any('m.origin', filter.origin);
  is(indexed, { column: 'm.journey_id', type: 'uuid' }, filter.journeyId);
  is(indexed, { column: 'm.profile_id', type: 'uuid' }, filter.profileId);
  is(read, { column: 'm.node', type: 'text' }, filter.node);
  is(read, { column: 'm.provider', type: 'text' }, filter.provider);
  is(read, { column: 'm.connection_id', type: 'uuid' }, filter.connectionId);
  if (filter.class !== undefined)
    read.push(
      `(m.version_id, m.node) in (
         select n.id, step.key from journey_versions n, jsonb_each(n.running->'nodes') as step
         where n.workspace_id = $1
           and coalesce(step.value #>> '{config,messageClass}', 'marketing') = ${bind(filter.class)}::text
       )`,
    );
  if (filter.test !== undefined) read.push(filter.test === 'true' ? `m.origin = 'test'` : `m.origin <> 'test'`);
  if (filter.version !== undefined)
    read.push(
      `m.version_id = any(array(
         select n.id from journey_versions n where n.workspace_id = $1 and n.number = ${bind(filter.version)}::int
       ))`,
    );
  if (filter.from !== undefined) indexed.push(`m.queued_at >= ${bind(filter.from)}::timestamptz`);
  if (filter.to !== undefined) indexed.push(`m.queued_at < ${bind(filter.to)}::timestamptz`);
  if (filter.reachedFrom !== undefined || filter.reachedTo !== undefined) {
    const [from, to] = [bind(filter.reachedFrom ?? null), bind(filter.reachedTo ?? null)];
    // Nothing is queued before somebody came.
    if (filter.reachedFrom !== undefined) indexed.push(`m.queued_at >= ${from}::timestamptz`);
    // Looked up for each message: to join all visits costs more, however many messages are read.
    read.push(
      `coalesce((
         select (${from}::timestamptz is null or w.entered_at >= ${from})
           and (${to}::timestamptz is null or w.entered_at < ${to})
         from visits w
         where w.workspace_id = $1 and w.enrollment_id = m.enrollment_id and w.node = m.node and w.visit = m.visit
       ), false)`,
    );
  }
  if (filter.standing === 'true') read.push(stands);
  return { indexed, read };
}

/**
 * How a term is looked for: an address by how it begins, which an index answers; else anywhere in address, name and
 * texts, which is read message by message.
 */
export function searchKind(search: string | undefined): 'none' | 'address' | 'text' {
  const term = search?.trim() ?? '';
  if (term === '') return 'none';
  return /^\S+@\S*$/.test(term) || /^\+\d{4,}$/.test(term.replace(/[\s()./-]/g, '')) ? 'address' : 'text';
}

export function addressCondition(search: string, bind: Bind): string {
  const term = search.trim().toLowerCase();
  const start = term.startsWith('+') ? term.replace(/[\s()./-]/g, '') : term;
  // By a pattern: how many there are is known from it, so that a beginning that very many have is not sorted first.
  return `(m.recipient is not null and lower(m.recipient) like ${bind(`${start.replace(/[\\%_]/g, String.raw`\$&`)}%`)}::text)`;
}

/** `searched`: the fields of each channel that are looked in, as two columns of the same length. */
export function textCondition(
  { search, searched }: { search: string; searched: [channels: string[], fields: string[]] },
  bind: Bind,
): string {
  const pattern = bind(likePattern(search.trim()));
  const { words, digits } = namePatterns(search);
  return `(m.recipient ilike ${pattern} or ${nameMatches({ words: bind(words), digits: bind(digits), profile: 'p' })} or exists (
      select 1
      from unnest(${bind(searched[0])}::text[], ${bind(searched[1])}::text[]) as t (channel, field)
      where t.channel = m.channel and m.content->>t.field ilike ${pattern}
    ))`;
}
