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
 * this one. `resubscribed`: whoever left there (blocked us) has come back. `replied`: somebody wrote to us (`text`), as STOP.
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
  | 'resubscribed'
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
  /** How many items of the call could not be read; `readEach` counts them. Wend writes it into its log. */
  unread?: number;
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

/** The JSON of a call whose signature was verified. Throws `FeedbackRefused` when it is none: again would not help. */
export function feedbackJson({ body }: Pick<FeedbackRequest, 'body'>): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new FeedbackRefused(`The body is not JSON: ${(error as Error).message}`);
  }
}

/**
 * What each item of a call's list tells; a list of one where it is no list. An item that cannot be read is left out and
 * counted: if it failed the call, the others would not be taken either, however often the provider tells them again.
 */
export function readEach<Item extends object>(
  list: unknown,
  read: (item: Item) => FeedbackEvent[],
): { events: FeedbackEvent[]; unread: number } {
  const items: unknown[] = Array.isArray(list) ? list : list === undefined || list === null ? [] : [list];
  const events: FeedbackEvent[] = [];
  let unread = 0;
  for (const item of items)
    try {
      if (typeof item !== 'object' || item === null) throw new Error('no object');
      events.push(...read(item as Item));
    } catch {
      unread += 1;
    }
  return { events, unread };
}
