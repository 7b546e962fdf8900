import { channelOf } from '@wend/contract';
import type { SendRequest, SendResult } from '@wend/node-sdk';
import type { Provider } from './provider.js';

/** Keeps messages instead of sending them: the Outbox shows what would have gone out. Every channel has it. */
export const sandbox: Provider = {
  name: 'sandbox',
  idempotent: true,
  keeps: true,
  keySeconds: Number.POSITIVE_INFINITY,
  async send({ message, handingOver }: SendRequest): Promise<SendResult> {
    await handingOver();
    return {
      status: 'delivered',
      providerId: message.id,
      ...(channelOf(message.channel).address === null && { detail: 'Recorded, not called' }),
    };
  },
};
