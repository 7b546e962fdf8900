import { Injectable } from '@nestjs/common';
import type { Channel } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { OpenConnections } from './open-connections.js';
import type { OpenConnection, Provider } from './provider.js';
import { SandboxProvider } from './sandbox.provider.js';
import { SmtpProvider } from './smtp.provider.js';
import { WebhookProvider } from './webhook.provider.js';

export type Route = { provider: Provider; connection: OpenConnection | null };

/** Chooses who delivers a message. */
@Injectable()
export class ChannelsService {
  constructor(
    private readonly connections: OpenConnections,
    private readonly sandbox: SandboxProvider,
    private readonly smtp: SmtpProvider,
    private readonly webhook: WebhookProvider,
  ) {}

  /**
   * Test runs and made-up people (origin `test`, `demo`) never reach anybody: theirs stay in the sandbox whatever is set up.
   * Throws a `ProviderError` when a connection is there but cannot be opened: that never falls back to the sandbox.
   */
  async routeFor(scope: Scope, { channel, origin }: { channel: Channel; origin: string }): Promise<Route> {
    if (origin !== 'live') return { provider: this.sandbox, connection: null };
    if (channel === 'webhook') return { provider: this.webhook, connection: null };
    const connection = channel === 'email' ? await this.connections.find(scope, 'smtp') : null;
    return connection ? { provider: this.smtp, connection } : { provider: this.sandbox, connection: null };
  }

  /** Whether a provider (by the name stored with a message) drops repeats of a key. */
  isIdempotent(provider: string): boolean {
    return [this.sandbox, this.smtp, this.webhook].some(({ name, idempotent }) => name === provider && idempotent);
  }

  /** The sender that SMTP's settings name, for mails whose node names none. */
  async defaultSender(scope: Scope): Promise<string | undefined> {
    return this.connections.senderOf(scope);
  }
}
