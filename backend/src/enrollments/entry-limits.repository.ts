import type { Scope, Sql } from '../platform/database/index.js';
import type { Candidate, StoredLimits } from './candidate.js';

/** Who is in a journey, and who came. `dayOf`: the day of the workspace's zone that a time (ms) lies in. */
export type Places = {
  workspaceId: string;
  total: number;
  inside: number;
  days: Map<string, number>;
  dayOf: (at: number) => string;
};

/** The period of all that ever came in. */
const all = 'all';
/** The control group takes no places. */
const live = `origin <> 'test' and e.control is not true`;

/** Holds the places of journeys until the transaction ends. Without scope: the ids of journeys are their own. */
export async function lockLimits(sql: Sql, journeyIds: string[]): Promise<void> {
  await sql.query(
    `select pg_advisory_xact_lock(k)
      from (select distinct hashtextextended('limits/' || t, 0) as k from unnest($1::text[]) t order by 1) locks`,
    [journeyIds],
  );
}

/** `journey/cause` of those who came in before. Without scope: every candidate names its workspace. */
export async function knownCauses(sql: Sql, candidates: readonly Candidate[]): Promise<Set<string>> {
  const rows = await sql.query<{ known: string }>(
    `select c.journey_id || '/' || coalesce(c.event_id::text, c.cause) as known
      from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) as c(workspace_id, journey_id, event_id, cause)
      where exists (
          select 1 from enrollments e
          where e.workspace_id = c.workspace_id and e.journey_id = c.journey_id and e.entry_event_id = c.event_id
        )
        or exists (
          select 1 from enrollments e
          where e.workspace_id = c.workspace_id and e.journey_id = c.journey_id and e.entry_cause = c.cause
        )`,
    [
      candidates.map(({ entry }) => entry.workspace_id),
      candidates.map(({ entry }) => entry.journey_id),
      candidates.map(({ cause }) => ('event' in cause ? cause.event : null)),
      candidates.map(({ cause }) => ('name' in cause ? cause.name : null)),
    ],
  );
  return new Set(rows.map(({ known }) => known));
}

/**
 * Whether people were held out when they first came to a journey while it had a holdout, by `journey/person`; those who
 * came to none are not in it. Without scope: every candidate names its workspace.
 */
export async function earlierParts(sql: Sql, candidates: readonly Candidate[]): Promise<Map<string, boolean>> {
  if (candidates.length === 0) return new Map();
  const rows = await sql.query<{ who: string; held: boolean }>(
    `select c.journey_id || '/' || c.profile_id as who, coalesce(o.at < t.at, t.at is null) as held
      from (select distinct * from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as c(workspace_id, journey_id, profile_id)) c
      cross join lateral (
        select min(h.first_at) as at from holdouts h
        where h.workspace_id = c.workspace_id and h.journey_id = c.journey_id and h.profile_id = c.profile_id
      ) o
      cross join lateral (
        select min(e.entered_at) as at from enrollments e
        where e.workspace_id = c.workspace_id and e.journey_id = c.journey_id and e.profile_id = c.profile_id
          and e.origin <> 'test' and e.control = false
      ) t
      where o.at is not null or t.at is not null`,
    [
      candidates.map(({ entry }) => entry.workspace_id),
      candidates.map(({ entry }) => entry.journey_id),
      candidates.map(({ profileId }) => profileId),
    ],
  );
  return new Map(rows.map(({ who, held }) => [who, held]));
}

/**
 * What the limits are held against. Who came in is counted once, and then kept (`countIn`); who is in is counted, up to
 * the limit. The journey's places must be locked.
 */
export async function placesOf(
  scope: Scope,
  { sql, journeyId, limits, times }: { sql: Sql; journeyId: string; limits: StoredLimits; times: number[] },
): Promise<Places> {
  const dates = await sql.query<{ at: number; day: string }>(
    `select at::float8, to_char(to_timestamp(at / 1000) at time zone w.time_zone, 'YYYY-MM-DD') as day
      from workspaces w cross join unnest($2::float8[]) at
      where w.id = $1`,
    [scope.workspaceId, [...new Set(times)]],
  );
  const byTime = new Map(dates.map(({ at, day }) => [at, day]));
  const dayOf = (at: number): string => byTime.get(at) ?? '';
  const days = new Map<string, number>();
  if (limits.perDay !== undefined)
    for (const day of new Set(byTime.values())) days.set(day, await counted(scope, { sql, journeyId, period: day }));
  return {
    workspaceId: scope.workspaceId,
    total: limits.total === undefined ? 0 : await counted(scope, { sql, journeyId, period: all }),
    inside: limits.atOnce === undefined ? 0 : await inside(scope, { sql, journeyId, most: limits.atOnce }),
    days,
    dayOf,
  };
}

/** Adds those who came in. Only what is counted already is: the first look counts them by itself. */
export async function countIn(
  scope: Scope,
  { sql, journeyId, taken }: { sql: Sql; journeyId: string; places: Places; taken: ReadonlyMap<string, number> },
): Promise<void> {
  const total = [...taken.values()].reduce((sum, each) => sum + each, 0);
  await sql.query(
    `update entry_counts c set count = c.count + n.count
      from unnest($3::text[], $4::bigint[]) as n(period, count)
      where c.workspace_id = $1 and c.journey_id = $2 and c.period = n.period`,
    [scope.workspaceId, journeyId, [...taken.keys(), all], [...taken.values(), total]],
  );
}

async function counted(
  scope: Scope,
  { sql, journeyId, period }: { sql: Sql; journeyId: string; period: string },
): Promise<number> {
  const values = [scope.workspaceId, journeyId, period];
  const [kept] = await sql.query<{ count: number }>(
    `select count::float8 from entry_counts where workspace_id = $1 and journey_id = $2 and period = $3`,
    values,
  );
  if (kept) return kept.count;
  // Nobody enters by run time later than they were stored, but for skipped time, which test runs alone have: those of a
  // day are among the rows stored since it began. The hours before it are for clocks that show midnight twice.
  const ofDay = `
        and e.created_at >= (
          select $3::date::timestamp at time zone time_zone - interval '3 hours' from workspaces where id = $1
        )
        and to_char(e.entered_at at time zone w.time_zone, 'YYYY-MM-DD') = $3`;
  const [row] = await sql.query<{ count: number }>(
    `insert into entry_counts (workspace_id, journey_id, period, count)
      select $1, $2, $3::text, count(*)
      from enrollments e, workspaces w
      where e.workspace_id = $1 and e.journey_id = $2 and e.${live} and w.id = $1${period === all ? '' : ofDay}
      returning count::float8`,
    values,
  );
  return row?.count ?? 0;
}

async function inside(
  scope: Scope,
  { sql, journeyId, most }: { sql: Sql; journeyId: string; most: number },
): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `select count(*)::int as count from (
       select 1
       from journey_versions v
       cross join lateral (
         select 1 from enrollments e
         where e.workspace_id = v.workspace_id and e.version_id = v.id and e.ended_at is null and e.${live}
         limit $3
       ) run
       where v.workspace_id = $1 and v.journey_id = $2
       limit $3
     ) inside`,
    [scope.workspaceId, journeyId, most],
  );
  return row?.count ?? 0;
}
