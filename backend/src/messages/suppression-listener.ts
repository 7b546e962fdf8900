import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { FeedbackKind } from '@wend/node-sdk';
import { FeedbackListeners, lookedUp } from '../channels/index.js';
import type { Heard } from '../channels/index.js';
import { Suppressions } from '../suppressions/index.js';
import type { AddressNews } from '../suppressions/index.js';

/** What reports in a bounce mailbox are named with: for the list, they come from another place than callbacks. */
export const mailboxEvent = 'mailbox:';

const news = {
  bounced: 'bounced',
  softBounced: 'softBounced',
  complained: 'complained',
  delivered: 'delivered',
} as const satisfies Partial<Record<FeedbackKind, AddressNews['kind']>>;

/** Addresses that bounce or complain are suppressed; a delivery forgets the soft bounces before it. */
@Injectable()
export class SuppressionListener implements OnModuleInit {
  constructor(
    private readonly listeners: FeedbackListeners,
    private readonly suppressions: Suppressions,
  ) {}

  onModuleInit(): void {
    this.listeners.add({
      name: 'suppressions',
      kinds: ['bounced', 'softBounced', 'complained', 'delivered', 'unsubscribed', 'resubscribed'],
      take: async (scope, heard) => {
        const each = newsOf(heard);
        if (each) await this.suppressions.take(scope, { news: [each], sql: heard.sql });
      },
    });
  }
}

/** Null where it says nothing of an address: consents are of people, and what the sandbox keeps reaches nobody. */
function newsOf({ event, message, channel }: Heard): AddressNews | null {
  if (message && message.origin !== 'live') return null;
  // Where it went: a mailbox that forwards bounces for another one.
  const address = message?.recipient ?? event.recipient;
  // Somebody whom we know has left the channel; of others there is no more than the address.
  const left = event.kind === 'unsubscribed' || event.kind === 'resubscribed' ? event.kind : null;
  const kind = left === null ? news[event.kind as keyof typeof news] : message ? undefined : left;
  // One that was looked up is not known here.
  if (address === undefined || address === lookedUp || kind === undefined) return null;
  return {
    channel: message?.channel ?? channel,
    address,
    kind,
    source: event.id?.startsWith(mailboxEvent) ? 'mailbox' : 'provider',
    messageId: message?.id,
    detail: event.detail,
    at: event.at,
    id: event.id,
  };
}
