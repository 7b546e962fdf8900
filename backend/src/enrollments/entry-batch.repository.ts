import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { settingsForMany } from '../rules/index.js';
import { BatchChanged } from './entry-batch.js';
import type { EntryBatchRow, NewEntryBatch } from './entry-batch.js';
import { batchColumns as columns, isBatchBusySql as busy, isBatchOpenSql as open } from './entry-batch.sql.js';

/** Batches of people who are let in: what they are, and how far they are. Whom they are for: `batch-people.repository.ts`. */
@Injectable()
export class EntryBatchRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /** The same for what asks a rule of everybody. Without scope: it only opens the transaction. */
  transactionForMany<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work, { settings: settingsForMany('') });
  }

  async find(scope: Scope, id: string): Promise<EntryBatchRow | null> {
    const [row] = await this.database.query<EntryBatchRow>(
      `select ${columns} from entry_batches where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  ofIds(scope: Scope, ids: readonly string[]): Promise<EntryBatchRow[]> {
    return this.database.query<EntryBatchRow>(
      `select ${columns} from entry_batches where workspace_id = $1 and id = any($2::uuid[])`,
      [scope.workspaceId, ids],
    );
  }

  /** The last of a journey, newest first; of those that steps of runs began, who may be many, what is under way. */
  ofJourney(scope: Scope, journeyId: string): Promise<EntryBatchRow[]> {
    return this.database.query<EntryBatchRow>(
      `select ${columns} from (
         (
           select * from entry_batches
           where workspace_id = $1 and journey_id = $2 and not (source ? 'recipients')
           order by created_at desc
           limit 50
         )
         union all
         (
           select * from entry_batches
           where workspace_id = $1 and journey_id = $2 and source ? 'recipients' and ${open}
           limit 50
         )
       ) b
       order by created_at desc, id
       limit 50`,
      [scope.workspaceId, journeyId],
    );
  }

  async journeyExists(scope: Scope, journeyId: string): Promise<boolean> {
    const rows = await this.database.query('select 1 from journeys where workspace_id = $1 and id = $2', [
      scope.workspaceId,
      journeyId,
    ]);
    return rows.length > 0;
  }

  /** Null when the cause has a batch by this entry already. People who are named are written down at once. */
  async insert(scope: Scope, { sql, batch }: { sql: Sql; batch: NewEntryBatch }): Promise<EntryBatchRow | null> {
    const people = 'profileIds' in batch.source ? [...new Set(batch.source.profileIds)] : null;
    const [row] = await sql.query<EntryBatchRow>(
      `insert into entry_batches (
         workspace_id, journey_id, node, source, cause, name, data, at, requested_by, state, total, part,
           occasions
       )
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
       on conflict (workspace_id, journey_id, node, cause, part) do nothing
       returning ${columns}`,
      [
        scope.workspaceId,
        batch.journey_id,
        batch.node,
        JSON.stringify(people ? { people: people.length } : batch.source),
        batch.cause,
        batch.name,
        JSON.stringify(batch.data),
        batch.at,
        batch.requested_by,
        people ? 'running' : 'gathering',
        people?.length ?? 0,
        batch.part ?? '',
        batch.occasions ? JSON.stringify(batch.occasions) : null,
      ],
    );
    if (row && people)
      await sql.query(
        `insert into entry_batch_people (workspace_id, batch_id, profile_id)
          select $1, $2, p from unnest($3::uuid[]) p on conflict do nothing`,
        [scope.workspaceId, row.id, people],
      );
    return row ?? null;
  }

  async byCause(
    scope: Scope,
    { sql, journeyId, node, cause, part }: { sql: Sql; journeyId: string; node: string; cause: string; part: string },
  ): Promise<EntryBatchRow | null> {
    const [row] = await sql.query<EntryBatchRow>(
      `select ${columns} from entry_batches
        where workspace_id = $1 and journey_id = $2 and node = $3 and cause = $4 and part = $5`,
      [scope.workspaceId, journeyId, node, cause, part],
    );
    return row ?? null;
  }

  /**
   * Begins one anew that has ended; whoever came in by it does not come in again. Who is still on its list is taken off
   * before.
   */
  async restart(
    scope: Scope,
    { sql, id, batch }: { sql: Sql; id: string; batch: Pick<NewEntryBatch, 'source' | 'data' | 'at' | 'requested_by'> },
  ): Promise<void> {
    await sql.query(
      `update entry_batches
        set state = 'gathering', total = 0, entered = 0, held = 0, refused = '{}', error = null, attempts = 0,
          created_at = now(), finished_at = null, not_before = now(), data = $3, at = $4, requested_by = $5, source = $6
        where workspace_id = $1 and id = $2 and not ${open}`,
      [scope.workspaceId, id, JSON.stringify(batch.data), batch.at, batch.requested_by, JSON.stringify(batch.source)],
    );
  }

  /** Stops those that are under way; who was still to come is seen to by whoever works on them next. Their ids. */
  async stop(scope: Scope, { sql, id, journeyId }: { sql: Sql; id?: string; journeyId?: string }): Promise<string[]> {
    const rows = await sql.query<{ id: string }>(
      `update entry_batches set state = 'stopped', finished_at = now(), clearing = true, not_before = now()
        where workspace_id = $1 and (id = $2 or journey_id = $3) and ${open}
        returning id`,
      [scope.workspaceId, id ?? null, journeyId ?? null],
    );
    return rows.map((row) => row.id);
  }

  /**
   * Takes a batch with something to do, so that others leave it alone for a while. Null when there is none. Without
   * scope: workers serve all workspaces.
   */
  async claim(leaseSeconds: number): Promise<(EntryBatchRow & { per_minute: number | null }) | null> {
    const [row] = await this.database.query<EntryBatchRow & { per_minute: number | null }>(
      `with due as materialized (
         select workspace_id, id from entry_batches
         where ${busy} and not_before <= now()
         order by not_before limit 1 for update skip locked
       )
       update entry_batches b set not_before = now() + make_interval(secs => $1)
       from due
       where b.workspace_id = due.workspace_id and b.id = due.id
       returning ${columns.replace(/\w+/g, (column) => `b.${column}`)},
         (
           select (c.limits ->> 'perMinute')::float8 from journey_control c
           where c.workspace_id = b.workspace_id and c.journey_id = b.journey_id
         ) as per_minute`,
      [leaseSeconds],
    );
    return row ?? null;
  }

  /**
   * Takes people off the list and counts what became of them, in the transaction that lets them in. Throws
   * `BatchChanged`, and nobody comes in, when the batch was stopped or somebody else took them.
   */
  async settle(
    scope: Scope,
    {
      sql,
      id,
      profileIds,
      entered,
      held,
      refused,
    }: { sql: Sql; id: string; profileIds: string[]; entered: number; held: number; refused: Record<string, number> },
  ): Promise<void> {
    if ((await this.lock(scope, { sql, id }))?.state !== 'running') throw new BatchChanged();
    const taken = await sql.query(
      `delete from entry_batch_people
        where workspace_id = $1 and batch_id = $2 and profile_id = any($3::uuid[])
        returning 1`,
      [scope.workspaceId, id, profileIds],
    );
    if (taken.length !== profileIds.length) throw new BatchChanged();
    await sql.query(
      `update entry_batches b
        set entered = b.entered + $3, held = b.held + $4, attempts = 0, not_before = now(),
          refused = b.refused || coalesce(
            (
              select jsonb_object_agg(r.key, r.value::int + coalesce((b.refused ->> r.key)::int, 0))
              from jsonb_each_text($5::jsonb) r
            ),
            '{}'
          )
        where b.workspace_id = $1 and b.id = $2`,
      [scope.workspaceId, id, entered, held, JSON.stringify(refused)],
    );
  }

  /**
   * Takes places of a journey that lets in so many a minute. Throws `BatchChanged` when the next are free only later.
   */
  async pace(
    scope: Scope,
    { sql, journeyId, seconds }: { sql: Sql; journeyId: string; seconds: number },
  ): Promise<void> {
    const rows = await sql.query(
      `insert into entry_paces as p (workspace_id, journey_id, taken_until)
        values ($1, $2, clock_timestamp() + make_interval(secs => $3))
        on conflict (workspace_id, journey_id)
        do update set taken_until = greatest(p.taken_until, clock_timestamp()) + make_interval(secs => $3)
        where p.taken_until <= clock_timestamp()
        returning 1`,
      [scope.workspaceId, journeyId, seconds],
    );
    if (rows.length === 0) throw new BatchChanged();
  }

  /** Until when the places of the journey are given away; null when they are not. */
  async takenUntil(scope: Scope, journeyId: string): Promise<Date | null> {
    const [row] = await this.database.query<{ taken_until: Date }>(
      `select taken_until from entry_paces
        where workspace_id = $1 and journey_id = $2 and taken_until > clock_timestamp()`,
      [scope.workspaceId, journeyId],
    );
    return row?.taken_until ?? null;
  }

  /** Leaves a batch to whoever comes next, at once or later; `error`: what went wrong, in words. */
  async release(
    scope: Scope,
    { id, at, error = null }: { id: string; at: Date; error?: string | null },
  ): Promise<void> {
    await this.database.query(
      `update entry_batches
        set not_before = $3, error = $4, attempts = attempts + case when $4::text is null then 0 else 1 end
        where workspace_id = $1 and id = $2 and ${open}`,
      [scope.workspaceId, id, at, error],
    );
  }

  /** Gives a batch up; who was still to come is seen to by whoever works on it next. `total`: how many it would have been. */
  async fail(
    scope: Scope,
    { sql = this.database, id, error, total }: { sql?: Sql; id: string; error: string; total?: number },
  ): Promise<void> {
    await sql.query(
      `update entry_batches
        set state = 'failed', error = $3, total = coalesce($4, total), attempts = attempts + 1, finished_at = now(),
          clearing = true, not_before = now()
        where workspace_id = $1 and id = $2 and ${open}`,
      [scope.workspaceId, id, error, total ?? null],
    );
  }

  /** In how many ms a batch can go on; null: none is left. Without scope: workers serve all workspaces. */
  async nextIn(): Promise<number | null> {
    const [row] = await this.database.query<{ ms: number | null }>(
      `select (extract(epoch from min(not_before) - clock_timestamp()) * 1000)::float8 as ms
        from entry_batches where ${busy}`,
    );
    return row?.ms ?? null;
  }

  /** Ends a batch whose list is empty. Those who were erased or merged meanwhile are counted in the total only. */
  async finish(scope: Scope, id: string): Promise<void> {
    await this.database.query(
      `update entry_batches b set state = 'done', finished_at = now(), error = null
        where b.workspace_id = $1 and b.id = $2 and b.state = 'running'
          and not exists (
            select 1 from entry_batch_people p where p.workspace_id = b.workspace_id and p.batch_id = b.id
          )`,
      [scope.workspaceId, id],
    );
  }

  /** How it is, and stays until the transaction ends. */
  async lock(
    scope: Scope,
    { sql, id }: { sql: Sql; id: string },
  ): Promise<Pick<EntryBatchRow, 'state' | 'clearing'> | null> {
    const [row] = await sql.query<Pick<EntryBatchRow, 'state' | 'clearing'>>(
      'select state, clearing from entry_batches where workspace_id = $1 and id = $2 for no key update',
      [scope.workspaceId, id],
    );
    return row ?? null;
  }
}
