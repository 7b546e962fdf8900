import { Injectable } from '@nestjs/common';
import type { ResendBatch } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { LedgerRange } from './ledger.repository.js';

export type BatchRow = {
  workspace_id: string;
  id: string;
  journey_id: string;
  node: string;
  selection: LedgerRange & { kinds: string[] };
  reason: string;
  requested_by: string;
  state: ResendBatch['state'];
  total: number;
  done: number;
  skipped: number;
  created_at: Date;
  finished_at: Date | null;
};
const columns = `workspace_id, id, journey_id, node, selection, reason, requested_by, state, total, done, skipped, created_at,
  finished_at`;

@Injectable()
export class ResendBatchRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  async find(scope: Scope, id: string): Promise<BatchRow | null> {
    const [row] = await this.database.query<BatchRow>(
      `select ${columns} from resend_batches where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  /** The last of a journey, newest first. */
  ofJourney(scope: Scope, journeyId: string): Promise<BatchRow[]> {
    return this.database.query<BatchRow>(
      `select ${columns} from resend_batches
        where workspace_id = $1 and journey_id = $2
        order by created_at desc, id
        limit 50`,
      [scope.workspaceId, journeyId],
    );
  }

  /** False when the id is taken, or another batch of the step is under way. Waits for one that is being made. */
  async insert(
    scope: Scope,
    {
      sql,
      ...batch
    }: { sql: Sql } & Pick<BatchRow, 'id' | 'journey_id' | 'node' | 'selection' | 'reason' | 'requested_by'>,
  ): Promise<boolean> {
    const rows = await sql.query(
      `insert into resend_batches (workspace_id, id, journey_id, node, selection, reason, requested_by, total)
       values ($1, $2, $3, $4, $5, $6, $7, 0)
       on conflict do nothing
       returning 1`,
      [
        scope.workspaceId,
        batch.id,
        batch.journey_id,
        batch.node,
        JSON.stringify(batch.selection),
        batch.reason,
        batch.requested_by,
      ],
    );
    return rows.length > 0;
  }

  async setTotal(scope: Scope, { sql, id, total }: { sql: Sql; id: string; total: number }): Promise<void> {
    await sql.query('update resend_batches set total = $3 where workspace_id = $1 and id = $2', [
      scope.workspaceId,
      id,
      total,
    ]);
  }

  /** Stops one that is under way, and forgets who was still to come. False when it was not. */
  async stop(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<boolean> {
    const rows = await sql.query(
      `update resend_batches set state = 'stopped', finished_at = now()
        where workspace_id = $1 and id = $2 and state = 'running'
        returning 1`,
      [scope.workspaceId, id],
    );
    if (rows.length === 0) return false;
    await sql.query('delete from resend_batch_items where workspace_id = $1 and batch_id = $2', [
      scope.workspaceId,
      id,
    ]);
    return true;
  }

  /**
   * Locks a batch that is under way and that nobody else works on; null when there is none. Without scope: workers
   * serve all workspaces.
   */
  async take(sql: Sql): Promise<BatchRow | null> {
    const [row] = await sql.query<BatchRow>(
      `select ${columns} from resend_batches where state = 'running' order by created_at limit 1
        for update skip locked`,
    );
    return row ?? null;
  }

  /** Takes the next messages of a batch off its list. */
  async next(scope: Scope, { sql, id, limit }: { sql: Sql; id: string; limit: number }): Promise<string[]> {
    const rows = await sql.query<{ message_id: string }>(
      `delete from resend_batch_items
        where workspace_id = $1 and batch_id = $2 and message_id in (
          select message_id from resend_batch_items
          where workspace_id = $1 and batch_id = $2
          order by message_id limit $3
        )
        returning message_id`,
      [scope.workspaceId, id, limit],
    );
    return rows.map(({ message_id }) => message_id);
  }

  /** Adds to what is done. At the end of the list, those who were erased meanwhile are skipped ones. */
  async progress(
    scope: Scope,
    { sql, id, done, skipped, end }: { sql: Sql; id: string; done: number; skipped: number; end: boolean },
  ): Promise<void> {
    await sql.query(
      `update resend_batches
          set done = done + $3, skipped = case when $5 then total - done - $3 else skipped + $4 end,
            state = case when $5 then 'done' else state end, finished_at = case when $5 then now() end
        where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id, done, skipped, end],
    );
  }
}
