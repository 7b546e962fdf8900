import type { EntryKindDefinition } from './kind.js';

/** People come in when a program says so: `POST /api/journeys/:id/trigger`. */
export type ApiWayIn = { kind: 'api' };

function fieldsOf({ fields }: Record<string, unknown>): string[] {
  if (!Array.isArray(fields)) return [];
  return fields.flatMap((field: unknown) => {
    const path = (field as { path?: unknown } | null)?.path;
    return typeof path === 'string' && path.trim() !== '' ? [path.trim()] : [];
  });
}

/** A step of this kind may name, in the setting `fields`, the data that calls come with: `[{ id, path }]`. */
export const apiEntry: EntryKindDefinition = {
  hasEvent: false,
  events: () => [],
  // Each call names its entry, or takes the first.
  letsInAllOf: () => false,
  words: () => ({ before: 'by', name: 'API call' }),
  fields: fieldsOf,
};
