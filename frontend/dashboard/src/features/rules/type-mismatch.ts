import { asNumber, operators } from '@wend/contract/plain';
import type { Comparand, Compare } from '@wend/contract';

export type Mismatch = {
  /** What the values were so far. */
  type: 'text' | 'number' | 'boolean';
  value: string | number | boolean;
  /** The comparison with the value in that type; null where it cannot be one. */
  fixed: Compare | null;
};

/**
 * A value of another type than the field holds: `10` beside text is compared as a number, and `gold` beside numbers never
 * equals one. `type`: what the values of this field were so far. Operators that take both sides for something, such as
 * numbers, have problems of their own.
 */
export function mismatchOf(rule: Compare, type: string | null | undefined): Mismatch | null {
  if (type !== 'text' && type !== 'number' && type !== 'boolean') return null;
  if (operators[rule.is].type !== 'any' || operators[rule.is].takes === 'nothing') return null;
  const values = Array.isArray(rule.value) ? rule.value : [rule.value];
  const wrong = values.find((value) => isOther(value, type));
  if (wrong === undefined) return null;
  const fixed = values.map((value) => (isOther(value, type) ? asType(value, type) : value));
  const isWhole = fixed.every((each) => each !== null && each !== undefined);
  const value = Array.isArray(rule.value) ? (fixed as (string | number | boolean)[]) : fixed[0]!;
  return { type, value: wrong, fixed: isWhole ? { ...rule, value: value as Comparand } : null };
}

function isOther(value: unknown, type: Mismatch['type']): value is string | number | boolean {
  if (value === '' || !['string', 'number', 'boolean'].includes(typeof value)) return false;
  // `true` is met by the text “true” and by nothing else: there is nothing to say.
  return type === 'text' ? typeof value === 'number' : typeof value !== type;
}

function asType(value: string | number | boolean, type: Mismatch['type']): string | number | boolean | null {
  if (type === 'text') return String(value);
  if (type === 'number') return asNumber(value);
  return { true: true, false: false, yes: true, no: false }[String(value).trim().toLowerCase()] ?? null;
}
