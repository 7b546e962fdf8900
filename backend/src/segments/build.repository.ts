import { Injectable } from '@nestjs/common';
import type { Rule } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import type { BuildState } from './segment.repository.js';

/** Builds of saved rules: one row for each, in the order of their generations. */
@Injectable()
export class BuildRepository {
  /** The generation of the new build. */
  async insert(
    scope: Scope,
    { sql, id, rule, tell, by }: { sql: Sql; id: string; rule: Rule; tell: boolean; by: string },
  ): Promise<number> {
    const [row] = await sql.query<{ generation: number }>(
      `insert into segment_builds (workspace_id, segment_id, generation, rule, tell, started_by)
       select s.workspace_id, s.id,
         1 + greatest(
           s.generation,
           (select max(generation) from segment_builds b where b.workspace_id = s.workspace_id and b.segment_id = s.id)
         ),
         $3, $4, $5
       from segments s
       where s.workspace_id = $1 and s.id = $2
       returning generation`,
      [scope.workspaceId, id, JSON.stringify(rule), tell, by],
    );
    return row!.generation;
  }

  /** A build that was given up; null when there is none. */
  async failed(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<{ rule: Rule; tell: boolean } | null> {
    const [row] = await sql.query<{ rule: Rule; tell: boolean }>(
      `select rule, tell from segment_builds where workspace_id = $1 and segment_id = $2 and state = 'failed'
       order by generation desc limit 1`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** Ends the builds whose members nobody has seen; their generations. */
  async cancel(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<number[]> {
    const rows = await sql.query<{ generation: number }>(
      `update segment_builds set state = 'cancelled', finished_at = now()
       where workspace_id = $1 and segment_id = $2 and state in ('waiting', 'building', 'failed')
       returning generation`,
      [scope.workspaceId, id],
    );
    return rows.map(({ generation }) => generation);
  }

  /** Nobody needs the members of this generation any more. */
  async clear(scope: Scope, { sql, id, generations }: { sql: Sql; id: string; generations: number[] }): Promise<void> {
    if (generations.length === 0) return;
    await sql.query(
      'insert into segment_clearings (workspace_id, segment_id, generation) select $1, $2, g from unnest($3::int[]) g',
      [scope.workspaceId, id, generations],
    );
  }

  async setState(
    scope: Scope,
    { sql, id, generation, state }: { sql: Sql; id: string; generation: number; state: BuildState },
  ): Promise<void> {
    await sql.query(
      `update segment_builds set state = $4, cursor = null,
         finished_at = case when $4 in ('done', 'cancelled') then now() end
       where workspace_id = $1 and segment_id = $2 and generation = $3`,
      [scope.workspaceId, id, generation, state],
    );
  }
}
