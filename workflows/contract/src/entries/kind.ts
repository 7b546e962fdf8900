import type { JsonObject } from '../json.js';
import type { Rule } from '../rule.js';

/**
 * What every way in may ask for besides. `where`: a filter over the event, or the data, that comes with the person;
 * `audience`: a rule about the person, asked when she would come in.
 */
export type WayInFilters = { where?: Rule; audience?: Rule };

/** How people come in, in words: `on` and the name of an event. */
export type EntryWords = { before: string; name: string };

/**
 * What a kind of entry is, asked of the settings of a step as somebody left them: nothing here may count on a setting
 * being there.
 */
export type EntryKindDefinition = {
  /** Whether each run has an event that it began by. */
  hasEvent: boolean;
  /** Events that Wend itself tells for this kind: nobody else may send them. */
  tells?: readonly string[];
  /** Names of the events that let people in. */
  events: (config: JsonObject) => string[];
  /** What such an event begins is a window, by whose end it is decided who comes in: the router takes none of them. */
  opensWindow?: true;
  /**
   * Whether it is sure that a step with these settings lets in everybody whom `other`, a step of the same type, would:
   * then nobody comes in by the other where this one goes first.
   */
  letsInAllOf: (config: JsonObject, other: JsonObject) => boolean;
  /** Whether nobody comes in any more after this time (ms), wherever they live. Left out: never. */
  isOver?: (config: JsonObject, now: number) => boolean;
  /** Null while the settings do not say it yet. */
  words: (config: JsonObject) => EntryWords | null;
  /**
   * What is said of somebody for whom it never came, as a part of a sentence; left out: nothing that they did lets people
   * in.
   */
  never?: (config: JsonObject) => string;
  /** What somebody who comes in at this time (ms) would bring along, for test runs; left out: nothing that is known. */
  sample?: (config: JsonObject, at: number) => JsonObject;
  /** Paths of what must come with who comes in. */
  needs?: (config: JsonObject) => string[];
  /** Paths of what messages and rules find under `entry`. `propertiesOf`: those that events of a name have come with. */
  fields: (config: JsonObject, propertiesOf: (event: string) => readonly string[] | undefined) => string[];
};

/** Whether two settings say the same. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What a step says, in its setting `fields`, that people come with: `[{ id, path }]`. */
export function dataFieldsOf({ fields }: JsonObject): string[] {
  if (!Array.isArray(fields)) return [];
  return fields.flatMap((field: unknown) => {
    const path = (field as { path?: unknown } | null)?.path;
    return typeof path === 'string' && path.trim() !== '' ? [path.trim()] : [];
  });
}
