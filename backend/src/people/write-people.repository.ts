import { Injectable } from '@nestjs/common';
import type { Scope, Sql } from '../platform/database/index.js';
import { lockAddress } from '../profiles/index.js';

/** Whom programs mean, in the transaction that writes. */
@Injectable()
export class WritePeopleRepository {
  async withExternalId(scope: Scope, { sql, externalId }: { sql: Sql; externalId: string }): Promise<string | null> {
    const [row] = await sql.query<{ profile_id: string }>(
      `select profile_id from identities where workspace_id = $1 and kind = 'user' and value = $2`,
      [scope.workspaceId, externalId],
    );
    return row?.profile_id ?? null;
  }

  /**
   * Everybody who has this address, ten at most; until the transaction ends nobody else is given it by this way.
   */
  async withEmail(scope: Scope, { sql, email }: { sql: Sql; email: string }): Promise<string[]> {
    return (await this.holdersOf(scope, { sql, email })).map(({ id }) => id);
  }

  /** The same, with the external ids that they have. */
  async holdersOf(
    scope: Scope,
    { sql, email }: { sql: Sql; email: string },
  ): Promise<{ id: string; externalId: string | null }[]> {
    await lockAddress(scope, { sql, email });
    return sql.query<{ id: string; externalId: string | null }>(
      `select id, external_id as "externalId"
       from profiles
       where workspace_id = $1 and email_key = lower($2) and merged_into is null and not test
       order by id
       limit 10`,
      [scope.workspaceId, email],
    );
  }

  /** Whose an event is that this transaction has stored. */
  async ofEvent(scope: Scope, { sql, eventId }: { sql: Sql; eventId: string }): Promise<string> {
    const [row] = await sql.query<{ profile_id: string }>(
      'select profile_id from events where workspace_id = $1 and id = $2',
      [scope.workspaceId, eventId],
    );
    return row!.profile_id;
  }
}
