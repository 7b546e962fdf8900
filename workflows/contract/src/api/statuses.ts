/** What can become of a run. */
export const enrollmentStatuses = ['starting', 'running', 'completed', 'exited', 'failed', 'cancelled'] as const;

/** What can become of letting time pass: `interrupted` when the process that did it is gone. */
export const fastForwardStates = ['running', 'done', 'cancelled', 'failed', 'interrupted'] as const;

/** What can become of a message. */
export const messageStatuses = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'opened',
  'clicked',
  'failed',
  'bounced',
  'suppressed',
  'unknown',
] as const;

/** Why an opening or a click is taken for a program's. */
export const machineSigns = [
  /** Another method than `GET`: programs look whether a link works. */
  'method',
  /** It says that it loads what somebody may look at later. */
  'prefetch',
  /** Its agent is none, a bot's or a scanner's. */
  'agent',
  /** It comes from where mail gateways are. */
  'network',
  /** It loads pictures whether or not anybody looks. */
  'privacy-proxy',
  /** The provider that tells of it says so. */
  'provider',
  /** Sooner after the sending than anybody reads. */
  'early',
  /** Many links in a moment. */
  'burst',
  /** It, or what came with it, followed a link that no person sees. */
  'trap',
] as const;
export type MachineSign = (typeof machineSigns)[number];

/**
 * What can be asked of the messages of a step: those that wait to be sent, that came so far, or that did not get
 * through.
 */
export const messageOutcomes = [
  'queued',
  'sent',
  'delivered',
  'opened',
  'clicked',
  'failed',
  'suppressed',
  'unknown',
] as const;
export type MessageOutcome = (typeof messageOutcomes)[number];

/**
 * Reasons not to send that stand: whoever was not sent to by them is not missing. All others may be sent to again once
 * what kept it is gone.
 */
export const settledReasons = ['aborted', 'unsubscribed', 'suppressed', 'holdout'] as const;

/** What can become of sending to the missing of a step. */
export const resendBatchStates = ['running', 'done', 'stopped'] as const;

/** What happens when a person leaves a channel; an event of the profile like any other. */
export const unsubscribedEvent = 'Unsubscribed';

/** What happens when a person who had left a channel comes back. */
export const resubscribedEvent = 'Resubscribed';

/** What happens when a subscription waits for the person to confirm it: `channel`, and `topic` where it is of one. */
export const consentRequestedEvent = 'Consent Requested';

/** What happens when a person writes to us and it is no word to leave or come back: `text`, `channel`, `messageId`. */
export const repliedEvent = 'Message Replied';

/**
 * What happens when somebody answers what an approval step asks: `choice`, `nodeId`, `visit`, and under `answer` the
 * step's result (choice, note, by).
 */
export const approvalEvent = 'Approval Answered';

/** What can become of a question. `withdrawn`: the run ended, or went another way, before anybody answered. */
export const approvalStates = ['open', 'answered', 'expired', 'withdrawn'] as const;
export type ApprovalState = (typeof approvalStates)[number];

/** Characters of the note that goes with an answer. */
export const longestApprovalNote = 2_000;

/** Message events that delivery publishes as ordinary events of the profile. */
export const messageEvents = {
  sent: 'Message Sent',
  delivered: 'Message Delivered',
  opened: 'Message Opened',
  clicked: 'Message Clicked',
  failed: 'Message Failed',
  bounced: 'Message Bounced',
} as const;
export type MessageEventState = keyof typeof messageEvents;

/** Why an address is suppressed. */
export const suppressionReasons = ['bounced', 'complained', 'unsubscribed', 'invalid', 'manual', 'imported'] as const;

/** Who said so: a provider's callback, a report in the bounce mailbox, the answer while sending, a member, a file. */
export const suppressionSources = ['provider', 'mailbox', 'sending', 'member', 'import'] as const;

/** What people say of a channel or topic. `pending`: asked for, and not confirmed by them yet; nothing is sent. */
export const consentStates = ['subscribed', 'unsubscribed', 'pending'] as const;
export type ConsentState = (typeof consentStates)[number];

/** What can become of a consent, and of a pause of everything. */
export const consentChanges = [...consentStates, 'paused', 'resumed'] as const;

/**
 * Where somebody says what they want: a link in a message, the preference centre, the page on which they confirm, a
 * reply, at a provider, by the API, a member, a file, a mapped trait, a merge of two people, a step of a journey.
 */
export const consentSources = [
  'link',
  'preferences',
  'confirmation',
  'reply',
  'provider',
  'api',
  'member',
  'import',
  'identify',
  'merge',
  'journey',
] as const;
export type ConsentSource = (typeof consentSources)[number];

/** What the catalogue lists. */
export const catalogueKinds = ['event', 'trait'] as const;

/** Types of values as the catalogue tells them apart. */
export const valueTypes = ['text', 'number', 'boolean', 'date', 'list', 'object', 'empty'] as const;

/** What became of an item that was sent to the ingestion API. */
export const ingestOutcomes = ['accepted', 'duplicate', 'rejected'] as const;

/** What a person’s time line shows, each kind of its own. */
export const timelineKinds = ['activity', 'profile', 'messages', 'journeys', 'segments', 'consent'] as const;
export type TimelineKind = (typeof timelineKinds)[number];

/** Calls of the Segment HTTP API that store something. */
export const eventKinds = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;

/**
 * What becomes of what falls due while a journey is paused. `hold`: it happens when the journey is resumed. `skip`: its
 * messages are passed by, and runs go on. `shift`: waits are over
 * later by the length of the pause. `latest`: of the messages to one person only the last is sent.
 */
export const overduePolicies = ['hold', 'shift', 'skip', 'latest'] as const;
export type OverduePolicy = (typeof overduePolicies)[number];

/** What can become of moving people to another version. */
export const moveStates = ['moving', 'moved', 'stopped', 'taking-back', 'taken-back'] as const;
