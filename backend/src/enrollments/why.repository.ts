import { Injectable } from '@nestjs/common';
import type { Entry, Graph, JsonObject } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { keptOutByBatchSql } from './entry-batch.sql.js';
import type { KeptOut } from './why-sources.js';

export type AskedJourney = {
  name: string;
  state: 'live' | 'paused' | 'stopped' | null;
  graph: Graph | null;
  entries: Entry[] | null;
};
export type AskedRun = {
  id: string;
  entry_node: string | null;
  status: string;
  held: boolean;
  entered_at: Date;
  ended_at: Date | null;
  end_reason: string | null;
};
/** An event that brings people in: by its name and what it must say besides. */
export type AskedEvent = { name: string; properties: JsonObject };
export type LastEvent = { place: number; time: Date; received_at: Date; properties: JsonObject };

/** Why somebody is, or is not, in a journey. */
@Injectable()
export class WhyRepository {
  constructor(private readonly database: Database) {}

  async profile(
    scope: Scope,
    { profileId, externalId }: { profileId?: string | undefined; externalId?: string | undefined },
  ): Promise<{ id: string; external_id: string | null; traits: JsonObject } | null> {
    const [row] = await this.database.query<{ id: string; external_id: string | null; traits: JsonObject }>(
      `select p.id, p.external_id, p.traits
        from profiles asked
        join profiles p on p.workspace_id = asked.workspace_id and p.id = coalesce(asked.merged_into, asked.id)
        where asked.workspace_id = $1 and (
          asked.id = $2::uuid
          or asked.id = (
            select i.profile_id from identities i where i.workspace_id = $1 and i.kind = 'user' and i.value = $3
          )
        )`,
      [scope.workspaceId, profileId ?? null, externalId ?? null],
    );
    return row ?? null;
  }

  async journey(scope: Scope, id: string): Promise<AskedJourney | null> {
    const [row] = await this.database.query<AskedJourney>(
      `select j.name, c.state, v.graph, v.entries
        from journeys j
        left join journey_control c on c.workspace_id = j.workspace_id and c.journey_id = j.id
        left join journey_versions v on v.workspace_id = j.workspace_id and v.journey_id = j.id
          and v.number = j.published_version
        where j.workspace_id = $1 and j.id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** The last runs, newest first. */
  async runs(scope: Scope, { journeyId, profileId }: { journeyId: string; profileId: string }): Promise<AskedRun[]> {
    return this.database.query<AskedRun>(
      `select id, entry_node, status, held, entered_at, ended_at, end_reason from enrollments
        where workspace_id = $1 and journey_id = $2 and profile_id = $3 and origin <> 'test'
        order by created_at desc
        limit 5`,
      [scope.workspaceId, journeyId, profileId],
    );
  }

  /** The last refusals, newest first; also of batches that ended and have not written down yet whom that kept out. */
  async refusals(scope: Scope, { journeyId, profileId }: { journeyId: string; profileId: string }): Promise<KeptOut[]> {
    return this.database.query<KeptOut>(
      `select reason, node, count, last_at, seen from entry_refusals
        where workspace_id = $1 and journey_id = $2 and profile_id = $3 and day >= current_date - 90
        union all
        select 'stopped', b.node, 1, coalesce(b.finished_at, now()), ${keptOutByBatchSql}
        from entry_batch_people p
        join entry_batches b on b.workspace_id = p.workspace_id and b.id = p.batch_id
        where p.workspace_id = $1 and p.profile_id = $3 and b.journey_id = $2 and b.clearing
        order by last_at desc, reason
        limit 20`,
      [scope.workspaceId, journeyId, profileId],
    );
  }

  /** Whether the person stands on the list of a batch that is under way. */
  async isComing(scope: Scope, { journeyId, profileId }: { journeyId: string; profileId: string }): Promise<boolean> {
    const rows = await this.database.query(
      `select 1 from entry_batch_people p
        join entry_batches b on b.workspace_id = p.workspace_id and b.id = p.batch_id
        where p.workspace_id = $1 and p.profile_id = $2 and b.journey_id = $3 and b.state in ('gathering', 'running')
        limit 1`,
      [scope.workspaceId, profileId, journeyId],
    );
    return rows.length > 0;
  }

  /** The last of each, with its place among those asked for. */
  async lastEvents(
    scope: Scope,
    { profileId, asked }: { profileId: string; asked: readonly AskedEvent[] },
  ): Promise<LastEvent[]> {
    return this.database.query<LastEvent>(
      `select (n.place - 1)::int as place, e.time, e.received_at, e.properties
        from unnest($3::text[], $4::jsonb[]) with ordinality as n(name, properties, place)
        cross join lateral (
          select time, received_at, properties from events e
          where e.workspace_id = $1 and e.profile_id = $2 and e.name = n.name and e.origin in ('live', 'demo')
            and e.properties @> n.properties
          order by e.time desc
          limit 1
        ) e`,
      [
        scope.workspaceId,
        profileId,
        asked.map(({ name }) => name),
        asked.map(({ properties }) => JSON.stringify(properties)),
      ],
    );
  }
}
