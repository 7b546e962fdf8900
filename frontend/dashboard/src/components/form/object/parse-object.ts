import type { Json, JsonObject } from '@wend/contract';

/** Why something typed is no JSON object; `reason` says where it stops being JSON. */
export type NotAnObject = { error: 'notObject' } | { error: 'notJson'; reason: string };

/** Reads what was typed as a JSON object. */
export function parseObject(text: string): { value: JsonObject } | NotAnObject {
  if (text.trim() === '') return { value: {} };
  try {
    const value = JSON.parse(text) as Json;
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return { error: 'notObject' };
    return { value };
  } catch (error) {
    return { error: 'notJson', reason: error instanceof Error ? error.message : String(error) };
  }
}
