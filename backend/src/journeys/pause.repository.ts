import { Injectable } from '@nestjs/common';
import type { JourneyPause, OverduePolicy, Program } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

type InJourney = { sql: Sql; journeyId: string };
type PauseRow = {
  overdue: OverduePolicy;
  started_at: Date;
  started_by: string | null;
  resumed_at: Date | null;
  resumed_by: string | null;
  per_minute: number | null;
};
type HeldRow = { runs: number; entering: number; oldest: Date | null };
type KeptRow = { messages: number; superseded: number; oldest: Date | null };

/** Pauses of journeys: what was said of them, and what they hold. */
@Injectable()
export class PauseRepository {
  constructor(private readonly database: Database) {}

  async begin(
    scope: Scope,
    { sql, journeyId, overdue, by }: InJourney & { overdue: OverduePolicy; by: string },
  ): Promise<void> {
    await sql.query(
      'insert into journey_pauses (workspace_id, journey_id, overdue, started_by) values ($1, $2, $3, $4)',
      [scope.workspaceId, journeyId, overdue, by],
    );
  }

  /** Says anew what becomes of what falls due in the pause that is on; what was said before, null where it is the same. */
  async change(
    scope: Scope,
    { sql, journeyId, overdue }: InJourney & { overdue: OverduePolicy },
  ): Promise<OverduePolicy | null> {
    const [row] = await sql.query<{ overdue: OverduePolicy }>(
      `update journey_pauses p
       set overdue = $3
       from journey_pauses before
       where p.workspace_id = $1
         and p.journey_id = $2
         and p.resumed_at is null
         and p.overdue <> $3
         and before.workspace_id = p.workspace_id
         and before.id = p.id
       returning before.overdue`,
      [scope.workspaceId, journeyId, overdue],
    );
    return row?.overdue ?? null;
  }

  /** Ends the pause that is on, if one is. */
  async end(
    scope: Scope,
    { sql, journeyId, by, perMinute }: InJourney & { by: string | null; perMinute: number | null },
  ): Promise<void> {
    await sql.query(
      `update journey_pauses
       set resumed_at = clock_timestamp(), resumed_by = $3, per_minute = $4,
         paced_at = clock_timestamp() - interval '1 minute' / $4::int
       where workspace_id = $1 and journey_id = $2 and resumed_at is null`,
      [scope.workspaceId, journeyId, by, perMinute],
    );
  }

  async latest(scope: Scope, { journeyId }: { journeyId: string }): Promise<PauseRow | null> {
    const [row] = await this.database.query<PauseRow>(
      `select overdue, started_at, started_by, resumed_at, resumed_by, per_minute
       from journey_pauses
       where workspace_id = $1 and journey_id = $2
       order by started_at desc
       limit 1`,
      [scope.workspaceId, journeyId],
    );
    return row ?? null;
  }

  async held(scope: Scope, { journeyId }: { journeyId: string }): Promise<JourneyPause['held']> {
    const values = [scope.workspaceId, journeyId];
    const [[runs], [messages]] = await Promise.all([
      this.database.query<HeldRow>(
        `select count(*)::int as runs, count(*) filter (where step = 0)::int as entering,
           min(coalesce(node_since, entered_at)) as oldest
         from enrollments
         where workspace_id = $1 and journey_id = $2 and held and ended_at is null`,
        values,
      ),
      this.database.query<KeptRow>(
        `select count(*)::int as messages, (count(*) - count(distinct profile_id))::int as superseded,
           min(queued_at) as oldest
         from messages
         where workspace_id = $1 and journey_id = $2 and parked`,
        values,
      ),
    ]);
    return {
      runs: runs!.runs,
      entering: runs!.entering,
      messages: messages!.messages,
      superseded: messages!.superseded,
      oldestMessage: messages!.oldest?.toISOString() ?? null,
      oldestRun: runs!.oldest?.toISOString() ?? null,
    };
  }

  /** Runs that wait for a time or for events, and that no pause holds. */
  async waiting(scope: Scope, { journeyId }: { journeyId: string }): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count
       from journey_versions v
       join enrollments e on e.workspace_id = v.workspace_id and e.version_id = v.id
       where v.workspace_id = $1
         and v.journey_id = $2
         and e.ended_at is null
         and e.node is not null
         and not e.held
         and e.origin <> 'test'`,
      [scope.workspaceId, journeyId],
    );
    return row!.count;
  }

  /** The programs of versions that people are in. */
  async programsInside(
    scope: Scope,
    { journeyId }: { journeyId: string },
  ): Promise<{ version: string; program: Program }[]> {
    return this.database.query<{ version: string; program: Program }>(
      `select v.id as version, p.program
       from journey_versions v
       join programs p on p.workspace_id = v.workspace_id and p.hash = v.program_hash
       where v.workspace_id = $1
         and v.journey_id = $2
         and exists (
           select 1 from enrollments e where e.workspace_id = $1 and e.version_id = v.id and e.ended_at is null
         )`,
      [scope.workspaceId, journeyId],
    );
  }

  /** Runs that wait for a time at these steps of versions. */
  async timed(scope: Scope, { places }: { places: { version: string; node: string }[] }): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `select count(*)::int as count
       from unnest($2::uuid[], $3::text[]) as place (version, node)
       join enrollments e on e.workspace_id = $1 and e.version_id = place.version and e.node = place.node
       where e.ended_at is null
         and e.origin = 'live'
         and exists (select 1 from timers t where t.workspace_id = $1 and t.enrollment_id = e.id)`,
      [scope.workspaceId, places.map(({ version }) => version), places.map(({ node }) => node)],
    );
    return row!.count;
  }
}
