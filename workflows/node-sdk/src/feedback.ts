/** A call of a provider that tells of messages: as it came, so that its signature can be verified. */
export type FeedbackRequest = {
  method: string;
  /** The whole address that was called, query included: some providers sign it. */
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** The exact bytes. */
  body: Buffer;
};

/**
 * What became of a message, or what its receiver did. `bounced`: the address is dead. `softBounced`: it did not take
 * this one. `replied`: somebody wrote to us (`text`), as STOP.
 */
export type FeedbackKind =
  | 'sent'
  | 'delivered'
  | 'opened'
  | 'clicked'
  | 'failed'
  | 'bounced'
  | 'softBounced'
  | 'complained'
  | 'unsubscribed'
  | 'replied';

export type FeedbackEvent = {
  kind: FeedbackKind;
  /** Wend's own id of the message, where the provider gives back what it was sent with. */
  messageId?: string;
  /** The provider's, as `send` gave it. */
  providerId?: string;
  /** The receiver's address; of a reply its sender's. */
  recipient?: string;
  /** What a reply was sent to. */
  to?: string;
  text?: string;
  /** The provider itself has answered a reply such as STOP. */
  answered?: boolean;
  /** The provider's id of this event: the same one again is not taken twice. */
  id?: string;
  at?: Date;
  /** Shown beside the state. */
  detail?: string;
  url?: string;
  userAgent?: string;
  /** The provider itself says that a program did it. */
  machine?: boolean;
};

export type Feedback = {
  events: FeedbackEvent[];
  /** What the provider is answered; 200 without a body when left out. Sent once the events are stored. */
  answer?: { status?: number; contentType?: string; body?: string };
};

/** The call is not the provider's: a wrong or missing signature, or one that is too old. It is answered with 403. */
export class FeedbackRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FeedbackRefused';
  }
}
