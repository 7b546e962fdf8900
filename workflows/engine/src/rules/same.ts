import { asNumber } from '@wend/contract/values';
import type { Json } from '@wend/contract';
import type { Sides } from './operators/operator.js';

/**
 * Equal without regard to type: a number with text that is the same number, yes and no with the text `true` and
 * `false`. Two texts must be the same, character by character. Lists and objects equal nothing.
 */
export function same(left: Json, right: Json): boolean {
  if (left === right) return true;
  if (typeof left === 'number' && typeof right === 'string') return asNumber(right) === left;
  if (typeof left === 'string' && typeof right === 'number') return asNumber(left) === right;
  if (typeof left === 'boolean' && typeof right === 'string') return String(left) === right;
  if (typeof left === 'string' && typeof right === 'boolean') return left === String(right);
  return false;
}

/** Whether the left side, or an item of it, is the same as an item of the right side. */
export function sameAsAny({ left, right }: Sides): boolean {
  const wanted = Array.isArray(right) ? right.filter((each) => each !== null) : [];
  return (Array.isArray(left) ? left : [left ?? null]).some((each) => wanted.some((value) => same(each, value)));
}

/** Whether text holds a value, as JSON writes it, or a list an item that is the same. */
export function holdsWithin({ left, right }: Sides): boolean {
  if (right === undefined || right === null || typeof right === 'object') return false;
  if (typeof left === 'string') return left.includes(String(right));
  return Array.isArray(left) && left.some((each) => same(each, right));
}
