import type { Channel, ConsentSource, ConsentState, MessageClass } from '@wend/contract';

/** What was said of a channel (`topic` is '') or of a topic on it. `everything`: no class of message is wanted. */
export type Said = { channel: Channel; topic: string; state: ConsentState; everything: boolean };

/** All of a person that decides whether they want a message. */
export type Standing = {
  said: readonly Said[];
  /** Keys of the workspace's topics that nobody gets who has not asked for them. */
  optIn: readonly string[];
  /** Nothing of marketing until then. */
  pausedUntil: Date | null;
};

/** What a message is, as its step says. */
export type Wanted = { channel: Channel; topic: string | null; messageClass: MessageClass };

/** Why somebody is not sent a message; null when they are. */
export type Refusal = { why: 'everything' | 'channel' | 'topic' | 'pause'; isPending: boolean };

/**
 * Whether a person wants a message. A transactional one is kept from those only who want nothing at all on the channel;
 * marketing goes to those who have not left the channel, are in the topic, and have not paused. The same as
 * `refusesSql`, which looks once more as the message leaves.
 */
export function refusalOf({ said, optIn, pausedUntil }: Standing, wanted: Wanted, now: number): Refusal | null {
  const { channel, topic, messageClass } = wanted;
  const about = (of: string) => said.find((each) => each.channel === channel && each.topic === of);
  const onChannel = about('');
  if (onChannel?.state === 'unsubscribed' && onChannel.everything) return { why: 'everything', isPending: false };
  if (messageClass === 'transactional') return null;
  if (onChannel && onChannel.state !== 'subscribed')
    return { why: 'channel', isPending: onChannel.state === 'pending' };
  const onTopic = topic === null ? undefined : about(topic)?.state;
  if (topic !== null && (onTopic === undefined ? optIn.includes(topic) : onTopic !== 'subscribed'))
    return { why: 'topic', isPending: onTopic === 'pending' };
  return pausedUntil !== null && pausedUntil.getTime() > now ? { why: 'pause', isPending: false } : null;
}

/** What somebody says, and of what. */
export type Statement = {
  channel: Channel;
  /** '' for the whole channel. */
  topic: string;
  state: ConsentState;
  /** ms since 1970, for what is told later than it was said: what was said after it stays. Left out: now, and it counts. */
  at?: number;
  /** With `unsubscribed`, of a channel: not even transactional messages are wanted. */
  everything?: boolean;
};

/** How a statement came here, for its history. */
export type Evidence = {
  source: ConsentSource;
  /** The member or key. */
  actor?: string | undefined;
  ip?: string | undefined;
  /** The words that the person saw. */
  shown?: string | undefined;
  messageId?: string | undefined;
};

/** What came of a statement. */
export type Stated = {
  profileId: string;
  /** What held before. */
  was: ConsentState;
  changed: boolean;
  /** When something was said later, that stays: the time of it. */
  late: Date | null;
};
