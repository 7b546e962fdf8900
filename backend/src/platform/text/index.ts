export { parseExactly } from './exact-json.js';

type ModernString = string & { isWellFormed(): boolean; toWellFormed(): string };

/**
 * Text as PostgreSQL takes it: NUL characters and halves of surrogate pairs (text cut within an emoji) become U+FFFD.
 */
export function storableText(text: string): string {
  const whole = text as ModernString;
  return (whole.isWellFormed() ? text : whole.toWellFormed()).replaceAll('\u0000', '\ufffd');
}

/**
 * A JSON value with every text and key storable. For values whose nesting is limited already; what needs no change is
 * returned as it is.
 */
export function storableJson<Value>(value: Value): Value {
  if (typeof value === 'string') return storableText(value) as Value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => storableJson(item));
    return items.every((item, index) => item === value[index]) ? value : (items as Value);
  }
  const entries = Object.entries(value).map(([key, item]) => [storableText(key), storableJson<unknown>(item)] as const);
  const same = entries.every(
    ([key, item]) => Object.hasOwn(value, key) && (value as Record<string, unknown>)[key] === item,
  );
  return same ? value : (Object.fromEntries(entries) as Value);
}

/** Text made safe to stand in HTML, also inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export { delimiterOf } from './csv-delimiter.js';
