import { pathKeys } from '@wend/contract/values';
import type { Json, JsonObject } from '@wend/contract';

/**
 * The value at a path (`pathKeys`); undefined where there is none. A step into an object is one of its own keys, a step
 * into a list an index from 0.
 */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  let at: Json | undefined = value;
  for (const key of pathKeys(path)) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, key)) return undefined;
    // A list's own `length` is no part of what JSON says.
    if (Array.isArray(at) && key === 'length') return undefined;
    at = (at as JsonObject)[key];
  }
  return at;
}

/** A copy that holds only these paths; of a list that a path leads into, the whole list. */
export function pickPaths(source: JsonObject, paths: readonly string[]): JsonObject {
  return pickKeys(source, paths.map(pathKeys));
}

function pickKeys(source: JsonObject, paths: readonly (readonly string[])[]): JsonObject {
  const inside = new Map<string, (readonly string[])[]>();
  for (const [key = '', ...rest] of paths) inside.set(key, [...(inside.get(key) ?? []), rest]);
  const result: JsonObject = {};
  for (const [key, rests] of inside) {
    const value = Object.hasOwn(source, key) ? source[key] : undefined;
    if (value === undefined) continue;
    const whole =
      value === null || typeof value !== 'object' || Array.isArray(value) || rests.some((rest) => rest.length === 0);
    const kept = whole ? value : pickKeys(value, rests);
    if (whole || Object.keys(kept as JsonObject).length > 0)
      Object.defineProperty(result, key, { value: kept, enumerable: true, writable: true, configurable: true });
  }
  return result;
}

/**
 * A number in [0, 1) that depends on the text only: FNV-1a with a final avalanche (murmur3's), so that near texts lie
 * far apart.
 */
export function drawOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
