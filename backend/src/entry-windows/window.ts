import type { Entry, JsonObject, Reentry } from '@wend/contract';

/** A window: what an event of a person has opened at an entry. `position`: of the event, in the order of receipt. */
export type EntryWindow = {
  id: string;
  journey_id: string;
  node: string;
  opening: number;
  profile_id: string;
  /** Windows of a person with the same key are one; '': each is one of its own. */
  key: string;
  event_id: string;
  received_at: Date;
  happened_at: Date;
  position: string;
  due_at: Date;
};

/** An event as windows see it. */
export type WindowEvent = {
  id: string;
  profile_id: string;
  name: string;
  time: Date;
  received_at: Date;
  position: string;
  properties: JsonObject;
};

/** An entry of an open journey, by which windows open. */
export type WindowStep = {
  journey_id: string;
  version_id: string;
  node: string;
  opening: number;
  entry: Entry;
  reentry: Reentry;
};

/** A window that opens where another one ends. */
export type NextWindow = { first: Pick<WindowEvent, 'id' | 'time' | 'received_at' | 'position'>; dueAt: Date };

/**
 * What becomes of a window: the person comes in by an event, and the next one opens in its place; it has ended for
 * nothing; or it stays open until then (the time of `due_at` when that is still to come).
 */
export type Verdict =
  { enter: WindowEvent; next?: NextWindow | null } | { over: 'mended' | 'absorbed' | 'unfit' } | { until: Date };

/** Something in the order of what a person did: by when it happened and, in one millisecond, by when it was received. */
export type Moment = { time: Date; position: string };

/** Whether something comes later than something else. */
export function isAfter(one: Moment, other: Moment): boolean {
  const between = one.time.getTime() - other.time.getTime();
  return between === 0 ? BigInt(one.position) > BigInt(other.position) : between > 0;
}

export function momentOf({ happened_at, position }: Pick<EntryWindow, 'happened_at' | 'position'>): Moment {
  return { time: happened_at, position };
}
