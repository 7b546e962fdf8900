import type { JsonObject } from '../json.js';
import { durationSeconds, durationWords, isDuration } from '../manifest-words.js';
import { isSame } from './kind.js';
import type { EntryKindDefinition } from './kind.js';

/**
 * People come in by the last of several events of a name that follow each other: when none has come for `quietSeconds`,
 * at most `mostSeconds` after the first. `key`: a property, of each value of which they are told apart; absent: all of a
 * person belong together. `maxAgeSeconds`: how late events may have been when they were received; absent: any age.
 */
export type DebounceWayIn = {
  kind: 'debounce';
  event: string;
  key?: string;
  quietSeconds: number;
  mostSeconds: number;
  maxAgeSeconds?: number;
};

function nameOf({ event }: JsonObject): string | null {
  return typeof event === 'string' && event.trim() !== '' ? event.trim() : null;
}

/** A step of this kind has the settings `event`, `key`, `quiet` and `most`. */
export const debounceEntry: EntryKindDefinition = {
  hasEvent: false,
  opensWindow: true,
  events: (config) => {
    const name = nameOf(config);
    return name === null ? [] : [name];
  },
  // Each has windows of its own.
  letsInAllOf: (config, other) => nameOf(config) !== null && isDuration(config['quiet']) && isSame(config, other),
  words: (config) => {
    const name = nameOf(config);
    const { quiet } = config;
    if (name === null || !isDuration(quiet)) return null;
    return { before: 'on', name: `the last ${name} when there was none for ${durationWords(durationSeconds(quiet))}` };
  },
  fields: (config, propertiesOf) => {
    const name = nameOf(config);
    return name === null ? [] : [...(propertiesOf(name) ?? [])];
  },
};
