import { asNumber, decimalOf } from './as-number.js';
import { isObject } from './is-object.js';
import type { Json, JsonObject } from './json.js';

/**
 * What can be done to a trait. `set` also to null, `unset` takes it away, `add` is for numbers and takes a missing one as
 * 0, `append` and `remove` are for lists.
 */
export const traitDos = ['set', 'unset', 'add', 'append', 'remove'] as const;
export type TraitDo = (typeof traitDos)[number];
/** A change of one trait as a whole. Of a list each item is appended or removed. */
export type TraitChange = { name: string; do: TraitDo; value?: Json };

/** The changes that filled in settings hold; what is none is left out. */
export function traitChangesOf(value: Json | undefined): TraitChange[] {
  const found = Array.isArray(value) ? value : [];
  return found.filter(
    (each) => isObject(each) && typeof each['name'] === 'string' && traitDos.some((one) => one === each['do']),
  ) as TraitChange[];
}

/** So many items a list grows to: then the first leave it. */
export const longestTraitList = 100;
/** Numbers are exact up to here; what would grow beyond stays as it is. */
const largest = 15;

/**
 * Traits after changes, one after the other. A change that does not go with what the trait holds (adding to text,
 * appending to a number) leaves it as it is. `apply_trait_changes` of the database does the same.
 */
export function applyTraitChanges(traits: JsonObject, changes: readonly TraitChange[]): JsonObject {
  return changes.reduce<JsonObject>((at, { name, do: how, value = null }) => {
    const after = changed(Object.hasOwn(at, name) ? at[name] : undefined, how, value);
    const { [name]: _, ...others } = at;
    return after === undefined ? others : { ...at, [name]: after };
  }, traits);
}

function changed(current: Json | undefined, how: TraitDo, value: Json): Json | undefined {
  switch (how) {
    case 'set':
      return value;
    case 'unset':
      return undefined;
    case 'add':
      return sumOf(current ?? 0, value) ?? current;
    case 'append':
      return Array.isArray(current ?? []) ? appended((current ?? []) as Json[], itemsOf(value)) : current;
    case 'remove':
      return Array.isArray(current)
        ? current.filter((item) => !itemsOf(value).some((each) => isSame(each, item)))
        : current;
  }
}

function itemsOf(value: Json): Json[] {
  return Array.isArray(value) ? value : [value];
}

function appended(list: Json[], items: Json[]): Json[] {
  const all = [...list];
  for (const item of items) if (!all.some((each) => isSame(each, item))) all.push(item);
  return items.length > 0 ? all.slice(-longestTraitList) : list;
}

function isSame(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame((a as JsonObject)[key] ?? null, (b as JsonObject)[key] ?? null))
  );
}

/** In decimal digits, as the database counts, and not in those of a computer: 0.1 and 0.2 are 0.3. */
function sumOf(a: Json, b: Json): number | null {
  const [left, right] = [digitsOf(a), digitsOf(b)];
  if (!left || !right) return null;
  const scale = Math.max(left.scale, right.scale);
  const sum = at(left, scale) + at(right, scale);
  const size = sum < 0n ? -sum : sum;
  const whole = String(size / 10n ** BigInt(scale)).length;
  if ([left, right].some(isTooLarge) || whole > largest) return null;
  return Number(textOf(rounded(sum, scale, largest - whole)));
}

/** A number as whole digits of which the last `scale` stand behind the point. */
type Digits = { digits: bigint; scale: number };

function digitsOf(value: Json): Digits | null {
  const number = asNumber(value);
  if (number === null || !Number.isFinite(number)) return null;
  const [whole = '', fraction = ''] = (typeof value === 'string' ? value : decimalOf(number)).split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length };
}

function at({ digits, scale }: Digits, wanted: number): bigint {
  return digits * 10n ** BigInt(wanted - scale);
}

function isTooLarge({ digits, scale }: Digits): boolean {
  return String(digits).replace('-', '').length - scale > largest;
}

/** To so many places behind the point, halves away from zero. */
function rounded(digits: bigint, scale: number, places: number): Digits {
  if (scale <= places) return { digits, scale };
  const unit = 10n ** BigInt(scale - places);
  const half = digits < 0n ? -unit / 2n : unit / 2n;
  return { digits: (digits + half) / unit, scale: places };
}

function textOf({ digits, scale }: Digits): string {
  const minus = digits < 0n ? '-' : '';
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  return scale === 0 ? `${minus}${text}` : `${minus}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}
