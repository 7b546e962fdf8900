import { Injectable } from '@nestjs/common';
import type { ConsentState } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

/** What a person's page tells beside lists. Reads only. */
@Injectable()
export class PersonFactsRepository {
  constructor(private readonly database: Database) {}

  /** The first hundred names, the oldest first. */
  async identities(scope: Scope, profileId: string): Promise<{ kind: 'user' | 'anonymous'; value: string }[]> {
    return this.database.query(
      `select kind, value
       from identities
       where workspace_id = $1 and profile_id = $2
       order by created_at, kind, value
       limit 100`,
      [scope.workspaceId, profileId],
    );
  }

  /** When each trait was set last, ms since 1970. */
  async traitTimes(scope: Scope, profileId: string): Promise<Record<string, number>> {
    const [row] = await this.database.query<{ times: Record<string, number> }>(
      'select trait_times as times from profiles where workspace_id = $1 and id = $2',
      [scope.workspaceId, profileId],
    );
    return row?.times ?? {};
  }

  /** Whether they are in the global holdout now. */
  async inHoldout(scope: Scope, profileId: string): Promise<boolean> {
    const [row] = await this.database.query<{ inside: boolean }>(
      `select holdout_bucket(p.workspace_id, coalesce(p.holdout_seed, p.id)) < coalesce(
           (
             select (r.settings ->> 'share')::numeric * 100 from delivery_rules r
             where r.workspace_id = $1 and r.kind = 'holdout'
           ),
           0
         ) as inside
       from profiles p
       where p.workspace_id = $1 and p.id = $2`,
      [scope.workspaceId, profileId],
    );
    return row?.inside ?? false;
  }

  async consents(scope: Scope, profileId: string): Promise<{ channel: string; state: ConsentState; at: Date }[]> {
    return this.database.query(
      `select channel, state, at from consents
       where workspace_id = $1 and profile_id = $2 and topic = '' order by channel`,
      [scope.workspaceId, profileId],
    );
  }
}
