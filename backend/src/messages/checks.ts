import type { DeliveryContext } from './delivery.repository.js';
import { emailOf, phoneOf } from '../profiles/index.js';

/** Whether a message may go out now, decided in this order: run, journey, consent, address. */
export type Check =
  | { kind: 'go'; recipient: string | null }
  | { kind: 'suppress'; reason: 'aborted' | 'unsubscribed' | 'unreachable'; detail: string; silent: boolean }
  | { kind: 'defer' };

export function checkMessage(context: DeliveryContext): Check {
  const test = context.origin === 'test';
  if (context.run_status === 'exited' || context.run_status === 'cancelled') return suppress('aborted', context.run_status === 'exited' ? 'The run has left the journey' : 'The run was ended', true);
  if (!test && context.journey_state === 'stopped') return suppress('aborted', 'The journey was stopped', true);
  if (!test && context.journey_state === 'paused') return { kind: 'defer' };
  if (context.profile_id === null || context.traits === null) return suppress('unreachable', 'This person does not exist any more', true);
  if (context.unsubscribed) return suppress('unsubscribed', 'This person has unsubscribed from this channel', false);
  const recipient = recipientOf(context);
  if (recipient === null && context.channel !== 'webhook') return suppress('unreachable', missing[context.channel], false);
  return { kind: 'go', recipient };
}

const missing = { email: 'This person has no e-mail address', sms: 'This person has no telephone number', push: 'This person has no device that allows push', webpush: 'This person has no browser that allows push' } as const;

function suppress(reason: 'aborted' | 'unsubscribed' | 'unreachable', detail: string, silent: boolean): Check {
  return { kind: 'suppress', reason, detail, silent };
}

function recipientOf({ channel, traits, devices }: DeliveryContext): string | null {
  switch (channel) {
    case 'email':
      return emailOf(traits ?? {});
    case 'sms':
      return phoneOf(traits ?? {});
    case 'push':
    case 'webpush': {
      const kinds = channel === 'push' ? ['fcm', 'sandbox'] : ['webpush', 'sandbox'];
      return devices.find(({ kind, permission }) => kinds.includes(kind) && permission !== 'denied')?.token ?? null;
    }
    case 'webhook':
      return null;
  }
}
