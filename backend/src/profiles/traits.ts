import type { JsonObject } from '@wend/contract';

/** Traits of a profile and when each top-level trait was last set (event time, ms since 1970). */
export type TraitState = { traits: JsonObject; times: Record<string, number> };

/**
 * Merges traits that were set at `at`. A trait set later keeps its value, so that events out of order come to the same end.
 * Null removes a trait (its time stays, so that a late event does not bring it back).
 */
export function mergeTraits(state: TraitState, { traits, at }: { traits: JsonObject; at: number }): TraitState {
  const merged: TraitState = { traits: { ...state.traits }, times: { ...state.times } };
  for (const [name, value] of Object.entries(traits)) {
    if ((merged.times[name] ?? Number.NEGATIVE_INFINITY) > at) continue;
    merged.times[name] = at;
    if (value === null) delete merged.traits[name];
    else merged.traits[name] = value;
  }
  return merged;
}

/** The state of a profile that takes in another: for each trait the value that was set last; its own on a tie. */
export function joinTraits(into: TraitState, from: TraitState): TraitState {
  return Object.keys(from.times).concat(Object.keys(from.traits)).reduce<TraitState>((joined, name) => {
    const at = from.times[name] ?? Number.NEGATIVE_INFINITY;
    const own = joined.times[name] ?? (name in joined.traits ? 0 : Number.NEGATIVE_INFINITY);
    if (own > at || (own === at && name in joined.traits)) return joined;
    const known = Number.isFinite(at) ? { ...joined.times, [name]: at } : joined.times;
    const { [name]: _, ...others } = joined.traits;
    const value = from.traits[name];
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

/** What a person is called on screens: name, first and last name, e-mail, external id, or "Anonymous". */
export function displayName({ traits, externalId }: { traits: JsonObject; externalId: string | null }): string {
  const parts = [text(traits, 'first_name', 'firstName'), text(traits, 'last_name', 'lastName')].filter((part) => part !== null);
  return text(traits, 'name') ?? (parts.length > 0 ? parts.join(' ') : null) ?? text(traits, 'email') ?? externalId ?? 'Anonymous';
}

const address = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>".]+$/;

/** The e-mail address, when it looks like one. */
export function emailOf(traits: JsonObject): string | null {
  const value = text(traits, 'email');
  return value !== null && value.length <= 254 && address.test(value) ? value : null;
}

/** The telephone number, when it has enough digits to be one. */
export function phoneOf(traits: JsonObject): string | null {
  const value = text(traits, 'phone');
  return value !== null && /^\+?[\d\s().\-/]+$/.test(value) && value.replace(/\D/g, '').length >= 5 ? value : null;
}

const zones = new Map<string, boolean>();

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
  if (zones.size < 2_000) zones.set(zone, valid);
  return valid;
}

/** The person's time zone (trait `timezone`, also `timeZone` and `time_zone`), when it is one that exists. */
export function timeZoneOf(traits: JsonObject): string | null {
  const zone = text(traits, 'timezone', 'timeZone', 'time_zone');
  return zone !== null && isTimeZone(zone) ? zone : null;
}
