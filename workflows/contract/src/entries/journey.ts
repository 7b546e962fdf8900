import { dataFieldsOf } from './kind.js';
import type { EntryKindDefinition } from './kind.js';

/** People come in when a step of another journey starts this one for them. */
export type JourneyWayIn = { kind: 'journey' };

/** A step of this kind may name, in the setting `fields`, the data that other journeys send along: `[{ id, path }]`. */
export const journeyEntry: EntryKindDefinition = {
  hasEvent: false,
  events: () => [],
  letsInAllOf: () => false,
  words: () => ({ before: 'from', name: 'another journey' }),
  never: () => 'no other journey started it for them',
  fields: dataFieldsOf,
};
