import { approvalEvent, messageEvents, repliedEvent, resubscribedEvent, unsubscribedEvent } from './api/statuses.js';
import { channelOf } from './channels/index.js';
import { localDayAt, zoneOrUtc } from './clock-time.js';
import { offsetAt } from './instant-in.js';
import { durationWords } from './manifest-words.js';
import { spanSeconds } from './span-text.js';
import { nextOnClock, waitTimeOf } from './when/index.js';

/** What a preview needs to know that the engine does not: calendars, channels, and the names of Wend’s own events. */
export const previewSurroundings = {
  nextOnClock,
  waitTimeOf,
  localDayAt,
  offsetAt,
  zoneOrUtc,
  channelOf,
  spanSeconds,
  durationWords,
  events: {
    ...messageEvents,
    replied: repliedEvent,
    approval: approvalEvent,
    unsubscribed: unsubscribedEvent,
    resubscribed: resubscribedEvent,
  },
} as const;
export type PreviewSurroundings = typeof previewSurroundings;
