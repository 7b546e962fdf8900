import { dataFieldsOf } from './kind.js';
import type { EntryKindDefinition } from './kind.js';

/** People come in when a program says so: `POST /api/journeys/:id/trigger`. */
export type ApiWayIn = { kind: 'api' };

/** A step of this kind may name, in the setting `fields`, the data that calls come with: `[{ id, path }]`. */
export const apiEntry: EntryKindDefinition = {
  hasEvent: false,
  events: () => [],
  // Each call names its entry, or takes the first.
  letsInAllOf: () => false,
  words: () => ({ before: 'by', name: 'API call' }),
  never: () => 'no API call came for them',
  fields: dataFieldsOf,
};
