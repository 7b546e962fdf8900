import type { DeliveryCheck } from '@wend/contract';
import type { ChannelCode } from '@wend/node-sdk';
import type { ChannelRegistry } from '../channels/index.js';
import { refusalOf } from '../consents/index.js';
import type { Refusal, Wanted } from '../consents/index.js';
import type { Block } from '../suppressions/index.js';
import type { DeliveryContext } from './delivery.repository.js';

/** Whether a message may go out now, decided in this order: run, journey, consent, address, suppression. */
export type Check =
  | { kind: 'go'; recipient: string | null }
  | {
      kind: 'suppress';
      reason: 'aborted' | 'unsubscribed' | 'unreachable' | 'suppressed';
      detail: string;
      /** The check that was not passed. */
      by: DeliveryCheck;
      silent: boolean;
      /** Only the address is missing: a template may look one up. */
      noAddress?: boolean;
    }
  | { kind: 'defer' };

const why: Record<Block['reason'], string> = {
  bounced: 'it bounced',
  complained: 'its owner complained',
  unsubscribed: 'its owner unsubscribed at the provider',
  invalid: 'it does not exist',
  manual: 'added manually',
  imported: 'imported',
};

type CheckMessageOptions = {
  context: DeliveryContext;
  channel: ChannelCode;
  registry: ChannelRegistry;
  /** What the message is, as its step says. */
  wanted: Wanted;
  /** What keeps messages from the recipient. */
  block: Block | null;
};

export function checkMessage({ context, channel, registry, wanted, block }: CheckMessageOptions): Check {
  const test = context.origin === 'test';
  if (context.run_status === 'exited' || context.run_status === 'cancelled')
    return suppress(
      'run',
      'aborted',
      context.run_status === 'exited' ? 'The run has left the journey' : 'The run was ended',
      true,
    );
  if (!test && context.journey_state === 'stopped')
    return suppress('journey', 'aborted', 'The journey was stopped', true);
  if (!test && context.journey_state === 'paused') return { kind: 'defer' };
  if (context.profile_id === null || context.traits === null)
    return suppress('person', 'unreachable', 'This person no longer exists', true);
  const refusal = refusalOf(
    { said: context.said, optIn: context.opt_in, pausedUntil: context.paused_until },
    wanted,
    Date.now(),
  );
  if (refusal) return suppress('consent', 'unsubscribed', refusalWords(refusal, { wanted, context }), false);
  const { address } = channel.definition;
  const recipient = registry.addressOf(channel, {
    traits: context.traits,
    devices: context.devices,
    country: context.workspace_country,
  });
  if (recipient === null && address)
    return { ...suppress('address', 'unreachable', `This person has no ${address.noun}`, false), noAddress: true };
  // No class of message goes past this: an address that bounces harms whatever else is sent.
  if (block !== null) return suppress('suppression', 'suppressed', blockWords(block), false);
  return { kind: 'go', recipient };
}

function refusalWords(
  { why: reason, isPending }: Refusal,
  { wanted: { topic }, context }: Pick<CheckMessageOptions, 'wanted' | 'context'>,
): string {
  if (isPending)
    return reason === 'topic'
      ? `This person has not confirmed yet that they want “${topic}”`
      : 'This person has not confirmed yet that they want messages on this channel';
  if (reason === 'everything') return 'This person wants no messages at all on this channel';
  if (reason === 'channel') return 'This person has unsubscribed from this channel';
  if (reason === 'topic')
    return context.said.some((each) => each.topic === topic)
      ? `This person has unsubscribed from “${topic}”`
      : `This person has not subscribed to “${topic}”, which is sent only to those who have`;
  return `This person gets no marketing until ${context.paused_until?.toISOString().slice(0, 10)}: they have paused it`;
}

function blockWords({ reason, detail, created_at: at }: Block): string {
  const words = `The address is on the suppression list: ${why[reason]} on ${at.toISOString().slice(0, 10)}`;
  return detail === null ? words : `${words} (${detail.slice(0, 300)})`;
}

function suppress(
  by: DeliveryCheck,
  reason: 'aborted' | 'unsubscribed' | 'unreachable' | 'suppressed',
  detail: string,
  silent: boolean,
): Extract<Check, { kind: 'suppress' }> {
  return { kind: 'suppress', by, reason, detail, silent };
}
