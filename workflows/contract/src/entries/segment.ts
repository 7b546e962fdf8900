import type { JsonObject } from '../json.js';
import { isSame } from './kind.js';
import type { EntryKindDefinition } from './kind.js';
import { segmentEvents } from './segment-events.js';
import type { SegmentMove } from './segment-events.js';

export { segmentEvents };
export type { SegmentMove };

/**
 * People come in when they enter, or leave, a segment. `present`: who is in it when the journey is published comes in
 * too.
 */
export type SegmentWayIn = { kind: 'segment'; segment: string; on: SegmentMove; present?: true };

function moveOf({ on }: JsonObject): SegmentMove {
  return on === 'left' ? 'left' : 'entered';
}

function segmentOf({ segment }: JsonObject): string | null {
  return typeof segment === 'string' && segment !== '' ? segment : null;
}

/** A step of this kind names its segment in the setting `segment`. */
export const segmentEntry: EntryKindDefinition = {
  hasEvent: true,
  tells: Object.values(segmentEvents),
  events: (config) => (segmentOf(config) === null ? [] : [segmentEvents[moveOf(config)]]),
  letsInAllOf: (config, other) =>
    segmentOf(config) !== null &&
    segmentOf(config) === segmentOf(other) &&
    moveOf(config) === moveOf(other) &&
    (config['present'] === true || other['present'] !== true) &&
    isSame(config['audience'] ?? null, other['audience'] ?? null),
  words: (config) =>
    segmentOf(config) === null
      ? null
      : { before: 'when people', name: moveOf(config) === 'left' ? 'leave a segment' : 'enter a segment' },
  fields: (config) => (segmentOf(config) === null ? [] : ['segmentId', 'segmentName']),
};
