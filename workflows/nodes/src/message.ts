import type { Channel } from '@wend/contract';
import type { LowerContext, Lowered } from '@wend/node-sdk';

/** Ways out of a node that sends: reachability is decided when the message is queued, so both are taken in the same wake-up. */
export const messagePorts = [
  { id: 'queued', label: 'Sent' },
  { id: 'notReachable', label: 'Not reachable' },
] as const;

/** Queues the message of this node in the outbox. */
export function lowerSend(channel: Channel): (config: unknown, context: LowerContext) => Lowered[] {
  return (_config, { to }) => [{ op: 'send', channel, queued: to('queued'), notReachable: to('notReachable') }];
}

/** http, https or an app's own scheme, or Liquid that makes one. */
export const linkPattern = /^\s*(\{[{%]|[a-zA-Z][a-zA-Z0-9+.-]*:\/\/\S)/;
/** http or https, or Liquid that makes one. */
export const webAddressPattern = /^\s*(\{[{%]|https?:\/\/\S)/;
/** A sentence for fields with `webAddressPattern`. */
export const webAddressHint = 'Write a whole web address that begins with https:// or http://.';
