import type { Json, JsonObject } from '@wend/contract';

const index = /^(0|[1-9][0-9]?)$/;

/**
 * Puts a value where these keys lead, and makes the objects and lists on the way; what stands in the way gives place.
 */
export function place(object: JsonObject, keys: readonly string[], value: Json): void {
  let at: JsonObject | Json[] = object;
  keys.forEach((key, depth) => {
    const next = keys[depth + 1];
    if (next === undefined) return put(at, key, value);
    const there = own(at, key);
    const fits = there !== null && typeof there === 'object' && (!Array.isArray(there) || goesOn(there, next));
    // A list that a key leads into which is no place in it is an object, as JSON would have to say it.
    const inside: JsonObject | Json[] = fits ? there : Array.isArray(there) ? { ...there } : next === '0' ? [] : {};
    put(at, key, inside);
    at = inside;
  });
}

/** Whether there is a value of its own where these keys lead. */
export function isPlaced(object: JsonObject, keys: readonly string[]): boolean {
  let at: Json | undefined = object;
  for (const key of keys) {
    if (at === null || typeof at !== 'object') return false;
    at = own(at, key);
  }
  return at !== undefined;
}

/** A place of the list, or the one after its last: no list has holes. */
function goesOn(list: Json[], key: string): boolean {
  return index.test(key) && Number(key) <= list.length;
}

function own(container: JsonObject | Json[], key: string): Json | undefined {
  if (!Object.hasOwn(container, key) || (Array.isArray(container) && !index.test(key))) return undefined;
  return (container as JsonObject)[key];
}

function put(container: JsonObject | Json[], key: string, value: Json): void {
  Object.defineProperty(container, key, { value, enumerable: true, writable: true, configurable: true });
}
