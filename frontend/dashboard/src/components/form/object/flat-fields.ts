import { pathKeys, pathOf } from '@wend/contract/plain';
import type { Json, JsonObject } from '@wend/contract';
import { place } from './place';

/** An object as rows of path (`pathKeys`) and text, as a person fills them in. */
export type FieldRow = { path: string; text: string };

/** The leaves of an object; lists stand as JSON. */
export function toRows(value: JsonObject, above: readonly string[] = []): FieldRow[] {
  return Object.entries(value).flatMap(([key, each]): FieldRow[] => {
    const keys = [...above, key];
    if (each !== null && typeof each === 'object' && !Array.isArray(each) && Object.keys(each).length > 0)
      return toRows(each, keys);
    return [{ path: pathOf(keys), text: typeof each === 'string' ? each : JSON.stringify(each) }];
  });
}

/**
 * The object that rows stand for. Numbers, true, false, null and lists are read as such; all else is text. Rows without
 * a path or text are left out.
 */
export function fromRows(rows: readonly FieldRow[]): JsonObject {
  const result: JsonObject = {};
  for (const { path, text } of rows) {
    const keys = pathKeys(path.trim())
      .map((key) => key.trim())
      .filter(Boolean);
    if (keys.length > 0 && text !== '') place(result, keys, readValue(text));
  }
  return result;
}

function readValue(text: string): Json {
  if (!/^(-?\d+(\.\d+)?|true|false|null|\[.*\])$/s.test(text.trim())) return text;
  // Digits that would not come out the same are an id or a phone number, not an amount.
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'number' && String(value) !== text.trim() ? text : value;
  } catch {
    return text;
  }
}
