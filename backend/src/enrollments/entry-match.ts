import type { Entry, EventWayIn, JsonObject } from '@wend/contract';
import { holds } from '@wend/engine';
import { storableText } from '../platform/text/index.js';
import type { QueuedEvent } from './router.repository.js';

/**
 * The entry that an event lets a person in by: the first, in the order of the entries, that it fits. Throws where a
 * filter cannot be answered.
 */
export function entryFor(entries: readonly Entry[], event: QueuedEvent): Entry | null {
  return (
    entries.find(
      (entry) =>
        entry.kind === 'event' &&
        entry.event === event.name &&
        !isTooOld(entry, event) &&
        holds(entry.where, { property: event.properties }),
    ) ?? null
  );
}

/**
 * An event that came too long after it happened. What counts is how late it reached us, not how long our queue took.
 */
export function isTooOld(
  { maxAgeSeconds }: Pick<EventWayIn, 'maxAgeSeconds'>,
  event: Pick<QueuedEvent, 'time' | 'received_at' | 'run_offset_ms'>,
): boolean {
  return (
    maxAgeSeconds !== undefined &&
    event.received_at.getTime() + event.run_offset_ms - event.time.getTime() > maxAgeSeconds * 1_000
  );
}

/** The value of the entry key, or '' when the journey has none or the event does not carry it. */
export function entryKeyOf(value: JsonObject[string] | undefined): string {
  if (value === undefined || value === null) return '';
  // Cut within an emoji it could not be stored.
  return storableText((typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, 500));
}
