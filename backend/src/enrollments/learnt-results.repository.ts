import { Injectable } from '@nestjs/common';
import { mostLearnt } from '@wend/contract';
import type { LearntField } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

type OfNode = { journeyId: string; node: string };

@Injectable()
export class LearntResultsRepository {
  constructor(private readonly database: Database) {}

  /** In the order in which they were seen; null when there is no such journey. */
  async list(scope: Scope, journeyId: string): Promise<(LearntField & { node: string })[] | null> {
    const rows = await this.database.query<LearntField & { node: string | null }>(
      `select l.node, l.path, l.type from journeys j
       left join learnt_results l on l.workspace_id = j.workspace_id and l.journey_id = j.id
       where j.workspace_id = $1 and j.id = $2
       order by l.node, l.seen_at, l.ordinal`,
      [scope.workspaceId, journeyId],
    );
    return rows.length === 0 ? null : rows.flatMap(({ node, ...field }) => (node === null ? [] : [{ node, ...field }]));
  }

  /**
   * Adds what was not known, up to so many of a node. A type that is told replaces what it was; that there was nothing says
   * nothing of the type. Of a journey that was deleted meanwhile nothing is kept.
   */
  async add(scope: Scope, { journeyId, node, fields }: OfNode & { fields: readonly LearntField[] }): Promise<void> {
    await this.database.query(
      `with journey as (
         select id from journeys where workspace_id = $1 and id = $2 for key share
       ), room as (
         select greatest(0, $6 - count(*)) as left from learnt_results
         where workspace_id = $1 and journey_id = $2 and node = $3
       ), given as (
         select g.path, g.type, g.ordinal, k.path is not null as known,
           count(*) filter (where k.path is null) over (order by g.ordinal) as new
         from unnest($4::text[], $5::text[]) with ordinality as g (path, type, ordinal)
         left join learnt_results k
           on k.workspace_id = $1 and k.journey_id = $2 and k.node = $3 and k.path = g.path
       )
       insert into learnt_results as l (workspace_id, journey_id, node, path, type, ordinal)
       select $1, journey.id, $3, g.path, g.type, g.ordinal from journey, room, given g
       where g.known or g.new <= room.left
       order by g.path
       on conflict (workspace_id, journey_id, node, path) do update set type = excluded.type
       where excluded.type <> 'empty' and excluded.type <> l.type`,
      [scope.workspaceId, journeyId, node, fields.map(({ path }) => path), fields.map(({ type }) => type), mostLearnt],
    );
  }
}
