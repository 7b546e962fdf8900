import { Injectable } from '@nestjs/common';
import type { Channel } from '@wend/contract';
import type { FeedbackEvent, FeedbackKind } from '@wend/node-sdk';
import type { Scope, Sql } from '../platform/database/index.js';

/** A message that a provider tells of. */
export type HeardMessage = {
  id: string;
  channel: Channel;
  origin: 'live' | 'demo' | 'test';
  recipient: string | null;
  /** The person; of a profile that was merged into another, that other. */
  profileId: string | null;
};

/** What a provider told, with what is known about it. */
export type Heard = {
  event: FeedbackEvent;
  /** Null where no message is meant, or none is found: a reply, or an address that complains about another sender. */
  message: HeardMessage | null;
  connection: { id: string; kind: string };
  channel: Channel;
  /** The transaction in which the event is written down as taken: what is done in it is done once. */
  sql: Sql;
};

/** Acts on what providers tell beside the state of messages. */
export type FeedbackListener = {
  /** For logs. */
  name: string;
  kinds: readonly FeedbackKind[];
  /**
   * Called once for an event that has an id or a time, at least once for others, and in any order. When it throws nothing
   * of the event is kept and the provider is asked to tell it again.
   */
  take: (scope: Scope, heard: Heard) => Promise<void>;
};

/** Who wants to hear what providers tell; modules add theirs when they start. */
@Injectable()
export class FeedbackListeners {
  private readonly listeners: FeedbackListener[] = [];

  add(listener: FeedbackListener): void {
    this.listeners.push(listener);
  }

  /** Tells all that ask for this kind, in the order in which they were added. */
  async tell(scope: Scope, heard: Heard): Promise<void> {
    for (const { kinds, take } of this.listeners) if (kinds.includes(heard.event.kind)) await take(scope, heard);
  }
}
