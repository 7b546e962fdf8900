import { z } from 'zod';

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * True when no object inside the value has a key that could reach a prototype, all its numbers are finite, and it is
 * not nested deeper than `depth`.
 */
export function isSafeJson(value: unknown, depth = 32): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value !== 'object') return typeof value !== 'string' || !value.includes('\u0000');
  if (depth === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isSafeJson(item, depth - 1));
  return Object.entries(value).every(
    ([key, item]) => !forbiddenKeys.has(key) && !key.includes('\u0000') && isSafeJson(item, depth - 1),
  );
}

export const json: z.ZodType<Json> = z.custom<Json>((value) => value !== undefined && isSafeJson(value), {
  message: 'must be JSON without NUL characters, numbers such as 1e400, reserved keys or more than 32 levels',
});
export const jsonObject: z.ZodType<JsonObject> = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && isSafeJson(value),
  {
    message:
      'must be a JSON object without NUL characters, numbers such as 1e400, reserved keys or more than 32 levels',
  },
);
