import { Injectable } from '@nestjs/common';
import type { Rule } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { Parameters, peopleSql, settingsForMany } from '../rules/index.js';

export type ActiveBuild = {
  workspace_id: string;
  segment_id: string;
  segment_name: string;
  generation: number;
  rule: Rule;
  state: 'waiting' | 'building' | 'telling';
  tell: boolean;
  cursor: string | null;
  attempts: number;
  /** People who have been looked at. */
  done: number;
  /** Of a segment that is kept by hand: people are put into it as it is. */
  manual: boolean;
  /** The generation that members are of. */
  present: number;
  /** The generation whose differences are told. */
  telling: number | null;
};
export type Difference = { id: string; demo: boolean; entered: boolean };
/** `into`: who they are now; null when they were erased. */
type Gone = { id: string; into: string | null };
type OfBuild = { sql: Sql; build: ActiveBuild };

/** Before all others. */
export const firstId = '00000000-0000-0000-0000-000000000000';

/** What the builder asks of the database; each chunk is a transaction with the row of its build locked. */
@Injectable()
export class BuilderRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /**
   * A build that is due and that nobody is at, the oldest of its segment. They take turns: a large one holds up nobody
   * by more than a chunk. Without scope: of any workspace.
   */
  async next({ at }: { at: Date }): Promise<ActiveBuild | null> {
    const [row] = await this.database.query<ActiveBuild>(
      `select b.workspace_id, b.segment_id, s.name as segment_name, b.generation, b.rule, b.state, b.tell, b.cursor,
         b.attempts, b.done, s.telling, s.rule is null as manual, s.generation as present
       from segment_builds b
       join segments s on s.workspace_id = b.workspace_id and s.id = b.segment_id
       where b.state in ('waiting', 'building', 'telling') and (b.not_before is null or b.not_before <= $1)
         and not exists (
           select 1 from segment_builds o
           where o.workspace_id = b.workspace_id and o.segment_id = b.segment_id and o.generation < b.generation
             and o.state in ('waiting', 'building', 'telling')
         )
       order by b.worked_at nulls first, b.created_at, b.segment_id
       limit 1
       for update of b skip locked`,
      [at],
    );
    return row ?? null;
  }

  /** The same build once more, locked, as it is now; null when it is in another state, or somebody else is at it. Without scope:
   * the build names its workspace. */
  async hold({ sql, build }: OfBuild): Promise<ActiveBuild | null> {
    const [row] = await sql.query<{ cursor: string | null; telling: number | null }>(
      `select b.cursor, s.telling
       from segment_builds b
       join segments s on s.workspace_id = b.workspace_id and s.id = b.segment_id
       where b.workspace_id = $1 and b.segment_id = $2 and b.generation = $3 and b.state = $4
       for update of b skip locked`,
      [...ofBuild(build), build.state],
    );
    return row ? { ...build, ...row } : null;
  }

  async begin(scope: Scope, { sql, build }: OfBuild): Promise<void> {
    await sql.query(
      `update segment_builds set state = 'building', cursor = null, done = 0, error = null, attempts = 0,
         worked_at = clock_timestamp(),
         total = (select count(*) from profiles where workspace_id = $1 and merged_into is null and not test)
       where workspace_id = $1 and segment_id = $2 and generation = $3`,
      ofBuild(build, scope),
    );
  }

  /** The next people, in the order of their ids; empty when all have been looked at. */
  async people(scope: Scope, { sql, build, limit }: OfBuild & { limit: number }): Promise<string[]> {
    const rows = await sql.query<{ id: string }>(
      `select id from profiles
       where workspace_id = $1 and id > $2 and merged_into is null and not test order by id limit $3`,
      [scope.workspaceId, build.cursor ?? firstId, limit],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Those of a range (after the cursor, up to `last`) for whom the rule holds are in; whoever was evaluated meanwhile
   * stays as that said. Who is in by the present rule is so since then.
   */
  async fill(scope: Scope, { sql, build, last, at }: OfBuild & { last: string; at: number }): Promise<void> {
    const parameters = new Parameters([...ofBuild(build, scope), build.cursor ?? firstId, last, new Date(at)]);
    const rule = peopleSql({ rule: build.rule, at, profile: 'p', parameters, workspaceId: scope.workspaceId });
    await sql.send(
      settingsForMany(rule)
        .map((setting) => `set local ${setting}`)
        .join('; '),
    );
    await sql.query(
      `insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since)
       select $1, $2, $3, p.id, coalesce(m.since, $6)
       from profiles p
       left join segment_members m on m.workspace_id = $1 and m.segment_id = $2 and m.profile_id = p.id
       where p.workspace_id = $1 and p.id > $4 and p.id <= $5 and p.merged_into is null and not p.test and (${rule})
       order by p.id
       on conflict do nothing`,
      parameters.values,
      { assembled: true },
    );
  }

  /** The same for people whose answers are known already, with the time at which each can become another one. */
  async put(
    scope: Scope,
    { sql, build, at, members, due }: OfBuild & { at: number; members: string[]; due: { id: string; at: Date }[] },
  ): Promise<void> {
    const place = ofBuild(build, scope);
    await sql.query(
      `insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since)
       select $1, $2, $3, t.id, coalesce(m.since, $5)
       from unnest($4::uuid[]) as t (id)
       left join segment_members m on m.workspace_id = $1 and m.segment_id = $2 and m.profile_id = t.id
       order by t.id
       on conflict do nothing`,
      [...place, members, new Date(at)],
    );
    await sql.query(
      `insert into segment_due (workspace_id, segment_id, generation, profile_id, lane, at)
       select $1, $2, $3, t.id, change_lane(t.id), t.at from unnest($4::uuid[], $5::timestamptz[]) as t (id, at)
       order by t.id
       on conflict do nothing`,
      [...place, due.map(({ id }) => id), due.map((each) => each.at)],
    );
  }

  async advance(scope: Scope, { sql, build, last, count }: OfBuild & { last: string; count: number }): Promise<void> {
    await sql.query(
      `update segment_builds set cursor = $4, done = done + $5, total = greatest(total, done + $5), error = null,
         attempts = 0, worked_at = clock_timestamp()
       where workspace_id = $1 and segment_id = $2 and generation = $3`,
      [...ofBuild(build, scope), last, count],
    );
  }

  /**
   * Puts those of a range for whom the rule holds into a segment that is kept by hand; those who were not in before.
   */
  async add(scope: Scope, { sql, build, last, at }: OfBuild & { last: string; at: number }): Promise<string[]> {
    const parameters = new Parameters([
      scope.workspaceId,
      build.segment_id,
      build.cursor ?? firstId,
      last,
      new Date(at),
    ]);
    const rule = peopleSql({ rule: build.rule, at, profile: 'p', parameters, workspaceId: scope.workspaceId });
    const rows = await sql.query<{ id: string }>(
      `insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since)
       select $1, $2, s.generation, p.id, $5
       from profiles p
       join segments s on s.workspace_id = $1 and s.id = $2
       where p.workspace_id = $1 and p.id > $3 and p.id <= $4 and p.merged_into is null and not p.test and (${rule})
       order by p.id
       on conflict do nothing
       returning profile_id as id`,
      parameters.values,
      { assembled: true },
    );
    return rows.map(({ id }) => id);
  }

  /** Everybody is in a segment that is kept by hand. */
  async end(scope: Scope, { sql, build }: OfBuild): Promise<void> {
    await sql.query(
      `update segment_builds set state = 'done', cursor = null, finished_at = now()
       where workspace_id = $1 and segment_id = $2 and generation = $3 and state = 'building'`,
      ofBuild(build, scope),
    );
  }

  /**
   * Lets PostgreSQL know of a generation that was filled at once: it would take it for empty for a minute, sort a million
   * rows for each of the next steps, and look for people through the index by since. Without scope: statistics are of the table.
   */
  async learn(): Promise<void> {
    await this.database.query('analyze segment_memberships');
  }

  /**
   * People who were merged away or erased while they were looked at, of whom a chunk has left something: whoever did that
   * did not see it yet. Of the next `limit` rows from `after` on; `last`: how far that is (null at the end). `into`: whom
   * they are now. Whoever is merged or erased from now on takes along what lies there.
   */
  async gone(
    scope: Scope,
    { sql, build, after, limit }: OfBuild & { after: string; limit: number },
  ): Promise<{ gone: Gone[]; last: string | null }> {
    // Looks into the primary keys, whatever is known of how many rows there are: a generation is filled at once.
    const [row] = await sql.query<{ gone: Gone[]; last: string | null }>(
      `select case when count(*) = $5 then max(n.profile_id::text) end as last,
         coalesce(
           jsonb_agg(jsonb_build_object('id', n.profile_id, 'into', s.id))
             filter (where p.id is null or p.merged_into is not null),
           '[]'
         ) as gone
       from (
         select profile_id from segment_memberships
         where workspace_id = $1 and segment_id = $2 and generation = $3 and profile_id > $4
         order by workspace_id, segment_id, generation, profile_id limit $5
       ) n
       left join lateral (
         select id, merged_into from profiles where workspace_id = $1 and id = n.profile_id offset 0
       ) p on true
       left join lateral (
         select id from profiles
         where workspace_id = $1 and id = p.merged_into and merged_into is null and not test offset 0
       ) s on true`,
      [...filled(scope, build), after, limit],
    );
    return row!;
  }

  /** Deletes what is left of people; of how many there was something. */
  async drop(scope: Scope, { sql, build, ids }: OfBuild & { ids: string[] }): Promise<number> {
    const rows = await sql.query(
      `with locked as materialized (
         select profile_id from segment_memberships
         where workspace_id = $1 and segment_id = $2 and generation = $3 and profile_id = any($4::uuid[])
         order by profile_id
         for update
       )
       delete from segment_memberships m using locked l
       where m.workspace_id = $1 and m.segment_id = $2 and m.generation = $3 and m.profile_id = l.profile_id
       returning 1`,
      [...filled(scope, build), ids],
    );
    return rows.length;
  }

  /**
   * From its commit on the members are those of the build. No sizes are rolled up meanwhile, and who merges or erases
   * members waits, or is waited for (`for share` of the segment), so that each is counted once.
   */
  async swap(scope: Scope, { sql, build }: OfBuild): Promise<{ size: number }> {
    const place = ofBuild(build, scope);
    await sql.query('select pg_advisory_xact_lock(7236027)');
    await sql.query('select 1 from segments where workspace_id = $1 and id = $2 for no key update', place.slice(0, 2));
    // What came and went before is in the size that is counted now.
    await sql.query(
      'update segment_deltas set size = 0 where workspace_id = $1 and segment_id = $2',
      place.slice(0, 2),
    );
    const [row] = await sql.query<{ size: number }>(
      `update segments s set telling = s.generation, generation = $3, live_rule = $4, size = (
         select count(*) from segment_memberships m
         where m.workspace_id = $1 and m.segment_id = $2 and m.generation = $3 and m.member
       )
       where s.workspace_id = $1 and s.id = $2
       returning s.size`,
      [...place, JSON.stringify(build.rule)],
    );
    await sql.query(
      `update segment_builds set state = 'telling', cursor = null, worked_at = clock_timestamp()
       where workspace_id = $1 and segment_id = $2 and generation = $3`,
      place,
    );
    return row!;
  }

  /** Whether a generation has no rows: that of a segment that is built for the first time. */
  async isEmpty(scope: Scope, { sql, build, generation }: OfBuild & { generation: number }): Promise<boolean> {
    const rows = await sql.query(
      'select 1 from segment_memberships where workspace_id = $1 and segment_id = $2 and generation = $3 limit 1',
      [scope.workspaceId, build.segment_id, generation],
    );
    return rows.length === 0;
  }

  /** Whether anybody hears of memberships of the segment. */
  async isWatched(scope: Scope, { sql, segmentId }: { sql: Sql; segmentId: string }): Promise<boolean> {
    const rows = await sql.query(
      `select 1 from change_watches where workspace_id = $1 and what = 'segment' and name in ($2, '*') limit 1`,
      [scope.workspaceId, segmentId],
    );
    return rows.length > 0;
  }

  /**
   * The next who are in by one of the two generations only, in the order of their ids: of the next `looked` rows of
   * each, so that it is not long where hardly anything differs. `upTo`: how far that is; null is the end.
   */
  async differences(
    scope: Scope,
    { sql, build, limit, looked }: OfBuild & { limit: number; looked: number },
  ): Promise<{ differences: Difference[]; upTo: string | null }> {
    const values = [...ofBuild(build, scope), build.telling, build.cursor ?? firstId];
    const last = (generation: string) => `(
      select profile_id from segment_memberships
      where workspace_id = $1 and segment_id = $2 and generation = ${generation} and profile_id > $5
      order by profile_id offset $6 limit 1
    )`;
    const [bound] = await sql.query<{ last: string | null }>(`select least(${last('$3')}, ${last('$4')}) as last`, [
      ...values,
      looked - 1,
    ]);
    const only = (here: string, there: string, entered: boolean) => `
      (
        select m.profile_id, ${entered} as entered from segment_memberships m
        where m.workspace_id = $1 and m.segment_id = $2 and m.generation = ${here} and m.member and m.profile_id > $5
          and ($7::uuid is null or m.profile_id <= $7)
          and not exists (
            select 1 from segment_memberships o
            where o.workspace_id = $1 and o.segment_id = $2 and o.generation = ${there} and o.profile_id = m.profile_id
              and o.member offset 0
          )
        order by m.profile_id limit $6
      )`;
    const differences = await sql.query<Difference>(
      `select d.profile_id as id, d.entered, coalesce(p.demo, false) as demo
       from (${only('$3', '$4', true)} union all ${only('$4', '$3', false)} order by 1 limit $6) d
       left join profiles p on p.workspace_id = $1 and p.id = d.profile_id
       order by d.profile_id`,
      [...values, limit, bound!.last],
    );
    return { differences, upTo: differences.length === limit ? differences.at(-1)!.id : bound!.last };
  }

  /** They have been told: by the generation before they are what they are now, and those who came in did so now. */
  async settle(
    scope: Scope,
    { sql, build, differences, at }: OfBuild & { differences: Difference[]; at: Date },
  ): Promise<void> {
    const entered = differences.filter((each) => each.entered).map(({ id }) => id);
    const left = differences.filter((each) => !each.entered).map(({ id }) => id);
    const values = [...ofBuild(build, scope)];
    await sql.query(
      `insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since)
       select $1, $2, $3, id, $5 from unnest($4::uuid[]) as t (id) order by id
       on conflict (workspace_id, segment_id, generation, profile_id) do update set member = true`,
      [values[0], values[1], build.telling, entered, at],
    );
    await sql.query(
      `update segment_memberships set since = $5
       where workspace_id = $1 and segment_id = $2 and generation = $3 and profile_id = any($4::uuid[])`,
      [...values, entered, at],
    );
    await sql.query(
      `delete from segment_memberships
       where workspace_id = $1 and segment_id = $2 and generation = $3 and profile_id = any($4::uuid[])`,
      [values[0], values[1], build.telling, left],
    );
  }

  /** Everybody has been told. */
  async finish(scope: Scope, { sql, build }: OfBuild): Promise<void> {
    const place = ofBuild(build, scope);
    await sql.query('update segments set telling = null where workspace_id = $1 and id = $2', place.slice(0, 2));
    await sql.query(
      `update segment_builds set state = 'done', cursor = null, finished_at = now()
       where workspace_id = $1 and segment_id = $2 and generation = $3`,
      place,
    );
    // What only said that somebody is not in.
    await sql.query(
      `delete from segment_memberships
       where workspace_id = $1 and segment_id = $2 and generation = $3 and not member`,
      place,
    );
    await sql.query('insert into segment_clearings (workspace_id, segment_id, generation) values ($1, $2, $3)', [
      ...place.slice(0, 2),
      build.telling,
    ]);
  }

  /** It did not come off: it is tried again later, and its segment says why. */
  async failed(
    scope: Scope,
    { build, error, until, given }: { build: ActiveBuild; error: string; until: Date; given: boolean },
  ): Promise<void> {
    await this.database.query(
      `update segment_builds set error = $4, attempts = attempts + 1, not_before = $5,
         state = case when $6 and state <> 'telling' then 'failed' else state end
       where workspace_id = $1 and segment_id = $2 and generation = $3 and state in ('waiting', 'building', 'telling')`,
      [...ofBuild(build, scope), error, until, given],
    );
  }

  /** Deletes some rows that nobody needs any more; false when there are none. Without scope: of any workspace. */
  async clear(limit: number): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      const [job] = await sql.query<{
        ctid: string;
        workspace_id: string;
        segment_id: string;
        generation: number | null;
      }>(
        'select ctid::text, workspace_id, segment_id, generation from segment_clearings limit 1 for update skip locked',
      );
      if (!job) return false;
      let count = 0;
      for (const table of ['segment_memberships', 'segment_due'])
        count += (
          await sql.query(
            `delete from ${table} where ctid = any(array(
               select ctid from ${table}
               where workspace_id = $1 and segment_id = $2 and ($3::int is null or generation = $3) limit $4
             )) returning 1`,
            [job.workspace_id, job.segment_id, job.generation, limit],
          )
        ).length;
      if (count === 0) await sql.query('delete from segment_clearings where ctid = $1::tid', [job.ctid]);
      return true;
    });
  }
}

function ofBuild(
  build: ActiveBuild,
  { workspaceId }: Scope = { workspaceId: build.workspace_id },
): [string, string, number] {
  return [workspaceId, build.segment_id, build.generation];
}

/** Where a build puts people: a copy into the members that there are. */
function filled(scope: Scope, build: ActiveBuild): [string, string, number] {
  return [scope.workspaceId, build.segment_id, build.manual ? build.present : build.generation];
}
