import { channelName, messageStatuses } from '@wend/contract/plain';
import type { Endpoint, api } from '@wend/contract/plain';
import { startOfDay } from '@/lib/day-range';

/** Filters as they stand in the address: texts, several values joined by commas, days as `2026-11-29`. */
export const filterNames = [
  'search',
  'channel',
  'status',
  'reason',
  'journey',
  'node',
  'version',
  'provider',
  'connection',
  'class',
  'origin',
  'person',
  'from',
  'to',
  'reachedFrom',
  'reachedTo',
  'standing',
] as const;
export type FilterName = (typeof filterNames)[number];
export type Filters = { [Name in FilterName]?: string | undefined };
/** Those that have a control of their own beside the others. */
const shown: readonly FilterName[] = ['search', 'journey'];

export const noFilters = Object.fromEntries(filterNames.map((name) => [name, undefined])) as Record<
  FilterName,
  undefined
>;

export function readFilters(get: (name: string) => string | undefined): Filters {
  const filters: Filters = {};
  for (const name of filterNames) {
    const value = get(name);
    if (value) filters[name] = value;
  }
  // As links had it once.
  if (get('test') === 'true') filters.origin = 'test';
  return filters;
}

export function values(list: string | undefined): string[] {
  return (list ?? '').split(',').filter((part) => part !== '');
}

/** How many filters are set beyond those that are always shown. */
export function countMore(filters: Filters): number {
  return filterNames.filter((name) => !shown.includes(name) && filters[name] !== undefined).length;
}

type Query = typeof api.messages extends Endpoint<infer _P, infer Q, infer _B, infer _R> ? Partial<Q> : never;

/** The query of the route. Test runs are left out unless they are asked for; what the address has wrong, too. */
export function queryOf(filters: Filters): Query {
  const uuid = (text: string | undefined) => (/^[0-9a-f-]{36}$/i.test(text ?? '') ? text : undefined);
  const origin = values(filters.origin).filter((each) => each === 'live' || each === 'demo' || each === 'test');
  const channel = values(filters.channel).filter((each) => channelName.test(each));
  const status = messageStatuses.filter((each) => values(filters.status).includes(each));
  return {
    search: filters.search,
    ...(channel.length > 0 && { channel }),
    ...(status.length > 0 && { status }),
    ...(filters.reason && { reason: values(filters.reason) }),
    journeyId: uuid(filters.journey),
    node: filters.node,
    ...(/^[1-9]\d{0,8}$/.test(filters.version ?? '') && { version: Number(filters.version) }),
    provider: filters.provider,
    connectionId: uuid(filters.connection),
    ...((filters.class === 'marketing' || filters.class === 'transactional') && { class: filters.class }),
    ...(origin.length > 0 ? { origin } : { test: 'false' as const }),
    profileId: uuid(filters.person),
    from: startOfDay(filters.from),
    to: startOfDay(filters.to, { plus: 1 }),
    reachedFrom: startOfDay(filters.reachedFrom),
    reachedTo: startOfDay(filters.reachedTo, { plus: 1 }),
    ...(filters.standing === 'true' && { standing: 'true' as const }),
  };
}

export function hrefOf({ filters, id }: { filters: Filters; id?: string }): string {
  const search = new URLSearchParams();
  for (const name of filterNames) if (filters[name]) search.set(name, filters[name]);
  if (id) search.set('message', id);
  return search.size > 0 ? `/outbox?${search}` : '/outbox';
}
