import { Injectable } from '@nestjs/common';
import { largestNumber } from '@wend/contract';
import type { JourneySettings, Program, PublishMoves } from '@wend/contract';
import { Database, rowOf } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { JourneyVersionEntity } from './journey-version.entity.js';
import type { ControlState } from './journey.repository.js';

export type NewVersion = Pick<
  JourneyVersionEntity,
  'journeyId' | 'number' | 'graph' | 'expanded' | 'programHash' | 'entries' | 'publishedBy'
> & { program: Program; note?: string | null; inside?: PublishMoves['people'] | null };

export type ListedVersion = {
  number: number;
  published_at: Date;
  published_by: string | null;
  note: string | null;
  inside: PublishMoves['people'] | null;
  people: number;
};

/** Published versions, their programs, who may come in, and whether runs may go on. */
@Injectable()
export class VersionRepository {
  constructor(private readonly database: Database) {}

  find(
    scope: Scope,
    { journeyId, number }: { journeyId: string; number: number },
  ): Promise<JourneyVersionEntity | null> {
    return this.database
      .repository(JourneyVersionEntity)
      .findOneBy({ workspaceId: scope.workspaceId, journeyId, number });
  }

  /** Published versions, newest first, those before `before` only; with who is in each now, test runs apart. */
  list(
    scope: Scope,
    { journeyId, before, limit }: { journeyId: string; before: number | null; limit: number },
  ): Promise<ListedVersion[]> {
    return this.database.query<ListedVersion>(
      `select v.number, v.published_at, v.published_by, v.note, v.inside, (
           select count(*)::int
           from enrollments e
           where e.workspace_id = $1 and e.version_id = v.id and e.ended_at is null and e.origin <> 'test'
         ) as people
        from journey_versions v
        where v.workspace_id = $1 and v.journey_id = $2 and v.number < $3
        order by v.number desc limit $4`,
      [scope.workspaceId, journeyId, before ?? largestNumber, limit],
    );
  }

  /** What was chosen for people inside when the version of that number was published. */
  async chosen(
    scope: Scope,
    { journeyId, number, sql = this.database }: { journeyId: string; number: number | null; sql?: Pick<Sql, 'query'> },
  ): Promise<PublishMoves['people'] | null> {
    const [row] = await sql.query<{ inside: PublishMoves['people'] | null }>(
      'select inside from journey_versions where workspace_id = $1 and journey_id = $2 and number = $3',
      [scope.workspaceId, journeyId, number],
    );
    return row?.inside ?? null;
  }

  /** What was chosen for people inside when it was published once more without a change. */
  async choose(
    scope: Scope,
    { id, inside, sql }: { id: string; inside: PublishMoves['people']; sql: Sql },
  ): Promise<void> {
    await sql.query('update journey_versions set inside = $3 where workspace_id = $1 and id = $2', [
      scope.workspaceId,
      id,
      inside,
    ]);
  }

  /** The program of a version by its number, or null where there is none. */
  async programOf(
    scope: Scope,
    { journeyId, number, sql = this.database }: { journeyId: string; number: number | null; sql?: Pick<Sql, 'query'> },
  ): Promise<Program | null> {
    if (number === null) return null;
    const [row] = await sql.query<{ program: Program }>(
      `select p.program
        from journey_versions v
        join programs p on p.workspace_id = v.workspace_id and p.hash = v.program_hash
        where v.workspace_id = $1 and v.journey_id = $2 and v.number = $3`,
      [scope.workspaceId, journeyId, number],
    );
    return row?.program ?? null;
  }

  /** Which of these segments are in use. Nobody can archive them until the transaction ends. */
  async segmentsInUse(scope: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const rows = await sql.query<{ id: string }>(
      `select id::text from segments
        where workspace_id = $1 and id::text = any($2::text[]) and archived_at is null
        order by id for share`,
      [scope.workspaceId, ids],
    );
    return new Set(rows.map((row) => row.id));
  }

  /** Which of these are journeys of the workspace. */
  async journeysAmong(scope: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const rows = await sql.query<{ id: string }>(
      'select id::text from journeys where workspace_id = $1 and id::text = any($2::text[])',
      [scope.workspaceId, ids],
    );
    return new Set(rows.map((row) => row.id));
  }

  /** Which of these are keys of topics, also of archived ones: what people said of them holds. */
  async topicsAmong(scope: Scope, { sql, keys }: { sql: Sql; keys: string[] }): Promise<Set<string>> {
    if (keys.length === 0) return new Set();
    const rows = await sql.query<{ key: string }>(
      'select key from topics where workspace_id = $1 and key = any($2::text[])',
      [scope.workspaceId, keys],
    );
    return new Set(rows.map(({ key }) => key));
  }

