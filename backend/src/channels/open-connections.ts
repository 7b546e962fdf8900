import { Injectable } from '@nestjs/common';
import type { Scope } from '../platform/database/index.js';
import { Secrets } from '../platform/secrets/index.js';
import { ConnectionRepository } from './connection.repository.js';
import type { ConnectionRow } from './connection.repository.js';
import { ProviderError } from './provider.js';
import type { OpenConnection } from './provider.js';

/** Connections with their secrets opened, for those who send. */
@Injectable()
export class OpenConnections {
  constructor(
    private readonly repository: ConnectionRepository,
    private readonly secrets: Secrets,
  ) {}

  /** Throws a `ProviderError` when the connection is there but its secrets cannot be opened. */
  async find(scope: Scope, kind: ConnectionRow['kind']): Promise<OpenConnection | null> {
    const row = await this.repository.find(scope, { kind });
    return row && this.opened(scope, row);
  }

  private opened(scope: Scope, row: ConnectionRow): OpenConnection {
    let secrets: Record<string, string>;
    try {
      secrets = this.secretsOf(scope, row);
    } catch (error) {
      throw new ProviderError({ class: 'configuration', message: (error as Error).message, handedOver: false }, { cause: error });
    }
    return { id: row.id, workspaceId: scope.workspaceId, kind: row.kind, settings: row.settings, secrets, revision: row.updated_at.toISOString() };
  }

  /** The sender that the settings name; needs no secret. */
  async senderOf(scope: Scope): Promise<string | undefined> {
    const from = (await this.repository.find(scope, { kind: 'smtp' }))?.settings['from'];
    return typeof from === 'string' ? from : undefined;
  }

  secretsOf(scope: Scope, row: Pick<ConnectionRow, 'id' | 'secrets'>): Record<string, string> {
    if (!row.secrets) return {};
    return JSON.parse(this.secrets.open({ purpose: 'connection', context: `${scope.workspaceId}:${row.id}`, sealed: row.secrets })) as Record<string, string>;
  }
}
