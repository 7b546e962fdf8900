import { cappedSwitch, messageClassOf, templateChoice, topicOf } from '@wend/contract';
import type { Channel, LowerContext, Lowered } from '@wend/contract';

/**
 * Ways out of a node that sends: reachability is decided when the message is queued, so both are taken in the same
 * wake-up. That somebody has no address must not end the journey by itself: ending there is drawn.
 */
export const messagePorts = [
  { id: 'queued', label: 'Sent' },
  { id: 'notReachable', label: 'Not reachable', follows: 'queued' },
  { id: 'capped', label: 'Had enough messages', follows: 'queued', when: cappedSwitch },
] as const;

/**
 * Queues the message of this node in the outbox. Where its template looks addresses up, whether there is one shows when it
 * is sent.
 */
export function lowerSend(channel: Channel): (config: unknown, context: LowerContext) => Lowered[] {
  return (config, { to }) => {
    const settings = config as Record<string, unknown>;
    const topic = topicOf(settings);
    const isTransactional = messageClassOf(settings) === 'transactional';
    return [
      {
        op: 'send',
        channel,
        // One that follows something the person did asks for no topic.
        ...(isTransactional ? { about: { transactional: true } } : topic !== null && { about: { topic } }),
        queued: to('queued'),
        ...(!templateChoice(settings)?.lookUp && { notReachable: to('notReachable') }),
        ...(settings[cappedSwitch] === true &&
          !isTransactional && { capped: to('capped'), ...(topic !== null && { topic }) }),
      },
    ];
  };
}
