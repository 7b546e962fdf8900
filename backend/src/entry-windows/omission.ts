import { isAfter, momentOf } from './window.js';
import type { EntryWindow, Moment, Verdict, WindowEvent } from './window.js';

/** A window of an omission: the event that opened it, null when it would open none today, and the other that followed. */
export type OmissionWindow = { window: EntryWindow; event: WindowEvent | null; followed: Moment | null };

/**
 * What becomes of windows of one person that share a key, at a time (ms). In the order of their events: one that stands
 * within an earlier window which nothing had closed by then opens none of its own. One whose other event has followed
 * ends for nothing, however late that was: nobody is told of what they have done meanwhile.
 */
export function decideOmissions(given: readonly OmissionWindow[], now: number): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  let open: OmissionWindow | null = null;
  for (const each of [...given].sort((a, b) => (isAfter(momentOf(a.window), momentOf(b.window)) ? 1 : -1))) {
    const { window, event, followed } = each;
    if (event === null) {
      verdicts.set(window.id, { over: 'unfit' });
      continue;
    }
    if (open && window.key !== '' && isWithin(open, window)) {
      verdicts.set(window.id, { over: 'absorbed' });
      continue;
    }
    open = each;
    if (followed) verdicts.set(window.id, { over: 'mended' });
    else verdicts.set(window.id, window.due_at.getTime() <= now ? { enter: event } : { until: window.due_at });
  }
  return verdicts;
}

function isWithin({ window, followed }: OmissionWindow, other: EntryWindow): boolean {
  return other.happened_at < window.due_at && !(followed && isAfter(momentOf(other), followed));
}
