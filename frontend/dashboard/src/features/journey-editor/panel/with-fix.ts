import type { Issue, Json, JsonObject } from '@wend/contract';
import { setAt } from '../form/schema';

/** A config in which a problem is mended as it says itself; null where there is no text at its place. */
export function withFix(
  config: JsonObject,
  { path, before = '', after = '' }: NonNullable<Issue['fix']>,
): JsonObject | null {
  const keys = path.split('.');
  const text = keys.reduce<Json | undefined>(
    (value, key) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value[key] : undefined),
    config,
  );
  if (typeof text !== 'string') return null;
  const mended = `${before}${before === '' ? text : text.trimStart()}${after}`;
  return setAt({ value: config, path: keys, to: mended }) as JsonObject;
}
