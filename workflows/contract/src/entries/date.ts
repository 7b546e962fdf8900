import { dayText, readClock } from '../clock-time.js';
import type { JsonObject } from '../json.js';
import { dateRuleWords } from '../schedules/index.js';
import type { DateRule } from '../schedules/index.js';
import { isSame } from './kind.js';
import type { EntryKindDefinition } from './kind.js';

/** People come in by a date that they have as a trait (`trait`: its path). */
export type DateWayIn = { kind: 'date'; trait: string; rule: DateRule };

/** The rule of a step's settings; null while they do not say one. */
export function dateRuleOf(config: JsonObject): DateRule | null {
  const { days = 0, side = 'on', time, repeats = 'once', leapDay = 'february28' } = config;
  const count = side === 'on' ? 0 : days;
  if (!Number.isInteger(count) || typeof time !== 'string' || readClock(time) === null) return null;
  return {
    days: side === 'before' ? -Number(count) : Number(count),
    time,
    repeats: repeats === 'yearly' ? 'yearly' : 'once',
    leapDay: leapDay === 'march1' ? 'march1' : 'february28',
  };
}

function traitOf({ trait }: JsonObject): string | null {
  return typeof trait === 'string' && trait.trim() !== '' ? trait.trim() : null;
}

/** A step of this kind has the settings `trait`, `side`, `days`, `time`, `repeats` and `leapDay`. */
export const dateEntry: EntryKindDefinition = {
  hasEvent: false,
  events: () => [],
  // Each lets everybody in by a cause of its own.
  letsInAllOf: (config, other) =>
    traitOf(config) !== null && dateRuleOf(config) !== null && isSame(settingsOf(config), settingsOf(other)),
  words: (config) => {
    const trait = traitOf(config);
    const rule = dateRuleOf(config);
    return trait === null || rule === null ? null : { before: 'by date', name: dateRuleWords({ rule, trait }) };
  },
  never: (config) => {
    const trait = traitOf(config);
    return trait === null ? 'none of their dates has come' : `no date in “${trait}” has come`;
  },
  fields: () => ['date', 'years', 'scheduledAt', 'occurrence', 'trait'],
  sample: (config, at) => {
    const scheduledAt = new Date(at).toISOString();
    const day = Math.floor(at / 86_400_000) - (dateRuleOf(config)?.days ?? 0);
    const occurrence = scheduledAt.slice(0, 16);
    return { date: dayText(day), years: 1, trait: traitOf(config) ?? '', scheduledAt, occurrence };
  },
};

function settingsOf(config: JsonObject): unknown {
  return [traitOf(config), dateRuleOf(config), config['audience'] ?? null];
}
