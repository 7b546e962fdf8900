import type { JsonObject } from '../json.js';
import { isSame } from './kind.js';
import type { EntryKindDefinition } from './kind.js';

/** What places tell when people come into one, or leave it. */
export const placeEvents = { entered: 'Place Entered', left: 'Place Left' } as const;
export type PlaceMove = keyof typeof placeEvents;
/** The event that says where somebody is, by degrees `lat` and `lng` (or `latitude` and `longitude`). */
export const locationEvent = 'Location Updated';
/** The trait that says the same; an identify with it counts as such an event. */
export const locationTrait = 'location';

/**
 * People come in when they come into, or leave, one of some places: those with one of these external ids or tags; any
 * place where neither is given.
 */
export type PlaceWayIn = { kind: 'place'; on: PlaceMove; places?: string[]; tags?: string[] };

function moveOf({ on }: JsonObject): PlaceMove | null {
  return on === 'entered' || on === 'left' ? on : null;
}

/** A step of this kind has the settings `on`, `places` and `tags`. */
export const placeEntry: EntryKindDefinition = {
  hasEvent: true,
  tells: Object.values(placeEvents),
  events: (config) => {
    const move = moveOf(config);
    return move === null ? [] : [placeEvents[move]];
  },
  letsInAllOf: (config, other) =>
    moveOf(config) !== null &&
    moveOf(config) === moveOf(other) &&
    (isAnyPlace(config) || isSame([config['places'], config['tags']], [other['places'], other['tags']])) &&
    isSame(config['where'] ?? null, other['where'] ?? null) &&
    isSame(config['audience'] ?? null, other['audience'] ?? null),
  words: (config) => {
    const move = moveOf(config);
    return move && { before: 'when people', name: `${move === 'left' ? 'leave' : 'enter'} ${whichWords(config)}` };
  },
  fields: (config) => {
    const move = moveOf(config);
    if (move === null) return [];
    const all = ['placeId', 'externalId', 'name', 'tags', 'lat', 'lng', 'radius', 'since'];
    return move === 'left' ? [...all, 'insideSeconds'] : all;
  },
};

/** Which places: `a place tagged store or station`, `one of 3 places`. Their names are not in the settings. */
function whichWords({ places, tags }: JsonObject): string {
  const [ids, tagged] = [places, tags].map((list) =>
    Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [],
  ) as [string[], string[]];
  const words = [
    ...(tagged.length === 0
      ? []
      : [`a place tagged ${tagged.length > 3 ? `${tagged.slice(0, 3).join(', ')} or …` : tagged.join(' or ')}`]),
    ...(ids.length === 0 ? [] : [ids.length === 1 ? 'one place' : `one of ${ids.length} places`]),
  ];
  return words.join(', or ') || 'a place';
}

function isAnyPlace({ places, tags }: JsonObject): boolean {
  return [places, tags].every((list) => list === undefined || (Array.isArray(list) && list.length === 0));
}
