import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import type { RunProfile } from '@wend/node-sdk';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

/** What a custom node is run with: its settings in the version that the run is on, and whose run it is. */
export type NodeSubject = {
  journeyId: string;
  config: JsonObject;
  profile: RunProfile;
  entry: JsonObject;
  /** The workspace's. */
  zone: string;
};

@Injectable()
export class NodeCallRepository {
  constructor(private readonly database: Database) {}

  async subject(
    scope: Scope,
    { enrollmentId, versionId, node }: { enrollmentId: string; versionId: string; node: string },
  ): Promise<NodeSubject | null> {
    const [row] = await this.database.query<{
      journey_id: string;
      config: JsonObject | null;
      profile_id: string;
      external_id: string | null;
      traits: JsonObject;
      entry: JsonObject | null;
      zone: string;
    }>(
      `select r.journey_id, v.running -> 'nodes' -> $4 -> 'config' as config, p.id as profile_id, p.external_id,
         p.traits || coalesce(
           (select t.traits from test_traits t where t.workspace_id = $1 and t.enrollment_id = $2), '{}'
         ) as traits,
           coalesce(e.properties, r.entry_data) as entry,
         (select w.time_zone from workspaces w where w.id = $1) as zone
       from enrollments r
       join journey_versions v on v.workspace_id = $1 and v.id = $3
       join profiles p on p.workspace_id = $1 and p.id = r.profile_id
       left join events e on e.workspace_id = $1 and e.id = r.entry_event_id and e.received_at = r.entry_received_at
       where r.workspace_id = $1 and r.id = $2`,
      [scope.workspaceId, enrollmentId, versionId, node],
    );
    return row
      ? {
          journeyId: row.journey_id,
          config: row.config ?? {},
          profile: { id: row.profile_id, externalId: row.external_id, traits: row.traits },
          entry: row.entry ?? {},
          zone: row.zone,
        }
      : null;
  }
}
