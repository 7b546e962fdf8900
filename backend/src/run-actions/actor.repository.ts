import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import { givenName } from '../profiles/index.js';

/** Whose run it is. `name`: theirs, and nothing that only they and the workspace should know. */
export type Actor = { externalId: string | null; name: string | null; control: boolean };

@Injectable()
export class ActorRepository {
  /** The person of a run, who may have been merged since. */
  async of({ workspaceId }: Scope, { sql, run }: { sql: Sql; run: string }): Promise<Actor> {
    const [row] = await sql.query<{ external_id: string | null; traits: JsonObject; control: boolean | null }>(
      `select p.external_id, p.traits, e.control
       from enrollments e
       join profiles p on p.workspace_id = e.workspace_id and p.id = e.profile_id
       where e.workspace_id = $1 and e.id = $2`,
      [workspaceId, run],
    );
    if (!row) throw new Error('A run that asked for something is not there any more.');
    return { externalId: row.external_id, name: givenName(row.traits), control: row.control ?? false };
  }
}
