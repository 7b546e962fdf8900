import type { JsonObject } from '../json.js';
import { nextOccurrences, readSchedule, scheduleWords } from '../schedules/index.js';
import type { Schedule } from '../schedules/index.js';
import { isSame } from './kind.js';
import type { EntryKindDefinition } from './kind.js';

/**
 * The people of a segment come in at times. `graceSeconds`: how late that may be, when nothing ran at the time itself;
 * what is later is missed.
 */
export type ScheduleWayIn = { kind: 'schedule'; when: Schedule; segment: string; graceSeconds: number };

function segmentOf({ segment }: JsonObject): string | null {
  return typeof segment === 'string' && segment !== '' ? segment : null;
}

/** Where a day ends last: what is over there is over for everybody. */
const lastZone = 'Etc/GMT+12';

/** A step of this kind has the settings `when`, a `Schedule`, and `segment`. */
export const scheduleEntry: EntryKindDefinition = {
  hasEvent: false,
  events: () => [],
  letsInAllOf: (config, other) =>
    segmentOf(config) !== null &&
    segmentOf(config) === segmentOf(other) &&
    readSchedule(config['when']) !== null &&
    isSame(config['when'], other['when']) &&
    isSame(config['audience'] ?? null, other['audience'] ?? null),
  words: ({ when }) => {
    const schedule = readSchedule(when);
    return schedule === null ? null : { before: 'scheduled', name: scheduleWords(schedule) };
  },
  isOver: ({ when }, now) => {
    const schedule = readSchedule(when);
    return schedule !== null && nextOccurrences({ schedule, zone: lastZone, after: now, limit: 1 }).length === 0;
  },
  never: () => 'no schedule came while they were in its segment',
  fields: () => ['scheduledAt', 'occurrence'],
  sample: (_config, at) => {
    const scheduledAt = new Date(at).toISOString();
    return { scheduledAt, occurrence: scheduledAt.slice(0, 16) };
  },
};