  /** The version of that number, if it has this graph, this program and these ways in. */
  async sameAs(
    scope: Scope,
    {
      version,
      sql = this.database,
    }: {
      version: Pick<NewVersion, 'journeyId' | 'number' | 'graph' | 'programHash' | 'entries'>;
      sql?: Pick<Sql, 'query'>;
    },
  ): Promise<{ id: string; number: number } | null> {
    const [row] = await sql.query<{ id: string; number: number }>(
      `select id, number
        from journey_versions
        where workspace_id = $1
          and journey_id = $2
          and number = $3
          and program_hash = $4
          and graph = $5::jsonb
          and entries = $6::jsonb`,
      [
        scope.workspaceId,
        version.journeyId,
        version.number,
        version.programHash,
        JSON.stringify(version.graph),
        JSON.stringify(version.entries),
      ],
    );
    return row ?? null;
  }

  /** It is kept only while the journey is locked. */
  async nextNumber(
    scope: Scope,
    { journeyId, sql = this.database }: { journeyId: string; sql?: Pick<Sql, 'query'> },
  ): Promise<number> {
    const [row] = await sql.query<{ next: number }>(
      'select coalesce(max(number), 0) + 1 as next from journey_versions where workspace_id = $1 and journey_id = $2',
      [scope.workspaceId, journeyId],
    );
    return row!.next;
  }

  /** Stores the program, unless an equal one is there, and the version. Returns the version's id. */
  async insert(scope: Scope, { version, sql }: { version: NewVersion; sql: Sql }): Promise<string> {
    const { program, ...columns } = version;
    await sql.query(
      'insert into programs (workspace_id, hash, format, program) values ($1, $2, $3, $4) on conflict do nothing',
      [scope.workspaceId, columns.programHash, program.format, JSON.stringify(program)],
    );
    const { reentry } = columns.graph.settings;
    const row = rowOf<JourneyVersionEntity>({ ...columns, workspaceId: scope.workspaceId, reentry });
    const { identifiers } = await sql.repository(JourneyVersionEntity).insert(row);
    return identifiers[0]!['id'] as string;
  }

  /** From now on events of these names let people into this version, and into no other of the journey. */
  async openEntries(
    scope: Scope,
    { journeyId, versionId, events, sql }: { journeyId: string; versionId: string; events: string[]; sql: Sql },
  ): Promise<void> {
    await this.closeEntries(scope, { journeyId, sql });
    await sql.query(
      `insert into journey_entries (workspace_id, event_name, journey_id, version_id)
        select $1, name, $3, $4 from unnest($2::text[]) as name`,
      [scope.workspaceId, events, journeyId, versionId],
    );
  }

  async closeEntries(scope: Scope, { journeyId, sql }: { journeyId: string; sql: Sql }): Promise<void> {
    await sql.query('delete from journey_entries where workspace_id = $1 and journey_id = $2', [
      scope.workspaceId,
      journeyId,
    ]);
  }

  /**
   * How many may come in from now on. What was counted for the limits is counted anew when somebody next comes: who
   * enters holds the journey, and is in before or comes after.
   */
  async setLimits(
    scope: Scope,
    {
      sql,
      journeyId,
      settings: { limits, holdout },
    }: { sql: Sql; journeyId: string; settings: Pick<JourneySettings, 'limits' | 'holdout'> },
  ): Promise<void> {
    const stored = {
      ...limits,
      ...(holdout ? { holdoutPercent: holdout.percent } : {}),
      ...(holdout?.control ? { holdoutControl: true } : {}),
    };
    await sql.query('update journey_control set limits = $3 where workspace_id = $1 and journey_id = $2', [
      scope.workspaceId,
      journeyId,
      Object.keys(stored).length === 0 ? null : JSON.stringify(stored),
    ]);
    await sql.query('delete from entry_counts where workspace_id = $1 and journey_id = $2', [
      scope.workspaceId,
      journeyId,
    ]);
  }

  async controlState(
    scope: Scope,
    { journeyId, sql = this.database }: { journeyId: string; sql?: Pick<Sql, 'query'> },
  ): Promise<ControlState | null> {
    const [row] = await sql.query<{ state: ControlState }>(
      'select state from journey_control where workspace_id = $1 and journey_id = $2',
      [scope.workspaceId, journeyId],
    );
    return row?.state ?? null;
  }

  /**
   * Waits for the commits under way, which read the row FOR SHARE. A stop leaves the runs to the sweeper, which asks
   * them to end.
   */
  async setControl(
    scope: Scope,
    { journeyId, state, sql }: { journeyId: string; state: ControlState; sql: Sql },
  ): Promise<void> {
    await sql.query(
      `insert into journey_control (workspace_id, journey_id, state, ending) values ($1, $2, $3, $3 = 'stopped')
       on conflict (workspace_id, journey_id)
       do update set state = excluded.state, ending = excluded.ending, epoch = journey_control.epoch + 1,
         changed_at = now()`,
      [scope.workspaceId, journeyId, state],
    );
  }

  /** Tells the sweeper, when the transaction commits, that held runs of the journey may go on. */
  async notifyResume(scope: Scope, { journeyId, sql }: { journeyId: string; sql: Sql }): Promise<void> {
    await sql.query("select pg_notify('wend_resume', $1)", [
      JSON.stringify({ workspaceId: scope.workspaceId, journeyId }),
    ]);
  }
}
