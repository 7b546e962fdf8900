import { Injectable } from '@nestjs/common';
import type { GlobalHoldout } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

export type HoldoutChange = {
  at: Date;
  share: number;
  share_before: number;
  except_topics: string[];
  by: string;
};

const changesShown = 100;

/** The history of the global holdout, and who is in it. */
@Injectable()
export class HoldoutRepository {
  constructor(private readonly database: Database) {}

  /** Holds the workspace's holdout until the transaction ends, so that each change knows the one before it. */
  async lock(scope: Scope, sql: Sql): Promise<void> {
    await sql.query(`select pg_advisory_xact_lock(hashtextextended('holdout/' || $1::text, 0))`, [scope.workspaceId]);
  }

  async save(
    scope: Scope,
    { sql, after, before, by }: { sql: Sql; after: GlobalHoldout; before: GlobalHoldout; by: string },
  ): Promise<void> {
    await sql.query(
      `insert into holdout_changes (workspace_id, share, share_before, except_topics, by) values ($1, $2, $3, $4, $5)`,
      [scope.workspaceId, after.share, before.share, after.exceptTopics, by],
    );
  }

  /** The newest first. */
  changes(scope: Scope): Promise<HoldoutChange[]> {
    return this.database.query<HoldoutChange>(
      `select at, share::float8, share_before::float8, except_topics, by
       from holdout_changes
       where workspace_id = $1
       order by id desc
       limit ${changesShown}`,
      [scope.workspaceId],
    );
  }

  /** How many people have a bucket below the limit, and how many there are. Reads every person. */
  async count(scope: Scope, limit: number): Promise<{ people: number; ofPeople: number }> {
    const [row] = await this.database.query<{ people: number; ofPeople: number }>(
      `select count(*) filter (where holdout_bucket(p.workspace_id, coalesce(p.holdout_seed, p.id)) < $2)::int as people,
         count(*)::int as "ofPeople"
       from profiles p
       where p.workspace_id = $1 and p.merged_into is null`,
      [scope.workspaceId, limit],
    );
    return row!;
  }
}
