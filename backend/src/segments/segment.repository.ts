import { Injectable } from '@nestjs/common';
import type { Rule } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { cursorTime, decodeCursor, likePattern, pageOf } from '../profiles/index.js';

export type BuildState = 'waiting' | 'building' | 'telling' | 'done' | 'cancelled' | 'failed';

export type SegmentRow = {
  id: string;
  name: string;
  description: string;
  rule: Rule | null;
  live_rule: Rule | null;
  revision: number;
  generation: number;
  size: number;
  created_by: string;
  created_at: Date;
  updated_at: Date;
  archived_at: Date | null;
  /** The build of the rule that was saved last. */
  build: {
    generation: number;
    state: BuildState;
    done: number;
    total: number;
    tell: boolean;
    error: string | null;
    created_at: string;
    finished_at: string | null;
  } | null;
};

const segments = `
  select s.id, s.name, s.description, s.rule, s.live_rule, s.revision, s.generation, s.size, s.created_by, s.created_at,
    s.updated_at, s.archived_at,
    (
      select jsonb_build_object('generation', b.generation, 'state', b.state, 'done', b.done, 'total', b.total,
        'tell', b.tell, 'error', b.error, 'created_at', b.created_at, 'finished_at', b.finished_at)
      from segment_builds b
      where b.workspace_id = s.workspace_id and b.segment_id = s.id
      order by b.generation desc
      limit 1
    ) as build`;

type ListOptions = {
  cursor?: string | undefined;
  limit: number;
  search?: string | undefined;
  archived: 'false' | 'true' | 'any';
  kind?: 'rule' | 'manual' | undefined;
};

/** Segments themselves; who is in them is in `member.repository.ts`. */
@Injectable()
export class SegmentRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /**
   * Whoever changes rules, or which members are the present ones, has the workspace's segments alone; who evaluates
   * people shares them. Until the end of the transaction.
   */
  async lockAll(scope: Scope, { sql, alone }: { sql: Sql; alone: boolean }): Promise<void> {
    const lock = alone ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared';
    await sql.query(`select ${lock}(${segmentsKey}, hashtext($1))`, [scope.workspaceId]);
  }

  /** Last changed first. */
  async list(
    scope: Scope,
    { cursor, limit, search, archived, kind }: ListOptions,
  ): Promise<{ rows: SegmentRow[]; next: string | null }> {
    const after = decodeCursor(cursor);
    const term = search?.trim();
    const rows = await this.database.query<SegmentRow & { cursor: string }>(
      `${segments}, ${cursorTime('s.updated_at')} as cursor
       from segments s
       where s.workspace_id = $1
         and ($2::timestamptz is null or s.updated_at < $2 or (s.updated_at = $2 and s.id > $3::uuid))
         and ($4::text is null or s.name ilike $4)
         and ($5 = 'any' or (s.archived_at is not null) = ($5 = 'true'))
         and ($6::text is null or (s.rule is null) = ($6 = 'manual'))
       order by s.updated_at desc, s.id
       limit $7`,
      [
        scope.workspaceId,
        after?.at ?? null,
        after?.id ?? null,
        term ? likePattern(term) : null,
        archived,
        kind ?? null,
        limit + 1,
      ],
    );
    return pageOf(rows, limit);
  }

  async find(scope: Scope, id: string, sql: Sql = this.database): Promise<SegmentRow | null> {
    const [row] = await sql.query<SegmentRow>(`${segments} from segments s where s.workspace_id = $1 and s.id = $2`, [
      scope.workspaceId,
      id,
    ]);
    return row ?? null;
  }

  /** Waits for whoever publishes a journey that reads it, and keeps others from it until the transaction ends. */
  async lock(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<void> {
    await sql.query('select 1 from segments where workspace_id = $1 and id = $2 for no key update', [
      scope.workspaceId,
      id,
    ]);
  }

  /** All that are kept by a rule, with it and the one that their members are of. */
  async rules(
    scope: Scope,
    sql: Sql = this.database,
  ): Promise<{ id: string; name: string; rule: Rule; live_rule: Rule | null }[]> {
    return sql.query(
      `select id, name, rule, live_rule from segments
       where workspace_id = $1 and rule is not null and archived_at is null
       order by name, id`,
      [scope.workspaceId],
    );
  }

  /** Tells the builder, when the transaction commits, that there is something to build. Without scope: it looks itself. */
  async wake(sql: Sql): Promise<void> {
    await sql.send("select pg_notify('wend_segments', '')");
  }

  /** Null when the name is taken. */
  async insert(
    scope: Scope,
    {
      sql,
      name,
      description,
      rule,
      by,
    }: { sql: Sql; name: string; description: string; rule: Rule | null; by: string },
  ): Promise<string | null> {
    const [row] = await sql.query<{ id: string }>(
      `insert into segments (workspace_id, name, description, rule, created_by) values ($1, $2, $3, $4, $5)
       on conflict (workspace_id, lower(name)) do nothing returning id`,
      [scope.workspaceId, name, description, rule && JSON.stringify(rule), by],
    );
    return row?.id ?? null;
  }

  async nameTaken(scope: Scope, { sql, name, except }: { sql: Sql; name: string; except: string }): Promise<boolean> {
    const rows = await sql.query(
      'select 1 from segments where workspace_id = $1 and lower(name) = lower($2) and id <> $3',
      [scope.workspaceId, name, except],
    );
    return rows.length > 0;
  }

  async update(
    scope: Scope,
    {
      sql,
      id,
      ...fields
    }: { sql: Sql; id: string; name: string; description: string; rule: Rule | null; archived: boolean },
  ): Promise<void> {
    await sql.query(
      `update segments set name = $3, description = $4, rule = $5, revision = revision + 1, updated_at = now(),
         archived_at = case when $6 then coalesce(archived_at, now()) end
       where workspace_id = $1 and id = $2`,
      [
        scope.workspaceId,
        id,
        fields.name,
        fields.description,
        fields.rule && JSON.stringify(fields.rule),
        fields.archived,
      ],
    );
  }

  /** Its members go in bites, later: without it they are nobody's. */
  async remove(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<void> {
    const values = [scope.workspaceId, id];
    await sql.query('delete from segments where workspace_id = $1 and id = $2', values);
    await sql.query('delete from segment_builds where workspace_id = $1 and segment_id = $2', values);
    await sql.query('delete from segment_days where workspace_id = $1 and segment_id = $2', values);
    await sql.query('insert into segment_clearings (workspace_id, segment_id) values ($1, $2)', values);
  }
}

/** Beside other advisory locks of two numbers. */
const segmentsKey = 7_236_026;
