import { Injectable } from '@nestjs/common';
import type { Provider, SendRequest, SendResult } from './provider.js';

/** Keeps messages instead of sending them: the Outbox shows what would have gone out. Every channel has it. */
@Injectable()
export class SandboxProvider implements Provider {
  readonly name = 'sandbox';
  readonly idempotent = true;

  async send({ message }: SendRequest): Promise<SendResult> {
    return { status: 'delivered', providerId: message.id, ...(message.channel === 'webhook' && { detail: 'Recorded, not called' }) };
  }
}
