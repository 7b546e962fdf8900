import { Injectable } from '@nestjs/common';
import type { ConsentChange, ConsentSource, ConsentState } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

export type SaidRow = {
  channel: string;
  topic: string;
  state: ConsentState;
  at: Date;
  source: ConsentSource | null;
  everything: boolean;
};
export type ChangeRow = {
  id: string;
  channel: string;
  topic: string;
  state: ConsentChange['state'];
  was: ConsentState | null;
  paused_until: Date | null;
  source: ConsentSource;
  actor: string | null;
  ip: string | null;
  shown: string | null;
  message: string | null;
  at: Date;
  recorded_at: Date;
};

/** What one person has said of channels and topics, and how it came to that. Reads only. */
@Injectable()
export class PersonConsentsRepository {
  constructor(private readonly database: Database) {}

  /** Whom an id leads to; null when there is nobody. */
  async person(scope: Scope, id: string): Promise<{ id: string; paused_until: Date | null } | null> {
    const [row] = await this.database.query<{ id: string; paused_until: Date | null }>(
      `select p.id, case when p.paused_until > now() then p.paused_until end as paused_until
       from profiles named
       join profiles p on p.workspace_id = $1 and p.id = coalesce(named.merged_into, named.id)
       where named.workspace_id = $1 and named.id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  said(scope: Scope, profileId: string): Promise<SaidRow[]> {
    return this.database.query<SaidRow>(
      `select channel, topic, state, at, source, everything
       from consents
       where workspace_id = $1 and profile_id = $2
       order by channel, topic`,
      [scope.workspaceId, profileId],
    );
  }

  /** The latest first; `before`: the id of the last one of the page before. */
  history(
    scope: Scope,
    { profileId, before, limit }: { profileId: string; before: string | null; limit: number },
  ): Promise<ChangeRow[]> {
    return this.database.query<ChangeRow>(
      `select id::text, channel, topic, state, was, paused_until, source, actor, ip, shown, message, at, recorded_at
       from consent_changes
       where workspace_id = $1 and profile_id = $2 and ($3::bigint is null or id < $3)
       order by id desc
       limit $4`,
      [scope.workspaceId, profileId, before, limit],
    );
  }
}
