import type { MessageFilterQuery } from '@wend/contract';
import { likePattern, nameMatches } from '../profiles/index.js';
import { stands } from './resend-rules.js';

export type MessageFilter = MessageFilterQuery;

/** Adds a value to those of a statement, and gives the name it has there. */
export type Bind = (value: unknown) => string;

/** Conditions on a message `m` that indexes and columns answer. `$1` is the workspace. */
export function columnConditions(filter: MessageFilter, bind: Bind): string[] {
  const parts: string[] = [];
  const any = (column: string, values: readonly string[] | undefined) => {
    if (values && values.length > 0) parts.push(`${column} = any(${bind(values)}::text[])`);
  };
  const is = (column: string, type: string, value: string | number | undefined) => {
    if (value !== undefined) parts.push(`${column} = ${bind(value)}::${type}`);
  };
  any('m.channel', filter.channel);
  any('m.status', filter.status);
  // As the figures have it: without a reason it is another one.
  any(`coalesce(m.reason, 'other')`, filter.reason);
  any('m.origin', filter.origin);
  is('m.journey_id', 'uuid', filter.journeyId);
  is('m.node', 'text', filter.node);
  is('m.provider', 'text', filter.provider);
  is('m.profile_id', 'uuid', filter.profileId);
  is('m.connection_id', 'uuid', filter.connectionId);
  if (filter.class !== undefined)
    parts.push(
      `(m.version_id, m.node) in (
         select n.id, step.key from journey_versions n, jsonb_each(n.graph->'nodes') as step
         where n.workspace_id = $1
           and coalesce(step.value #>> '{config,messageClass}', 'marketing') = ${bind(filter.class)}::text
       )`,
    );
  if (filter.test !== undefined) parts.push(filter.test === 'true' ? `m.origin = 'test'` : `m.origin <> 'test'`);
  if (filter.version !== undefined)
    parts.push(
      `m.version_id in (
         select n.id from journey_versions n where n.workspace_id = $1 and n.number = ${bind(filter.version)}::int
       )`,
    );
  if (filter.from !== undefined) parts.push(`m.queued_at >= ${bind(filter.from)}::timestamptz`);
  if (filter.to !== undefined) parts.push(`m.queued_at < ${bind(filter.to)}::timestamptz`);
  if (filter.reachedFrom !== undefined || filter.reachedTo !== undefined)
    parts.push(
      `exists (
         select 1 from visits w
         where w.workspace_id = $1 and w.enrollment_id = m.enrollment_id and w.node = m.node and w.visit = m.visit
           ${filter.reachedFrom === undefined ? '' : `and w.entered_at >= ${bind(filter.reachedFrom)}::timestamptz`}
           ${filter.reachedTo === undefined ? '' : `and w.entered_at < ${bind(filter.reachedTo)}::timestamptz`}
       )`,
    );
  if (filter.standing === 'true') parts.push(stands);
  return parts;
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
  const name = bind(start);
  return `(m.recipient is not null and lower(m.recipient) ~>=~ ${name}::text
    and lower(m.recipient) ~<~ (${name}::text || chr(1114111)))`;
}

/** `searched`: the fields of each channel that are looked in, as two columns of the same length. */
export function textCondition(
  { search, searched }: { search: string; searched: [channels: string[], fields: string[]] },
  bind: Bind,
): string {
  const pattern = bind(likePattern(search.trim()));
  return `(m.recipient ilike ${pattern} or ${nameMatches({ pattern, profile: 'p' })} or exists (
      select 1
      from unnest(${bind(searched[0])}::text[], ${bind(searched[1])}::text[]) as t (channel, field)
      where t.channel = m.channel and m.content->>t.field ilike ${pattern}
    ))`;
}
