import { Injectable } from '@nestjs/common';
import type { GoesOn, JourneyMove, Program } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { cursorTime, decodeCursor, pageOf } from '../profiles/index.js';

type MoveRow = Omit<JourneyMove, 'createdAt' | 'settledAt'> & {
  cursor: string;
  createdAt: Date;
  settledAt: Date | null;
};
export type VersionOfMove = { id: string; number: number; program: Program };

const counted = (state: string): string => `(
  select count(*)::int from moved_runs r where r.workspace_id = m.workspace_id and r.move_id = m.id and r.state ${state}
)`;
const listed = `${cursorTime('m.created_at')} as cursor, m.id, m.nodes, m.state, m.created_at as "createdAt",
  m.created_by as "createdBy", m.settled_at as "settledAt", t.number as "to",
  (
    select coalesce(array_agg(v.number order by v.number), '{}')
    from journey_versions v where v.workspace_id = m.workspace_id and v.id = any(m.from_versions)
  ) as "from",
  jsonb_build_object(
    'waiting', case when m.state <> 'moving' then 0 else (
      select count(*)::int
      from unnest(m.from_versions) v(id)
      cross join jsonb_object_keys(m.nodes) n(node)
      join enrollments e on e.workspace_id = m.workspace_id and e.version_id = v.id and e.node = n.node
      where e.ended_at is null and e.origin <> 'test'
        and not exists (
          select 1 from moved_runs r
          where r.workspace_id = m.workspace_id and r.move_id = m.id and r.enrollment_id = e.id
        )
    ) end,
    'told', ${counted(`in ('asked', 'asked-back')`)}, 'moved', ${counted(`= 'moved'`)},
    'stayed', ${counted(`= 'stayed'`)}, 'back', ${counted(`= 'back'`)}, 'wentOn', ${counted(`= 'went-on'`)}
  ) as people
  from run_moves m
  join journey_versions t on t.workspace_id = m.workspace_id and t.id = m.version_id`;

/** Moves of people between versions, as they are asked for and read. */
@Injectable()
export class MoveRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  async hasJourney(scope: Scope, id: string): Promise<boolean> {
    const rows = await this.database.query('select 1 from journeys where workspace_id = $1 and id = $2', [
      scope.workspaceId,
      id,
    ]);
    return rows.length > 0;
  }

  async list(
    scope: Scope,
    { journeyId, cursor, limit }: { journeyId: string; cursor?: string | undefined; limit: number },
  ): Promise<{ rows: MoveRow[]; next: string | null }> {
    const after = decodeCursor(cursor);
    const rows = await this.database.query<MoveRow>(
      `select ${listed}
        where m.workspace_id = $1
          and m.journey_id = $2
          and ($3::timestamptz is null or (m.created_at, m.id) < ($3, $4::uuid))
        order by m.created_at desc, m.id desc limit $5`,
      [scope.workspaceId, journeyId, after?.at ?? null, after?.id ?? null, limit + 1],
    );
    return pageOf(rows, limit);
  }

  async find(
    scope: Scope,
    { journeyId, id, sql }: { journeyId: string; id: string; sql: Pick<Sql, 'query'> },
  ): Promise<MoveRow | null> {
    const [row] = await sql.query<MoveRow>(
      `select ${listed} where m.workspace_id = $1 and m.journey_id = $2 and m.id = $3`,
      [scope.workspaceId, journeyId, id],
    );
    return row ?? null;
  }

  /** The journey, held against what publishes, stops or archives it; null when there is none. */
  async journey(
    scope: Scope,
    { id, sql }: { id: string; sql: Sql },
  ): Promise<{ name: string; published: number | null; archived: boolean; state: string | null } | null> {
    const [row] = await sql.query<{
      name: string;
      published: number | null;
      archived: boolean;
      state: string | null;
    }>(
      `select j.name, j.published_version as published, j.archived_at is not null as archived,
         (select c.state from journey_control c where c.workspace_id = $1 and c.journey_id = $2) as state
       from journeys j where j.workspace_id = $1 and j.id = $2 for share of j`,
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  async versions(scope: Scope, { journeyId, sql }: { journeyId: string; sql: Sql }): Promise<VersionOfMove[]> {
    return sql.query<VersionOfMove>(
      `select v.id, v.number, p.program
       from journey_versions v
       join programs p on p.workspace_id = v.workspace_id and p.hash = v.program_hash
       where v.workspace_id = $1 and v.journey_id = $2 order by v.number`,
      [scope.workspaceId, journeyId],
    );
  }

  /** Null when another move of the journey is under way. */
  async insert(
    scope: Scope,
    move: {
      sql: Sql;
      journeyId: string;
      versionId: string;
      from: string[];
      nodes: Record<string, GoesOn>;
      by: string;
    },
  ): Promise<string | null> {
    const [row] = await move.sql.query<{ id: string }>(
      `insert into run_moves (workspace_id, journey_id, version_id, from_versions, nodes, state, created_by)
       values ($1, $2, $3, $4, $5, 'moving', $6)
       on conflict (workspace_id, journey_id) where state in ('moving', 'taking-back') do nothing
       returning id`,
      [scope.workspaceId, move.journeyId, move.versionId, move.from, JSON.stringify(move.nodes), move.by],
    );
    return row?.id ?? null;
  }

  /** Holds the move. */
  async stateOf(
    scope: Scope,
    { journeyId, id, sql }: { journeyId: string; id: string; sql: Sql },
  ): Promise<JourneyMove['state'] | null> {
    const [row] = await sql.query<{ state: JourneyMove['state'] }>(
      'select state from run_moves where workspace_id = $1 and journey_id = $2 and id = $3 for update',
      [scope.workspaceId, journeyId, id],
    );
    return row?.state ?? null;
  }

  /** The versions that a move takes people from, with the formats of their programs. */
  async fromOf(scope: Scope, { id, sql }: { id: string; sql: Sql }): Promise<{ number: number; format: number }[]> {
    return sql.query<{ number: number; format: number }>(
      `select v.number, p.format
       from run_moves m
       join journey_versions v on v.workspace_id = m.workspace_id and v.id = any(m.from_versions)
       join programs p on p.workspace_id = v.workspace_id and p.hash = v.program_hash
       where m.workspace_id = $1 and m.id = $2
         and exists (
           select 1 from moved_runs r
           where r.workspace_id = m.workspace_id and r.move_id = m.id and r.version_id = v.id and r.state = 'moved'
         )`,
      [scope.workspaceId, id],
    );
  }

  /** Whether another move of the journey began after this one, or is under way. */
  async isLatest(scope: Scope, { journeyId, id, sql }: { journeyId: string; id: string; sql: Sql }): Promise<boolean> {
    const [row] = await sql.query<{ id: string }>(
      `select id from run_moves where workspace_id = $1 and journey_id = $2 order by created_at desc, id desc limit 1`,
      [scope.workspaceId, journeyId],
    );
    return row?.id === id;
  }

  async setState(
    scope: Scope,
    { id, state, sql }: { id: string; state: JourneyMove['state']; sql: Sql },
  ): Promise<void> {
    await sql.query(
      `update run_moves set state = $3, worked_at = '-infinity',
         settled_at = case when $3 in ('moving', 'taking-back') then null else now() end
       where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id, state],
    );
  }
}
