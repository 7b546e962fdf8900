import type { Json, JsonObject } from '@wend/contract';

function short(value: Json): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return `${value.length} ${value.length === 1 ? 'item' : 'items'}`;
  if (typeof value === 'object') return '{…}';
  return String(value);
}

/** The first properties of an event in one line: `plan: free · total: 49`. */
export function propertiesLine(properties: JsonObject, most = 4): string {
  const entries = Object.entries(properties);
  const line = entries.slice(0, most).map(([name, value]) => `${name}: ${short(value)}`).join(' · ');
  return entries.length > most ? `${line} · …` : line;
}
