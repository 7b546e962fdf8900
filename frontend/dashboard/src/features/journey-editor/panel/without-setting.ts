import type { Json, JsonObject } from '@wend/contract';

/**
 * A config without the setting at a path such as `headers[0].extra`. Names may hold dots themselves: the longest one
 * that is there is meant.
 */
export function withoutSetting(config: JsonObject, path: string): JsonObject {
  return without(config, path) as JsonObject;
}

function without(value: Json | undefined, path: string): Json | undefined {
  if (Array.isArray(value)) {
    const [whole = '', index = ''] = /^\[(\d+)\]\.?/.exec(path) ?? [];
    return whole === ''
      ? value
      : value.map((each, at) => (at === Number(index) ? (without(each, path.slice(whole.length)) ?? null) : each));
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Object.hasOwn(value, path)) return Object.fromEntries(Object.entries(value).filter(([key]) => key !== path));
  const key = Object.keys(value)
    .filter((each) => path.startsWith(`${each}.`) || path.startsWith(`${each}[`))
    .sort((a, b) => b.length - a.length)[0];
  if (key === undefined) return value;
  const inner = without(value[key], path.slice(key.length).replace(/^\./, ''));
  return { ...value, [key]: inner ?? null };
}
