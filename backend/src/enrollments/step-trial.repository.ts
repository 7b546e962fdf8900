import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import type { RunProfile } from '@wend/node-sdk';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

@Injectable()
export class StepTrialRepository {
  constructor(private readonly database: Database) {}

  /** The zone of the workspace; null when there is no such journey. */
  async zoneFor(scope: Scope, journeyId: string): Promise<string | null> {
    const [row] = await this.database.query<{ zone: string }>(
      `select w.time_zone as zone from journeys j join workspaces w on w.id = j.workspace_id
       where j.workspace_id = $1 and j.id = $2`,
      [scope.workspaceId, journeyId],
    );
    return row?.zone ?? null;
  }

  async profile(scope: Scope, id: string): Promise<RunProfile | null> {
    const [row] = await this.database.query<{ id: string; external_id: string | null; traits: JsonObject }>(
      'select id, external_id, traits from profiles where workspace_id = $1 and id = $2 and merged_into is null',
      [scope.workspaceId, id],
    );
    return row ? { id: row.id, externalId: row.external_id, traits: row.traits } : null;
  }
}
