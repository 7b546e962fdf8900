import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { AuditLog } from './audit-log.js';
import { KeyAuthenticator } from './key-authenticator.js';
import { MemberRepository } from './member.repository.js';

/** API keys and members. */
@Controller()
export class KeysController {
  constructor(
    private readonly database: Database,
    private readonly keys: ApiKeyRepository,
    private readonly members: MemberRepository,
    private readonly authenticator: KeyAuthenticator,
    private readonly audit: AuditLog,
  ) {}

  @Route(api.apiKeys)
  async list({ caller }: RouteInput<typeof api.apiKeys>): Promise<RouteOutput<typeof api.apiKeys>> {
    return { items: await this.keys.list(caller) };
  }

  @Route(api.createApiKey)
  create({ body, caller }: RouteInput<typeof api.createApiKey>): Promise<RouteOutput<typeof api.createApiKey>> {
    return this.database.transaction(async (sql) => {
      const made = await this.keys.create(caller, { ...body, madeBy: caller.actor.id, sql });
      await this.audit.record(caller, {
        action: 'key.create',
        subject: `key:${made.id}`,
        detail: { name: made.name, scopes: made.scopes },
        sql,
      });
      return made;
    });
  }

  @Route(api.revokeApiKey)
  async revoke({ params, caller }: RouteInput<typeof api.revokeApiKey>): Promise<RouteOutput<typeof api.revokeApiKey>> {
    const revoked = await this.database.transaction(async (sql) => {
      const key = await this.keys.revoke(caller, { id: params.id, sql });
      if (!key) throw notFound('API key');
      await this.audit.record(caller, {
        action: 'key.revoke',
        subject: `key:${params.id}`,
        detail: { name: key.name },
        sql,
      });
      return key;
    });
    this.authenticator.forget(revoked.hash);
    return { ok: true };
  }

  @Route(api.members)
  async listMembers({ caller }: RouteInput<typeof api.members>): Promise<RouteOutput<typeof api.members>> {
    return { items: await this.members.list(caller) };
  }
}
