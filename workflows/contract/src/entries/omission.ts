import type { JsonObject } from '../json.js';
import { durationSeconds, durationWords, isDuration } from '../manifest-words.js';
import type { Rule } from '../rule.js';
import { isSame } from './kind.js';
import type { EntryKindDefinition } from './kind.js';

/**
 * What keeps people out when they do it after the first event. `same`: only where its property equals one of the first
 * event, `of`.
 */
export type Omitted = { event: string; where?: Rule; same?: { property: string; of: string } };

/**
 * People come in when they did one thing and not another within a time. `maxAgeSeconds`: how late the first event may
 * have been when it was received; absent: any age.
 */
export type OmissionWayIn = {
  kind: 'omission';
  event: string;
  without: Omitted;
  withinSeconds: number;
  maxAgeSeconds?: number;
};

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** What a step's settings say of the other event; null while they do not name one. */
export function omittedOf({ without }: JsonObject): Omitted | null {
  const { event, where, same, sameAs } = (without ?? {}) as Record<string, unknown>;
  const name = textOf(event);
  const property = textOf(same);
  if (name === null) return null;
  return {
    event: name,
    ...(where ? { where: where as Rule } : {}),
    ...(property === null ? {} : { same: { property, of: textOf(sameAs) ?? property } }),
  };
}

/** A step of this kind has the settings `event`, `without` (`event`, `where`, `same`, `sameAs`) and `within`. */
export const omissionEntry: EntryKindDefinition = {
  hasEvent: false,
  opensWindow: true,
  events: ({ event }) => {
    const name = textOf(event);
    return name === null ? [] : [name];
  },
  // Each opens windows of its own.
  letsInAllOf: (config, other) =>
    textOf(config['event']) !== null && omittedOf(config) !== null && isSame(config, other),
  words: (config) => {
    const name = textOf(config['event']);
    const other = omittedOf(config);
    const { within } = config;
    if (name === null || other === null || !isDuration(within)) return null;
    return { before: 'on', name: `${name} without ${other.event} within ${durationWords(durationSeconds(within))}` };
  },
  fields: ({ event }, propertiesOf) => {
    const name = textOf(event);
    return name === null ? [] : [...(propertiesOf(name) ?? [])];
  },
  needs: (config) => {
    const of = omittedOf(config)?.same?.of;
    return of === undefined ? [] : [of];
  },
};
