import { LRUCache } from 'lru-cache';
import { traitLimits } from '@wend/contract';
import type { Json, JsonObject } from '@wend/contract';

/** Traits of a profile and when each top-level trait was last set (event time, ms since 1970). */
export type TraitState = { traits: JsonObject; times: Record<string, number> };

/** Traits that came late: for each the time (ms since 1970) at which the value that stays was set. */
export type LateTraits = Record<string, number>;

/**
 * Merges traits that were set at `at`. A trait set later keeps its value, so that events out of order come to the same
 * end; `late` says which, null when none was. Null removes a trait (its time stays, so that a late event does not bring
 * it back).
 */
export function mergeTraits(
  state: TraitState,
  { traits, at }: { traits: JsonObject; at: number },
): TraitState & { late: LateTraits | null } {
  const merged: TraitState & { late: LateTraits | null } = {
    traits: { ...state.traits },
    times: { ...state.times },
    late: null,
  };
  for (const [name, value] of Object.entries(traits)) {
    const known = ownTime(merged.times, name);
    if (known !== undefined && known > at) {
      (merged.late ??= {})[name] = known;
      continue;
    }
    merged.times[name] = at;
    if (value === null) delete merged.traits[name];
    else merged.traits[name] = value;
  }
  return merged;
}

/** Customers name traits: some as what every object has, such as `toString`. */
function ownTime(times: Record<string, number>, name: string): number | undefined {
  return Object.hasOwn(times, name) ? times[name] : undefined;
}

/** Names of removed traits that are remembered beside those that are there. */
const rememberedNames = 2 * traitLimits.names;

/**
 * What is too much about the traits that an event made of those before, in words; null when nothing is. Who has too
 * much already can still change and remove.
 */
export function excessOf(before: JsonObject, after: JsonObject): string | null {
  const count = Object.keys(after).length;
  if (count > traitLimits.names && count > Object.keys(before).length)
    return `would give the person ${count} traits; a person can have ${traitLimits.names}`;
  if (weightOf(after) <= traitLimits.bytes) return null;
  const bytes = bytesOf(after);
  return bytes > traitLimits.bytes && bytes > bytesOf(before)
    ? `would give the person traits of ${Math.ceil(bytes / 1024)} KB; a person can have ${traitLimits.bytes / 1024} KB`
    : null;
}

/** The state without the times of the traits that were removed longest ago, where there are too many. */
export function forgetOldest({ traits, times }: TraitState): TraitState {
  const names = Object.keys(times);
  if (names.length <= rememberedNames) return { traits, times };
  const removed = names.filter((name) => !Object.hasOwn(traits, name)).sort((a, b) => times[a]! - times[b]!);
  const forgotten = new Set(removed.slice(0, names.length - rememberedNames));
  return { traits, times: Object.fromEntries(Object.entries(times).filter(([name]) => !forgotten.has(name))) };
}

function bytesOf(value: JsonObject): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** At least the bytes of a value, quickly: most are far from any limit. */
function weightOf(value: Json): number {
  if (typeof value === 'string') return value.length * 6 + 3;
  if (value === null || typeof value !== 'object') return 25;
  return Object.entries(value).reduce((sum, [key, each]) => sum + key.length * 6 + 4 + weightOf(each), 3);
}

/** The state of a profile that takes in another: for each trait the value that was set last; its own on a tie. */
export function joinTraits(into: TraitState, from: TraitState): TraitState {
  return Object.keys(from.times)
    .concat(Object.keys(from.traits))
    .reduce<TraitState>((joined, name) => {
      const isThere = Object.hasOwn(joined.traits, name);
      const at = ownTime(from.times, name) ?? Number.NEGATIVE_INFINITY;
      const own = ownTime(joined.times, name) ?? (isThere ? 0 : Number.NEGATIVE_INFINITY);
      if (own > at || (own === at && isThere)) return joined;
      const known = Number.isFinite(at) ? { ...joined.times, [name]: at } : joined.times;
      const { [name]: _, ...others } = joined.traits;
      const value = Object.hasOwn(from.traits, name) ? from.traits[name] : undefined;
      return { traits: value === undefined ? others : { ...others, [name]: value }, times: known };
    }, into);
}

function text(traits: JsonObject, ...names: string[]): string | null {
  for (const name of names) {
    const value = traits[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (typeof value === 'number') return String(value);
  }
  return null;
}

/** What a person is called on screens: name, first and last name, email, external id, or "Anonymous". */
export function displayName({ traits, externalId }: { traits: JsonObject; externalId: string | null }): string {
  return givenName(traits) ?? text(traits, 'email') ?? externalId ?? 'Anonymous';
}

/** What others may call a person: name, or first and last name; null where none is known. */
export function givenName(traits: JsonObject): string | null {
  const parts = [text(traits, 'first_name', 'firstName'), text(traits, 'last_name', 'lastName')].filter(
    (part) => part !== null,
  );
  return text(traits, 'name') ?? (parts.length > 0 ? parts.join(' ') : null);
}

const address = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>".]+$/;

/** The email address, when it looks like one. */
export function emailOf(traits: JsonObject): string | null {
  const value = text(traits, 'email');
  return value !== null && value.length <= 254 && address.test(value) ? value : null;
}

/** The telephone number, when it has enough digits to be one. */
export function phoneOf(traits: JsonObject): string | null {
  const value = text(traits, 'phone');
  return value !== null && /^\+?[\d\s().\-/]+$/.test(value) && value.replace(/\D/g, '').length >= 5 ? value : null;
}

const zones = new LRUCache<string, boolean>({ max: 2_000 });

/** Whether the time zone data of this process knows the zone. */
export function isTimeZone(zone: string): boolean {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  let valid = true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    valid = false;
  }
  zones.set(zone, valid);
  return valid;
}

/** The traits that say in which zone somebody lives, the first that says something. */
export const timeZoneTraits = ['timezone', 'timeZone', 'time_zone'] as const;

/** The person's time zone (trait `timezone`, also `timeZone` and `time_zone`), when it is one that exists. */
export function timeZoneOf(traits: JsonObject): string | null {
  const zone = text(traits, ...timeZoneTraits);
  return zone !== null && isTimeZone(zone) ? zone : null;
}
