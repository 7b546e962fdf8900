import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { EntryRow } from './router.repository.js';

/** A journey that people may enter now. `snapshot`: what is not seen in it comes after those who enter. */
export type OpenJourney = EntryRow & { snapshot: string };

@Injectable()
export class EnteringRepository {
  constructor(private readonly database: Database) {}

  /**
   * By journey: the version that lets people in. Journeys that are not live or paused are left out. Without scope: each
   * names its workspace.
   */
  async journeys(wanted: readonly { workspaceId: string; journeyId: string }[]): Promise<Map<string, OpenJourney>> {
    const rows = await this.database.query<OpenJourney>(
      `select v.workspace_id, v.journey_id, v.id as version_id, v.entries, v.reentry, v.program_hash,
         pg_current_snapshot()::text as snapshot
       from (select distinct * from unnest($1::uuid[], $2::uuid[]) as n(workspace_id, id)) n
       join journeys j on j.workspace_id = n.workspace_id and j.id = n.id
       join journey_control c on c.workspace_id = j.workspace_id and c.journey_id = j.id and c.state in ('live', 'paused')
       join journey_versions v on v.workspace_id = j.workspace_id and v.journey_id = j.id
         and v.number = j.published_version`,
      [wanted.map(({ workspaceId }) => workspaceId), wanted.map(({ journeyId }) => journeyId)],
    );
    return new Map(rows.map((row) => [row.journey_id, row]));
  }
}
