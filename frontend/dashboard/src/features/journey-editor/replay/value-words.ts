import { durationWords, weekdayWords } from '@wend/contract/plain';
import type { Json, Operand } from '@wend/contract';

/** A value as it stands in a sentence: text without quotes, nothing as "no value", weekdays by name. */
export function valueWords(value: Json | undefined, operand?: Operand): string {
  if (value === null || value === undefined) return 'no value';
  if (Array.isArray(value)) return value.map((each) => valueWords(each, operand)).join(', ') || 'an empty list';
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'number' && operand?.source === 'localTime' && operand.part === 'weekday') return weekdayWords(value);
  return String(value) === '' ? 'empty text' : String(value);
}

/** A span in milliseconds as the product words durations: `1 day`, `2 h 30 min`, `318 ms`. */
export function spanWords(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : durationWords(milliseconds / 1_000);
}
