import { entryKinds, ownMessageIds, placeEvents, segmentEvents } from '@wend/contract';
import type { Entry, EntryKind, EntryOf, EventWayIn, JsonObject } from '@wend/contract';
import { holds } from '@wend/engine';
import { storableText } from '../platform/text/index.js';
import type { QueuedEvent } from './router.repository.js';

/** Whether an event fits an entry: `late` when it would, had it not come too long after it happened. */
type Fit = boolean | 'late';
type EventMatchers = { [Kind in EntryKind]?: (entry: EntryOf<Kind>, event: QueuedEvent) => Fit };

/** How the kinds that people come into by events find theirs. Kinds that are not here let nobody in by one at once. */
const matchers: EventMatchers = {
  event: (entry, event) => entry.event === event.name && (isTooOld(entry, event) ? 'late' : true),
  segment: (entry, event) => event.name === segmentEvents[entry.on] && event.properties['segmentId'] === entry.segment,
  place: (entry, event) => event.name === placeEvents[entry.on] && isOfPlaces(entry, event.properties),
};

/** Whether an event is of one of the places of an entry. */
export function isOfPlaces(
  { places = [], tags = [] }: EntryOf<'place'>,
  { externalId, tags: has }: JsonObject,
): boolean {
  if (places.length + tags.length === 0) return true;
  return places.some((each) => each === externalId) || (Array.isArray(has) && tags.some((each) => has.includes(each)));
}

/** The entries that an event fits, in their order, and those that it came too late for. */
export type Fits = { fits: Entry[]; late: Entry[] };

/** Asks all entries of a journey. Throws where a filter cannot be answered. */
export function entriesFor(entries: readonly Entry[], event: QueuedEvent): Fits {
  const found: Fits = { fits: [], late: [] };
  for (const entry of entries) {
    if (entryKinds[entry.kind].tells && !isOwn(event)) continue;
    const matcher = matchers[entry.kind] as ((entry: Entry, event: QueuedEvent) => Fit) | undefined;
    const fit = matcher?.(entry, event) ?? false;
    if (fit === false || !holds(entry.where, { property: event.properties })) continue;
    (fit === 'late' ? found.late : found.fits).push(entry);
  }
  return found;
}

/** Told by Wend itself, or by a test run: ingestion takes no such ids from outside. */
function isOwn({ message_id: id, origin }: QueuedEvent): boolean {
  return origin === 'test' || id.startsWith(ownMessageIds);
}

/**
 * An event that came too long after it happened. What counts is how late it reached us, not how long our queue took.
 */
export function isTooOld(
  { maxAgeSeconds }: Pick<EventWayIn, 'maxAgeSeconds'>,
  event: { time: Date; received_at: Date; run_offset_ms?: number },
): boolean {
  return (
    maxAgeSeconds !== undefined &&
    event.received_at.getTime() + (event.run_offset_ms ?? 0) - event.time.getTime() > maxAgeSeconds * 1_000
  );
}

/** The value of the entry key, or '' when the journey has none or the event does not carry it. */
export function entryKeyOf(value: JsonObject[string] | undefined): string {
  if (value === undefined || value === null) return '';
  // Cut within an emoji it could not be stored.
  return storableText((typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, 500));
}
