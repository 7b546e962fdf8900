import { Injectable } from '@nestjs/common';
import type { Channel } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { holdProfile } from '../profiles/index.js';

export type MessageOwner = { profile_id: string; channel: Channel; origin: string; workspace_name: string };

@Injectable()
export class ConsentRepository {
  constructor(private readonly database: Database) {}

  /** Whose message it is; a person who was merged into another is that other. */
  async ownerOf(scope: Scope, messageId: string): Promise<MessageOwner | null> {
    const [row] = await this.database.query<MessageOwner>(
      `select coalesce(p.merged_into, p.id) as profile_id, m.channel, m.origin, w.name as workspace_name
         from messages m join profiles p on p.workspace_id = m.workspace_id and p.id = m.profile_id join workspaces w on w.id = m.workspace_id
        where m.workspace_id = $1 and m.id = $2`,
      [scope.workspaceId, messageId],
    );
    return row ?? null;
  }

  /** A person who is being merged into another at this moment is that other, whichever comes first. */
  async unsubscribe(scope: Scope, { profileId, channel }: { profileId: string; channel: Channel }): Promise<void> {
    await this.database.transaction(async (sql) => {
      const current = await holdProfile(scope, { sql, profileId });
      if (current === null) return;
      await sql.send(
        `insert into consents (workspace_id, profile_id, channel, state) values ($1, $2, $3, 'unsubscribed')
         on conflict (workspace_id, profile_id, channel) do update set state = 'unsubscribed', at = now() where consents.state <> 'unsubscribed'`,
        [scope.workspaceId, current, channel],
      );
    });
  }
}
