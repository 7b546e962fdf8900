import { Injectable } from '@nestjs/common';
import type { Channel } from '@wend/contract';
import { ProviderError } from '@wend/node-sdk';
import type { OpenConnection } from '@wend/node-sdk';
import { LRUCache } from 'lru-cache';
import { Config } from '../platform/config/index.js';
import type { Scope } from '../platform/database/index.js';
import { Secrets } from '../platform/secrets/index.js';
import { ConnectionRepository } from './connection.repository.js';
import type { ConnectionRow } from './connection.repository.js';

type Opened = { secrets: Record<string, string>; old: Record<string, string> | null };

/** Connections with their secrets opened, for those who send. */
@Injectable()
export class OpenConnections {
  /** By connection and revision: opening costs, and many messages go by one. */
  private readonly opened = new LRUCache<string, Opened>({ max: 500 });

  constructor(
    private readonly repository: ConnectionRepository,
    private readonly secrets: Secrets,
    private readonly config: Config,
  ) {}

  /** All, in the order in which they are asked. */
  list(scope: Scope): Promise<ConnectionRow[]> {
    return this.repository.list(scope);
  }

  /** Null when there is none. Throws a `ProviderError` when its secrets cannot be opened. */
  async find(scope: Scope, id: string): Promise<OpenConnection | null> {
    const row = await this.repository.find(scope, { id });
    return row && this.open(scope, row);
  }

  /** Throws a `ProviderError` when its secrets cannot be opened. */
  open(scope: Scope, row: ConnectionRow): OpenConnection {
    const revision = row.updatedAt.toISOString();
    const { secrets, old } = this.unsealed(scope, row);
    return {
      id: row.id,
      workspaceId: scope.workspaceId,
      kind: row.kind,
      settings: row.settings,
      secrets,
      oldSecrets: row.oldSecretsUntil !== null && row.oldSecretsUntil.getTime() > Date.now() ? old : null,
      feedbackUrl: this.feedbackUrl(scope, row.id),
      revision,
    };
  }

  /** Channels that are in the sandbox. */
  sandboxed(scope: Scope): Promise<Channel[]> {
    return this.repository.sandboxed(scope);
  }

  secretsOf(scope: Scope, row: Pick<ConnectionRow, 'id' | 'secrets'>): Record<string, string> {
    return this.unseal(scope, row.id, row.secrets);
  }

  /** Where a provider tells what became of messages: the address is what proves that it may. */
  feedbackUrl({ workspaceId }: Scope, id: string): string {
    const signature = this.secrets.sign({ purpose: 'feedback', text: `${workspaceId}:${id}` });
    return `${this.config.publicUrl}/hooks/${workspaceId}/${id}/${signature}`;
  }

  /** Whether an address of `feedbackUrl` was made here. */
  isFeedback({ workspaceId, id, signature }: { workspaceId: string; id: string; signature: string }): boolean {
    return this.secrets.verify({ purpose: 'feedback', text: `${workspaceId}:${id}`, signature });
  }

  private unsealed(scope: Scope, row: ConnectionRow): Opened {
    const key = `${scope.workspaceId}:${row.id}:${row.updatedAt.toISOString()}`;
    const known = this.opened.get(key);
    if (known) return known;
    try {
      const opened = {
        secrets: this.unseal(scope, row.id, row.secrets),
        old: row.oldSecrets && this.unseal(scope, row.id, row.oldSecrets),
      };
      this.opened.set(key, opened);
      return opened;
    } catch (error) {
      throw new ProviderError(
        { class: 'configuration', message: (error as Error).message, handedOver: false },
        { cause: error },
      );
    }
  }

  private unseal({ workspaceId }: Scope, id: string, sealed: Buffer | null): Record<string, string> {
    if (!sealed) return {};
    return JSON.parse(this.secrets.open({ purpose: 'connection', context: `${workspaceId}:${id}`, sealed })) as Record<
      string,
      string
    >;
  }
}
