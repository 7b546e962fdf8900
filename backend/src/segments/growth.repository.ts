import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

export type DayRow = { day: string; entered: number; left: number; size: number };

/** How many come and go, by the calendar of the workspace. */
@Injectable()
export class GrowthRepository {
  constructor(private readonly database: Database) {}

  /** The days up to today, the oldest first; those on which nothing happened too, from when the segment was made. */
  async days(scope: Scope, { segmentId, days }: { segmentId: string; days: number }): Promise<DayRow[]> {
    return this.database.query<DayRow>(
      `with segment as (
         select s.size, (s.created_at at time zone w.time_zone)::date as since, (now() at time zone w.time_zone)::date as today
         from segments s join workspaces w on w.id = s.workspace_id
         where s.workspace_id = $1 and s.id = $2
       )
       select to_char(d.day, 'YYYY-MM-DD') as day, coalesce(k.entered, 0) as entered, coalesce(k.gone, 0) as "left",
         case when d.day = s.today then s.size else coalesce(
           k.size,
           (
             select b.size from segment_days b
             where b.workspace_id = $1 and b.segment_id = $2 and b.day < d.day order by b.day desc limit 1
           ),
           0
         ) end as size
       from segment s
       cross join lateral (
         select generate_series(greatest(s.since, s.today - ($3::int - 1)), s.today, interval '1 day')::date as day
       ) d
       left join segment_days k on k.workspace_id = $1 and k.segment_id = $2 and k.day = d.day
       order by d.day`,
      [scope.workspaceId, segmentId, days],
    );
  }

  /**
   * Adds up what came and went, at most so many rows at once; how many there were. One process at a time. Without
   * scope: rows of all workspaces; each is added to its own.
   */
  async rollUp(limit: number): Promise<number> {
    return this.database.transaction(async (sql) => {
      const [held] = await sql.query<{ held: boolean }>('select pg_try_advisory_xact_lock(7236027) as held');
      if (!held!.held) return 0;
      const taken = await sql.query<{ id: string }>('select id from segment_deltas order by id limit $1', [limit]);
      if (taken.length === 0) return 0;
      const ids = taken.map(({ id }) => id);
      // In the order in which merges and erasures hold them.
      await sql.query(
        `select 1 from segments
         where (workspace_id, id) in (select workspace_id, segment_id from segment_deltas where id = any($1::bigint[]))
         order by workspace_id, id
         for no key update`,
        [ids],
      );
      await sql.query(
        `with taken as (
           delete from segment_deltas where id = any($1::bigint[])
           returning workspace_id, segment_id, at, entered, gone, size
         ), sums as (
           select t.workspace_id, t.segment_id, (t.at at time zone w.time_zone)::date as day,
             sum(t.entered)::int as entered, sum(t.gone)::int as gone, sum(t.size)::int as size
           from taken t join workspaces w on w.id = t.workspace_id
           group by 1, 2, 3
         ), sizes as (
           update segments s set size = greatest(0, s.size + d.size)
           from (select workspace_id, segment_id, sum(size)::int as size from sums group by 1, 2) d
           where s.workspace_id = d.workspace_id and s.id = d.segment_id
           returning s.workspace_id, s.id, s.size
         ), ends as (
           -- A day ends with what the later ones have not added yet.
           select d.*, late.late, upto.size as upto, case when late.late then upto.size + coalesce(
               (
                 select k.size from segment_days k
                 where k.workspace_id = d.workspace_id and k.segment_id = d.segment_id and k.day < d.day
                 order by k.day desc limit 1
               ), 0
             ) else s.size - coalesce(
               (
                 select sum(o.size) from sums o
                 where o.workspace_id = d.workspace_id and o.segment_id = d.segment_id and o.day > d.day
               ), 0
             )::int end as at_end
           from sums d
           join sizes s on s.workspace_id = d.workspace_id and s.id = d.segment_id
           cross join lateral (
             select exists (
               select 1 from segment_days k
               where k.workspace_id = d.workspace_id and k.segment_id = d.segment_id and k.day > d.day
             ) as late
           ) late
           -- What comes late at once of earlier days is in this one too.
           cross join lateral (
             select sum(o.size)::int as size from sums o
             where o.workspace_id = d.workspace_id and o.segment_id = d.segment_id and o.day <= d.day
           ) upto
         ), later as (
           -- What comes late of a day is in all days after it.
           update segment_days k set size = k.size + l.size
           from (
             select k.workspace_id, k.segment_id, k.day, sum(d.size)::int as size
             from sums d
             join segment_days k on k.workspace_id = d.workspace_id and k.segment_id = d.segment_id and k.day > d.day
             where not exists (
               select 1 from sums o
               where o.workspace_id = k.workspace_id and o.segment_id = k.segment_id and o.day = k.day
             )
             group by 1, 2, 3
           ) l
           where k.workspace_id = l.workspace_id and k.segment_id = l.segment_id and k.day = l.day
         )
         insert into segment_days as k (workspace_id, segment_id, day, entered, gone, size)
           select workspace_id, segment_id, day, entered, gone, at_end
           from ends
           order by 1, 2, 3
           on conflict (workspace_id, segment_id, day) do update
             set entered = k.entered + excluded.entered, gone = k.gone + excluded.gone,
               size = case when (
                 select late from ends e
                 where e.workspace_id = k.workspace_id and e.segment_id = k.segment_id and e.day = k.day
               ) then k.size + (
                 select e.upto from ends e
                 where e.workspace_id = k.workspace_id and e.segment_id = k.segment_id and e.day = k.day
               ) else excluded.size end`,
        [ids],
      );
      return ids.length;
    });
  }
}
