import type { JsonObject } from '../json.js';
import type { Rule } from '../rule.js';
import { isEmpty } from '../validate-rule.js';
import { dataFieldsOf, isSame } from './kind.js';
import type { EntryKindDefinition } from './kind.js';

/** Whom a business event lets in when it would be more people than wanted. */
export const businessPicks = ['random', 'nearest'] as const;
export type BusinessPick = (typeof businessPicks)[number];

/**
 * An event of a store, an item or a match lets in everybody for whom the rule holds, which may compare with the event's
 * properties. `most`: at most so many of them, `pick` says which.
 */
export type BusinessWayIn = { kind: 'business'; event: string; audience: Rule; most?: number; pick?: BusinessPick };

function nameOf({ event }: JsonObject): string | null {
  return typeof event === 'string' && event.trim() !== '' ? event.trim() : null;
}

/** A step of this kind names its event in the setting `event`, and may name its properties in `fields`: `[{ id, path }]`. */
export const businessEntry: EntryKindDefinition = {
  hasEvent: false,
  events: () => [],
  letsInAllOf: (config, other) =>
    nameOf(config) !== null &&
    nameOf(config) === nameOf(other) &&
    config['most'] === undefined &&
    (isEmpty(config['where'] as Rule | undefined) || isSame(config['where'], other['where'])) &&
    isSame(config['audience'] ?? null, other['audience'] ?? null),
  words: (config) => {
    const name = nameOf(config);
    return name === null ? null : { before: 'on the business event', name };
  },
  never: (config) => {
    const name = nameOf(config);
    return name === null ? 'no business event came' : `no business event “${name}” came`;
  },
  fields: dataFieldsOf,
};
