import {
  approvalEvent,
  consentRequestedEvent,
  messageEvents,
  repliedEvent,
  resubscribedEvent,
  unsubscribedEvent,
} from './api/statuses.js';
import { digestFull } from './claim.js';
import { entryKinds } from './entries/index.js';

/**
 * Names of the events that Wend itself tells: what became of messages, consent, answers, and what kinds of entries make known.
 * Whoever sends events must choose others.
 */
export const ownEvents: ReadonlySet<string> = new Set([
  ...Object.values(messageEvents),
  unsubscribedEvent,
  resubscribedEvent,
  consentRequestedEvent,
  repliedEvent,
  approvalEvent,
  digestFull,
  ...Object.values(entryKinds).flatMap(({ tells }) => tells ?? []),
]);

/** The message ids of events that Wend itself tells begin so. Whoever sends events must choose others. */
export const ownMessageIds = 'wend:';
