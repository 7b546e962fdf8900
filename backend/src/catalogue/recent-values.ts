import { isSecretName, isSecretText, shownJson } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { valueAt } from './seen-values.js';

const most = 5;
const longest = 80;

/**
 * A few recent values of a property, each once, the newest first. None when one of them, or the name, looks like a
 * secret: the others then are probably others of the kind.
 */
export function recentValues(events: readonly JsonObject[], path: string): { values: string[]; secret: boolean } {
  if (path.split('.').some((key) => isSecretName(key))) return { values: [], secret: true };
  const values = new Set<string>();
  for (const event of events) {
    const value = valueAt(event, path);
    if (value === undefined || value === null) continue;
    const text = typeof value === 'string' ? value : shownJson(value);
    if (typeof value !== 'object' && isSecretText(String(value))) return { values: [], secret: true };
    if (values.size < most) values.add(short(text));
  }
  return { values: [...values], secret: false };
}

/** Cut between characters. */
function short(text: string): string {
  if (text.length <= longest) return text;
  return `${Array.from(text).slice(0, longest).join('')}…`;
}
