import type { Channel } from '@wend/contract';
import type { MessageContent } from '../content/index.js';

/**
 * Why a provider did not take a message, the same words for every provider; the one retry table (messages/retry.ts) is by these.
 * `rejected`: it says no to this message for good. `badAddress`: this recipient does not exist or refuses mail.
 * `configuration`: our settings or credentials are wrong; somebody can put that right.
 */
export type ProviderErrorClass = 'timeout' | 'rateLimited' | 'serverError' | 'rejected' | 'badAddress' | 'configuration' | 'network';

export class ProviderError extends Error {
  readonly class: ProviderErrorClass;
  /** The provider may have taken the message all the same: its answer was lost. */
  readonly handedOver: boolean;
  readonly retryAfterSeconds: number | null;

  constructor(details: { class: ProviderErrorClass; message: string; handedOver: boolean; retryAfterSeconds?: number | null }, options?: ErrorOptions) {
    super(details.message, options);
    this.name = 'ProviderError';
    this.class = details.class;
    this.handedOver = details.handedOver;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
  }
}

/** A connection with its secrets opened; lives in memory only while a message is sent. */
export type OpenConnection = { id: string; workspaceId: string; kind: string; settings: Record<string, unknown>; secrets: Record<string, string>; revision: string };

export type SendRequest = {
  message: { id: string; workspaceId: string; channel: Channel };
  content: MessageContent;
  /** E-mail address, telephone number or device; null where the channel has none (webhook). */
  recipient: string | null;
  /** The same for every attempt of a message. */
  idempotencyKey: string;
  connection: OpenConnection | null;
  signal: AbortSignal;
};
/** `sent`: taken, more may be heard of it. `delivered`: it has arrived. `detail` is shown beside the state. */
export type SendResult = { status: 'sent' | 'delivered'; providerId?: string; detail?: string };

/** Hands messages of a channel to somebody who delivers them. Throws `ProviderError`. */
export type Provider = {
  readonly name: string;
  /** Whether the same key twice means one delivery: such sends may be tried again when the answer was lost. */
  readonly idempotent: boolean;
  send(request: SendRequest): Promise<SendResult>;
};
