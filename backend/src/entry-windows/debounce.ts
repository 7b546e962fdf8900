import { isAfter } from './window.js';
import type { EntryWindow, Moment } from './window.js';

/** An event of a burst. */
export type BurstEvent = Moment & { id: string; received_at: Date };

/** What becomes of a window by a burst: it ends with this event, and the next burst may have begun; or not yet. */
export type BurstVerdict =
  | { last: BurstEvent; next: { first: BurstEvent; dueAt: Date } | null }
  | { until: Date }
  | { over: 'absorbed' | 'unfit' };

type Burst = { events: BurstEvent[]; ends: number; owner: EntryWindow | null };
type Given = {
  /** Those of one key of a person. */
  windows: readonly EntryWindow[];
  /** What the person did of that key since the first of them was opened, in the order of receipt. */
  events: readonly BurstEvent[];
  quietMs: number;
  mostMs: number;
  /** ms. */
  now: number;
};

/**
 * What becomes of windows of one key, by id. A burst is what was received until so long after its first event, and has
 * ended when nothing came for the quiet time, or then. An event that was accepted before that was decided belongs to it,
 * however long it was quiet before. The last is the one that happened last.
 */
export function decideBursts({ windows, events, quietMs, mostMs, now }: Given): Map<string, BurstVerdict> {
  const bursts: Burst[] = [];
  for (const event of events) {
    const burst = bursts.at(-1);
    const received = event.received_at.getTime();
    const limit = burst ? burst.events[0]!.received_at.getTime() + mostMs : -Infinity;
    if (!burst || received > limit)
      bursts.push({ events: [event], ends: received + Math.min(quietMs, mostMs), owner: null });
    else {
      burst.events.push(event);
      burst.ends = Math.min(Math.max(burst.ends, received + quietMs), limit);
    }
  }
  const verdicts = new Map<string, BurstVerdict>();
  for (const window of [...windows].sort((a, b) => (BigInt(a.position) < BigInt(b.position) ? -1 : 1))) {
    const burst = bursts.find(({ events }) => BigInt(events.at(-1)!.position) >= BigInt(window.position));
    if (!burst) verdicts.set(window.id, { over: 'unfit' });
    else if (burst.owner) verdicts.set(window.id, { over: 'absorbed' });
    else burst.owner = window;
  }
  for (const [place, burst] of bursts.entries()) {
    if (!burst.owner) continue;
    const following = bursts[place + 1];
    const next =
      following && !following.owner ? { first: following.events[0]!, dueAt: new Date(following.ends) } : null;
    verdicts.set(
      burst.owner.id,
      burst.ends > now ? { until: new Date(burst.ends) } : { last: lastOf(burst.events), next },
    );
  }
  return verdicts;
}

function lastOf(events: readonly BurstEvent[]): BurstEvent {
  return events.reduce((last, each) => (isAfter(each, last) ? each : last));
}
