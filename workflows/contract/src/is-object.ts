import type { JsonObject } from './json.js';

/** Whether a value is an object of JSON: neither null nor a list. Its fields are taken to be JSON, as in all that was parsed. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
