import { Injectable } from '@nestjs/common';
import type { GoesOn, JourneyMove } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { cursorTime, decodeCursor, pageOf } from '../profiles/index.js';
import type { VersionInside } from './publish-moves.js';

type MoveRow = Omit<JourneyMove, 'createdAt' | 'settledAt' | 'takeBackUntil'> & {
  cursor: string;
  createdAt: Date;
  settledAt: Date | null;
  takeBackUntil: Date | null;
};

/**
 * So many days after a move was done or stopped people can be taken back; its rows are kept for longer (`upkeep`), so
 * that the list goes on telling what became of it.
 */
export const takeBackDays = 30;
/** So many runs of each reason why people were not moved are named. */
const fewRuns = 5;

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
  ) as people,
  (
    select coalesce(
      jsonb_agg(
        jsonb_build_object('reason', u.reason, 'people', u.people, 'runs', to_jsonb(u.runs)) order by u.people desc, u.reason
      ), '[]'
    )
    from (
      select r.reason, count(*)::int as people, (array_agg(r.enrollment_id order by r.told_at))[:${fewRuns}] as runs
      from moved_runs r
      where r.workspace_id = m.workspace_id and r.move_id = m.id and r.state in ('stayed', 'went-on') and r.reason is not null
      group by r.reason
    ) u
  ) as unmoved,
  case
    when m.state in ('moved', 'stopped')
      and m.settled_at > now() - interval '${takeBackDays} days'
      and not exists (
        select 1 from run_moves later
        where later.workspace_id = m.workspace_id and later.journey_id = m.journey_id
          and (later.created_at, later.id) > (m.created_at, m.id)
      )
      and exists (
        select 1 from moved_runs r where r.workspace_id = m.workspace_id and r.move_id = m.id and r.state = 'moved'
      )
      then m.settled_at + interval '${takeBackDays} days'
  end as "takeBackUntil"
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

  async versions(scope: Scope, { journeyId, sql }: { journeyId: string; sql: Sql }): Promise<VersionInside[]> {
    return sql.query<VersionInside>(
      `select v.id, v.number, p.program
       from journey_versions v
       join programs p on p.workspace_id = v.workspace_id and p.hash = v.program_hash
       where v.workspace_id = $1 and v.journey_id = $2 order by v.number`,
      [scope.workspaceId, journeyId],
    );
  }

  /** Versions that people are in, with their programs; not this one. */
  async inside(
    scope: Scope,
    {
      journeyId,
      except = null,
      sql = this.database,
    }: { journeyId: string; except?: string | null; sql?: Pick<Sql, 'query'> },
  ): Promise<VersionInside[]> {
    return sql.query<VersionInside>(
      `select v.id, v.number, p.program
       from journey_versions v
       join programs p on p.workspace_id = v.workspace_id and p.hash = v.program_hash
       where v.workspace_id = $1 and v.journey_id = $2 and v.number is not null and v.id is distinct from $3::uuid
         and exists (
           select 1 from enrollments e
           where e.workspace_id = $1 and e.version_id = v.id and e.ended_at is null and e.origin <> 'test'
         )
       order by v.number`,
      [scope.workspaceId, journeyId, except],
    );
  }

  /** The move of a journey that is under way. */
  async underWay(scope: Scope, journeyId: string): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(
      `select id from run_moves where workspace_id = $1 and journey_id = $2 and state in ('moving', 'taking-back')`,
      [scope.workspaceId, journeyId],
    );
    return row?.id ?? null;
  }

  /** Who has stood at each step for longer than so many seconds. */
  async longer(
    scope: Scope,
    { versionIds, nodes }: { versionIds: string[]; nodes: { node: string; seconds: number }[] },
  ): Promise<Map<string, number>> {
    if (nodes.length === 0) return new Map();
    const rows = await this.database.query<{ node: string; people: number }>(
      `select e.node, count(*)::int as people
        from unnest($3::text[], $4::float8[]) as waits (node, seconds)
        join enrollments e on e.workspace_id = $1 and e.version_id = any($2::uuid[]) and e.node = waits.node
          and e.ended_at is null and e.origin <> 'test'
          and e.node_since <= now() - make_interval(secs => waits.seconds)
        group by e.node`,
      [scope.workspaceId, versionIds, nodes.map(({ node }) => node), nodes.map(({ seconds }) => seconds)],
    );
    return new Map(rows.map(({ node, people }) => [node, people]));
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

  /** Whether the move was done or stopped so long ago that nobody is taken back any more. */
  async isLongAgo(scope: Scope, { id, sql }: { id: string; sql: Sql }): Promise<boolean> {
    const rows = await sql.query(
      `select 1 from run_moves
       where workspace_id = $1 and id = $2 and settled_at < now() - interval '${takeBackDays} days'`,
      [scope.workspaceId, id],
    );
    return rows.length > 0;
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
