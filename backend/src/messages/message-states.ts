import type { MessageStatus } from '@wend/contract';

const road: MessageStatus[] = ['queued', 'sending', 'sent', 'delivered', 'opened', 'clicked'];
const before: Partial<Record<MessageStatus, MessageStatus[]>> = {
  // A network may say later that it could not deliver what it had taken.
  failed: ['queued', 'sending', 'sent', 'unknown'],
  suppressed: ['queued', 'sending'],
  // One that waits to be sent again may have gone out before.
  unknown: ['queued', 'sending'],
  // A mailbox may refuse later what its server had taken.
  bounced: ['queued', 'sending', 'sent', 'delivered', 'unknown'],
};

/**
 * The states that a message passes when it moves from one to another, in their order, the last being `to`; none when
 * that would be a step back. What is opened was delivered, what is clicked was opened, whether or not anybody told us.
 */
export function statesPassed(from: MessageStatus, to: MessageStatus): MessageStatus[] {
  const goal = road.indexOf(to);
  if (goal < 0) return before[to]?.includes(from) ? [to] : [];
  // What became of an unknown message shows that it was sent.
  const start = from === 'unknown' ? road.indexOf('sending') : road.indexOf(from);
  if (start < 0) return [];
  return road.slice(start + 1, goal + 1).filter((state) => state !== 'sending' || to === 'sending');
}
