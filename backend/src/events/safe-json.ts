/** One thing that is wrong with an event, and where. */
export type Problem = { path: string; message: string };

type ModernString = string & { isWellFormed(): boolean; toWellFormed(): string };
const isWellFormed = (text: string) => (text as ModernString).isWellFormed();
const wellFormed = (text: string) => (text as ModernString).toWellFormed();

const forbidden = new Set(['__proto__', 'constructor', 'prototype']);
const maximumDepth = 32;
/** A control character is written \\u0001: no character takes more. */
const mostBytes = 6;

/**
 * How many bytes a freshly parsed value can have as JSON at most, or Infinity when it holds something that `sanitize`
 * must see: one quick look for the many events that are in order.
 */
export function weigh(value: unknown, depth = maximumDepth): number {
  if (typeof value === 'string')
    return isWellFormed(value) && !value.includes('\u0000') ? value.length * mostBytes + 3 : Number.POSITIVE_INFINITY;
  // The longest number has 24 characters. One that JSON cannot write was larger than numbers get.
  if (value === null || typeof value !== 'object')
    return typeof value === 'number' && !Number.isFinite(value) ? Number.POSITIVE_INFINITY : 25;
  if (depth === 0) return Number.POSITIVE_INFINITY;
  let weight = 3;
  if (Array.isArray(value)) {
    for (const item of value) weight += weigh(item, depth - 1);
    return weight;
  }
  for (const key in value) {
    if (forbidden.has(key) || !isWellFormed(key) || key.includes('\u0000')) return Number.POSITIVE_INFINITY;
    weight += key.length * mostBytes + 4 + weigh((value as Record<string, unknown>)[key], depth - 1);
  }
  return weight;
}

/**
 * Looks through a freshly parsed value for what must never reach the database or an object: NUL characters, keys that
 * could reach a prototype, nesting without end, numbers without one. Halves of surrogate pairs (text cut in the middle
 * of an emoji), which PostgreSQL refuses, become U+FFFD in place. Returns the first problem, or null.
 */
export function sanitize(value: unknown, path: string, depth = maximumDepth): Problem | null {
  if (typeof value === 'string')
    return value.includes('\u0000') ? { path, message: 'must not contain NUL characters' } : null;
  if (typeof value === 'number' && !Number.isFinite(value))
    return { path, message: 'is larger than a number can be; send it as text' };
  if (value === null || typeof value !== 'object') return null;
  if (depth === 0)
    return {
      path: path.length > 200 ? `${path.slice(0, 200)}…` : path,
      message: `must not be nested deeper than ${maximumDepth} levels`,
    };
  return Array.isArray(value)
    ? sanitizeArray(value, path, depth)
    : sanitizeObject(value as Record<string, unknown>, path, depth);
}

function sanitizeArray(value: unknown[], path: string, depth: number): Problem | null {
  for (const [index, item] of value.entries()) {
    const problem = sanitize(item, `${path}[${index}]`, depth - 1);
    if (problem) return problem;
    if (typeof item === 'string' && !isWellFormed(item)) value[index] = wellFormed(item);
  }
  return null;
}

function sanitizeObject(value: Record<string, unknown>, path: string, depth: number): Problem | null {
  for (const key of Object.keys(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (forbidden.has(key)) return { path: at, message: 'is a reserved key; rename it' };
    if (key.includes('\u0000')) return { path, message: 'must not contain NUL characters in keys' };
    const item = value[key];
    const problem = sanitize(item, at, depth - 1);
    if (problem) return problem;
    const fixed = typeof item === 'string' && !isWellFormed(item) ? wellFormed(item) : item;
    if (fixed === item && isWellFormed(key)) continue;
    delete value[key];
    value[wellFormed(key)] = fixed;
  }
  return null;
}
