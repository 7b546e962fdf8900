import type { JsonObject } from '@wend/contract';
import type { DigestItem } from './digests.repository.js';

/** A list becomes part of the run's record and of what each message after it is made of. Characters of JSON. */
const longestList = 128_000;

/** The list as steps after the digest see it: the earliest first, and of what would be too long the last events. */
export function listOf({ count, items }: { count: number; items: readonly DigestItem[] }): JsonObject {
  const events: JsonObject[] = [];
  let length = 0;
  for (const { event_id: id, name, time, properties } of items.toReversed()) {
    const event = { id, name, time: time.toISOString(), properties };
    length += JSON.stringify(event).length;
    if (length > longestList) break;
    events.unshift(event);
  }
  return { events, count };
}
