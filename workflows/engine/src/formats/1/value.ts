import type { Json, JsonObject } from '@wend/contract';

/** The value at a dotted path; undefined where there is none. Own properties only. */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  let at: Json | undefined = value;
  for (const key of path.split('.')) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, key)) return undefined;
    at = (at as JsonObject)[key];
  }
  return at;
}

/** A copy that holds only these dotted paths. */
export function pickPaths(source: JsonObject, paths: readonly string[]): JsonObject {
  const result: JsonObject = {};
  for (const path of paths) {
    const value = valueAt(source, path);
    if (value !== undefined) putAt(result, path.split('.'), value);
  }
  return result;
}

function putAt(target: JsonObject, keys: string[], value: Json): void {
  let at = target;
  for (const key of keys.slice(0, -1)) {
    const next = Object.hasOwn(at, key) ? at[key] : undefined;
    if (next === null || typeof next !== 'object' || Array.isArray(next)) at[key] = {};
    at = at[key] as JsonObject;
  }
  const last = keys.at(-1);
  if (last !== undefined) at[last] = value;
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
