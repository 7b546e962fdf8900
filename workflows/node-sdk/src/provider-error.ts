import type { Json } from '@wend/contract';
import type { DeviceResult } from './define-provider.js';

/**
 * Why a provider did not take a message, the same words for every provider; the one retry table is by these.
 * `rejected`: it says no to this message for good. `badAddress`: this recipient does not exist or refuses mail.
 * `configuration`: our settings or credentials are wrong; somebody can put that right.
 */
export type ProviderErrorClass =
  'timeout' | 'rateLimited' | 'serverError' | 'rejected' | 'badAddress' | 'configuration' | 'network';

type ProviderErrorOptions = {
  class: ProviderErrorClass;
  message: string;
  handedOver: boolean;
  away?: boolean;
  repeatable?: boolean;
  unsubscribed?: boolean;
  retryAfterSeconds?: number | null;
  status?: number | null;
  answer?: string | null;
  response?: Json;
  devices?: readonly DeviceResult[];
  ofReceiver?: boolean;
};

export class ProviderError extends Error {
  readonly class: ProviderErrorClass;
  /** The provider may have taken the message all the same: its answer was lost. Never before `handingOver`. */
  readonly handedOver: boolean;
  /**
   * Nobody was there to take any message, so this says nothing about this one: it counts as no attempt, and others need
   * not try meanwhile.
   */
  readonly away: boolean;
  /** The same provider drops repeats of this message's key, although not every message that it takes has one. */
  readonly repeatable: boolean;
  /** The receiver has left at the provider: it is taken as their word here too, and the message as kept back. */
  readonly unsubscribed: boolean;
  /** At most a day, whatever a provider asks for. */
  readonly retryAfterSeconds: number | null;
  /** The protocol's own number, such as of HTTP; null where there was no answer. */
  readonly status: number | null;
  /** What the provider answered, as the message's page shows it. */
  readonly answer: string | null;
  /** What a step that asked for it gives to later steps; undefined where none did. */
  readonly response: Json | undefined;
  /** Devices that are done with: the next attempt leaves them out. */
  readonly devices: readonly DeviceResult[];
  /**
   * It is about whom `receiverOf` names, who is one of many: it says nothing about the connection, which other messages go
   * on using.
   */
  readonly ofReceiver: boolean;

  constructor(details: ProviderErrorOptions, options?: ErrorOptions) {
    super(details.message, options);
    this.name = 'ProviderError';
    this.class = details.class;
    this.handedOver = details.handedOver;
    this.away = details.away === true && !details.handedOver;
    this.unsubscribed = details.unsubscribed === true;
    this.repeatable = details.repeatable === true;
    this.retryAfterSeconds = secondsOf(details.retryAfterSeconds);
    this.status = details.status ?? null;
    this.answer = details.answer ?? null;
    this.response = details.response;
    this.devices = details.devices ?? [];
    this.ofReceiver = details.ofReceiver === true;
  }
}

/** What a provider answers may be no number at all, or end in another century. */
function secondsOf(asked: number | null | undefined): number | null {
  return typeof asked === 'number' && asked >= 0 ? Math.min(asked, 86_400) : null;
}

/** What `handingOver` throws: the message must not go out any more. It passes through the provider as it is. */
export class Withdrawn extends Error {
  constructor() {
    super('The message was withdrawn before it was handed over.');
    this.name = 'Withdrawn';
  }
}
