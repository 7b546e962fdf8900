import type { JsonObject } from '../json.js';
import { durationSeconds, isDuration } from '../manifest-words.js';
import type { Rule } from '../rule.js';
import { isEmpty } from '../validate-rule.js';
import { isSame } from './kind.js';
import type { EntryKindDefinition } from './kind.js';

/**
 * People come in by an event. `maxAgeSeconds`: how late the event may have been when it was received; absent: any age.
 */
export type EventWayIn = { kind: 'event'; event: string; maxAgeSeconds?: number };

function nameOf(config: JsonObject): string[] {
  const { event } = config;
  return typeof event === 'string' && event.trim() !== '' ? [event.trim()] : [];
}

/** In seconds; NaN where the settings leave it to the node. */
function oldestOf({ anyAge, maximumAge }: JsonObject): number {
  if (anyAge === true) return Infinity;
  return isDuration(maximumAge) ? durationSeconds(maximumAge) : NaN;
}

function letsInAllOf(config: JsonObject, other: JsonObject): boolean {
  const { where, audience, ...rest } = restOf(config);
  const { where: otherWhere, audience: otherAudience, ...otherRest } = restOf(other);
  const oldest = oldestOf(config);
  const otherOldest = oldestOf(other);
  return (
    nameOf(config).length > 0 &&
    isSame(rest, otherRest) &&
    [
      [where, otherWhere],
      [audience, otherAudience],
    ].every(([rule, otherRule]) => isEmpty(rule as Rule | undefined) || isSame(rule, otherRule)) &&
    (oldest >= otherOldest || (Number.isNaN(oldest) && Number.isNaN(otherOldest)))
  );
}

/** Other settings of a node may be filters too. */
function restOf({ anyAge: _, maximumAge: __, ...rest }: JsonObject): JsonObject {
  return rest;
}

/** A step of this kind names its event in the setting `event`. */
export const eventEntry: EntryKindDefinition = {
  hasEvent: true,
  events: nameOf,
  letsInAllOf,
  words: (config) => {
    const [name] = nameOf(config);
    return name === undefined ? null : { before: 'on', name };
  },
  fields: (config, propertiesOf) => nameOf(config).flatMap((name) => propertiesOf(name) ?? []),
};
