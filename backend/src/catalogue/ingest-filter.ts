import type { IngestFilter, IngestItem } from '@wend/contract';

/** Whether somebody who looks with this filter wants to see an item. */
export function passes(item: IngestItem, { name, person, kind, outcome, key }: IngestFilter): boolean {
  return (
    (kind === undefined || item.kind === kind) &&
    (outcome === undefined || item.outcome === outcome) &&
    (key === undefined || item.key?.id === key) &&
    (!name || (item.name ?? '').toLowerCase().includes(name.toLowerCase())) &&
    (!person || [item.userId, item.anonymousId].some((id) => id?.toLowerCase().startsWith(person.toLowerCase())))
  );
}
