/** What can become of a run. */
export const enrollmentStatuses = ['starting', 'running', 'completed', 'exited', 'failed', 'cancelled'] as const;

/** What can become of letting time pass: `interrupted` when the process that did it is gone. */
export const fastForwardStates = ['running', 'done', 'cancelled', 'failed', 'interrupted'] as const;

/** What can become of a message. */
export const messageStatuses = ['queued', 'sending', 'sent', 'delivered', 'opened', 'clicked', 'failed', 'bounced', 'suppressed', 'unknown'] as const;

/** Message events that delivery publishes as ordinary events of the profile. */
export const messageEvents = {
  sent: 'Message Sent', delivered: 'Message Delivered', opened: 'Message Opened', clicked: 'Message Clicked', failed: 'Message Failed', bounced: 'Message Bounced',
} as const;
export type MessageEventState = keyof typeof messageEvents;
