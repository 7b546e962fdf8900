import { resubscribedEvent, unsubscribedEvent } from './api/statuses.js';
import { segmentEvents } from './entries/segment-events.js';
import type { SegmentMove } from './entries/segment-events.js';
import type { Rule, Scalar } from './rule.js';

/** An event of the person that something follows from, and which of that name. */
export type EventFilter = { event: string; where?: Rule };

/** The event of somebody who enters or leaves a segment. */
export function segmentMove({ on, segment }: { on: SegmentMove; segment: string }): EventFilter {
  return { event: segmentEvents[on], where: is('segmentId', segment) };
}

type ConsentMoveOptions = { on: 'given' | 'withdrawn'; channel: string; topic?: string | undefined };

/**
 * The event of somebody who subscribes or unsubscribes. What is said of a whole channel names no topic; who leaves the
 * channel leaves its topics too.
 */
export function consentMove({ on, channel, topic }: ConsentMoveOptions): EventFilter {
  const whole: Rule = { op: 'compare', left: { source: 'property', path: 'topic' }, is: 'notExists' };
  const about: Rule =
    topic === undefined
      ? whole
      : on === 'given'
        ? is('topic', topic)
        : { op: 'any', rules: [is('topic', topic), whole] };
  return {
    event: on === 'given' ? resubscribedEvent : unsubscribedEvent,
    where: { op: 'all', rules: [is('channel', channel), about] },
  };
}

/** That somebody is in a segment, or is not: what holds once they have entered or left it. */
export function segmentHolds({ on, segment }: { on: SegmentMove; segment: string }): Rule {
  return { op: 'compare', left: { source: 'segment', segment }, is: 'equals', value: on === 'entered' };
}

/** That somebody is subscribed, or is not any more: what holds once they have said so. */
export function consentHolds({ on, channel, topic }: ConsentMoveOptions): Rule {
  const about = (more: { topic?: string }): Rule => ({
    op: 'compare',
    left: { source: 'consent', channel, ...more },
    is: 'equals',
    value: on === 'given' ? 'subscribed' : 'unsubscribed',
  });
  if (topic === undefined) return about({});
  return on === 'given' ? about({ topic }) : { op: 'any', rules: [about({ topic }), about({})] };
}

function is(path: string, value: Scalar): Rule {
  return { op: 'compare', left: { source: 'property', path }, is: 'equals', value };
}
