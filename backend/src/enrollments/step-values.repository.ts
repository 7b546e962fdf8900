import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

/** What Liquid in a step's settings sees beside the person's traits. */
export type AroundRun = {
  externalId: string | null;
  /** All that the run began by; empty before there is an enrollment. */
  entry: JsonObject;
  /** The workspace's, BCP 47. */
  language: string;
};

@Injectable()
export class StepValuesRepository {
  constructor(private readonly database: Database) {}

  async around(
    scope: Scope,
    { enrollmentId, profileId }: { enrollmentId: string; profileId: string },
  ): Promise<AroundRun> {
    const [row] = await this.database.query<{ external_id: string | null; entry: JsonObject | null; language: string }>(
      `select w.language,
         (select p.external_id from profiles p where p.workspace_id = $1 and p.id = $3) as external_id,
         (
           select coalesce(e.properties, r.entry_data)
           from enrollments r
           left join events e
             on e.workspace_id = $1 and e.id = r.entry_event_id and e.received_at = r.entry_received_at
           where r.workspace_id = $1 and r.id = $2
         ) as entry
       from workspaces w
       where w.id = $1`,
      [scope.workspaceId, enrollmentId, profileId],
    );
    return { externalId: row?.external_id ?? null, entry: row?.entry ?? {}, language: row?.language ?? 'en' };
  }
}
