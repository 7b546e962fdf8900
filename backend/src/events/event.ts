import { randomUUID } from 'node:crypto';
import type { EventKind, JsonObject } from '@wend/contract';
import type { Person } from '../profiles/index.js';

/**
 * `import`: from the past of another system. It counts as what the person did, and neither starts nor wakes anything.
 */
export type Origin = 'live' | 'demo' | 'test' | 'import';

/** A validated event on its way into the database. */
export type NewEvent = {
  id: string;
  kind: EventKind;
  name: string;
  person: Person;
  messageId: string;
  properties: JsonObject;
  context: JsonObject;
  /** Traits that an identify sets; null for other kinds. */
  traits: JsonObject | null;
  /** When it happened and when it was received, ms since 1970. */
  time: number;
  receivedAt: number;
  origin: Origin;
  /** The run that a test event belongs to. */
  enrollmentId: string | null;
  runOffsetMs: number;
  /** Follows from something else: the person was not seen by it. */
  unseen?: boolean;
  /** How many actions of runs led to it, one by the other; 0 when missing. */
  depth?: number;
};

/** An event made inside Wend or by a seed: who, what, and what differs from the defaults. */
export type EventInput = {
  /** Of a `track`; the other kinds have names of their own. */
  name?: string;
  kind?: EventKind;
  profileId?: string;
  userId?: string;
  anonymousId?: string;
  /** Of an `alias`: another name of the same person. */
  previousId?: string;
  /** Makes the event happen once, however often it is ingested. Random when missing. */
  messageId?: string;
  properties?: JsonObject;
  context?: JsonObject;
  /** For `identify`. */
  traits?: JsonObject;
  /** When it happened, ms since 1970; now when missing. */
  time?: number;
  enrollmentId?: string;
  /** Follows from something else: the person was not seen by it. */
  unseen?: boolean;
  /** How many actions of runs led to it, one by the other; 0 when missing. */
  depth?: number;
};

/** Names under which the kinds other than `track` are stored and can be waited for. */
export const kindNames: Record<Exclude<EventKind, 'track'>, string> = {
  identify: 'Identified',
  page: 'Page Viewed',
  screen: 'Screen Viewed',
  group: 'Group',
  alias: 'Alias',
};

/**
 * SQL for the lane of a profile: a stable hash of its id. The events of one profile stay in one of the 16 lanes, so
 * that one worker at a time processes them, in order.
 */
export function laneOf(profileId: string): string {
  return `(abs(hashtextextended(${profileId}::text, 0)) % 16)::smallint`;
}

const counters = Array.from({ length: 4_096 }, (_, count) => count.toString(16).padStart(3, '0'));
const last = { at: -1, count: 0, prefix: '', random: '' };

/**
 * A UUID of version 7 (RFC 9562, method 1): it begins with the time, so that new rows lie side by side in the index
 * instead of all over it. Ids of the same millisecond count up from its random bits.
 */
export function newEventId(now = Date.now()): string {
  if (now !== last.at || last.count === counters.length) {
    const time = now.toString(16).padStart(12, '0');
    Object.assign(last, {
      at: now,
      count: 0,
      prefix: `${time.slice(0, 8)}-${time.slice(8)}-7`,
      random: randomUUID().slice(18),
    });
  }
  return last.prefix + counters[last.count++]! + last.random;
}

/** Fills in what an input leaves out. Throws when it says of nobody. */
export function newEvent(
  input: EventInput,
  { receivedAt, origin, runOffsetMs }: { receivedAt: number; origin: Origin; runOffsetMs: number },
): NewEvent {
  const kind = input.kind ?? 'track';
  const name = kind === 'track' ? input.name : kindNames[kind];
  if (!name) throw new Error('The event has no name.');
  const person: Person =
    input.profileId !== undefined
      ? { profileId: input.profileId }
      : {
          userId: input.userId ?? null,
          anonymousId: input.anonymousId ?? null,
          ...(input.previousId !== undefined && { previousId: input.previousId }),
        };
  if (!('profileId' in person) && person.userId === null && person.anonymousId === null)
    throw new Error(`The event "${name}" names no person.`);
  return {
    id: newEventId(),
    kind,
    name,
    person,
    messageId: input.messageId ?? randomUUID(),
    properties: input.properties ?? (kind === 'identify' ? (input.traits ?? {}) : {}),
    context: input.context ?? {},
    traits: kind === 'identify' ? (input.traits ?? {}) : null,
    time: input.time ?? receivedAt,
    receivedAt,
    origin,
    enrollmentId: input.enrollmentId ?? null,
    runOffsetMs,
    ...(input.unseen && { unseen: true }),
    ...(input.depth && { depth: input.depth }),
  };
}
