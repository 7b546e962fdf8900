import type { Json } from './json.js';

const plainDecimal = /^-?[0-9]+(\.[0-9]+)?$/;
/** Longer text is an identifier: it would lose its last digits as a number. */
const longestDecimal = 40;

/**
 * The number that a value is or, as text, plainly writes; otherwise null. The backend's SQL reads numbers the same way.
 */
export function asNumber(value: Json | undefined): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.length <= longestDecimal && plainDecimal.test(value) ? Number(value) : null;
}

/** A number in plain digits, without an exponent: what a person sees of it, and what PostgreSQL prints. */
export function decimalOf(value: number): string {
  const [, minus = '', first = '', fraction = '', exponent] =
    /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(String(value)) ?? [];
  if (exponent === undefined) return String(value);
  const places = Number(exponent);
  return places < 0
    ? `${minus}0.${'0'.repeat(-places - 1)}${first}${fraction}`
    : `${minus}${first}${fraction.padEnd(places, '0')}`;
}
