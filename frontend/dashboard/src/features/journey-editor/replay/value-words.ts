import { channelOf, durationWords, operandDefinition } from '@wend/contract/plain';
import type { Json, Operand } from '@wend/contract';
import type { Translator } from '@/i18n/translator';

type Value = { value: Json | undefined; operand?: Operand | undefined };

/** A value as it stands in a sentence: text without quotes, nothing as "no value", weekdays by name. */
export function valueWords(t: Translator<'editor-replay'>, { value, operand }: Value): string {
  if (value === null || value === undefined) return t('why.noValue');
  if (Array.isArray(value))
    return value.map((each) => valueWords(t, { value: each, operand })).join(', ') || t('why.emptyList');
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value === 'number' && operand)
    return operandDefinition(operand).numberWords?.(operand, value) ?? String(value);
  if (operand?.source === 'bestChannel' && typeof value === 'string') return channelOf(value).label;
  return String(value) === '' ? t('why.emptyText') : String(value);
}

/** A span in milliseconds as the product words durations: `1 day`, `2 h 30 min`, `318 ms`. */
export function spanWords(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : durationWords(milliseconds / 1_000);
}
