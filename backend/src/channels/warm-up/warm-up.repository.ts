import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import type { Scope, Sql } from '../../platform/database/index.js';

export type WarmUpRow = {
  connectionId: string;
  startPerDay: number;
  growthPercent: number;
  mostPerDay: number;
  transactionalPasses: boolean;
  /** YYYY-MM-DD, as `today`. */
  startedOn: string;
  today: string;
  /** How many days ago it started. */
  day: number;
  /** When the next day begins where the workspace is. */
  tomorrow: Date;
};
type DayOf = { connectionId: string; day: string };

@Injectable()
export class WarmUpRepository {
  constructor(private readonly database: Database) {}

  /** Those of a workspace, with the day that it is there. */
  async list(scope: Scope, now: Date, sql: Sql = this.database): Promise<WarmUpRow[]> {
    return sql.query<WarmUpRow>(
      `select u.connection_id as "connectionId", u.start_per_day as "startPerDay",
         u.growth_percent as "growthPercent", u.most_per_day as "mostPerDay",
         u.transactional_passes as "transactionalPasses", u.started_on::text as "startedOn", t.today::text as today,
         t.today - u.started_on as day, (t.today + 1)::timestamp at time zone w.time_zone as tomorrow
       from workspaces w
       cross join lateral (select ($2::timestamptz at time zone w.time_zone)::date as today) t
       join warm_ups u on u.workspace_id = $1
       where w.id = $1`,
      [scope.workspaceId, now],
    );
  }

  async save(
    scope: Scope,
    {
      sql,
      now,
      restart,
      ...plan
    }: Pick<WarmUpRow, 'connectionId' | 'startPerDay' | 'growthPercent' | 'mostPerDay' | 'transactionalPasses'> & {
      sql: Sql;
      now: Date;
      restart: boolean;
    },
  ): Promise<void> {
    await sql.query(
      `insert into warm_ups as u (workspace_id, connection_id, start_per_day, growth_percent, most_per_day,
         transactional_passes, started_on)
       select $1, $2, $3, $4, $5, $6, ($7::timestamptz at time zone w.time_zone)::date from workspaces w where w.id = $1
       on conflict (workspace_id, connection_id) do update set
         start_per_day = excluded.start_per_day,
         growth_percent = excluded.growth_percent,
         most_per_day = excluded.most_per_day,
         transactional_passes = excluded.transactional_passes,
         started_on = case when $8 then excluded.started_on else u.started_on end`,
      [
        scope.workspaceId,
        plan.connectionId,
        plan.startPerDay,
        plan.growthPercent,
        plan.mostPerDay,
        plan.transactionalPasses,
        now,
        restart,
      ],
    );
  }

  async remove(scope: Scope, { sql, connectionId }: { sql: Sql; connectionId: string }): Promise<boolean> {
    const rows = await sql.query(
      'delete from warm_ups where workspace_id = $1 and connection_id = $2 returning connection_id',
      [scope.workspaceId, connectionId],
    );
    return rows.length > 0;
  }

  /** Takes up to so many of a day that has a limit: how many there were. The row is locked: nobody gets the same. */
  async take(
    scope: Scope,
    { connectionId, day, wanted, limit }: DayOf & { wanted: number; limit: number },
  ): Promise<number> {
    const [row] = await this.database.query<{ granted: number }>(
      `insert into warm_up_days as d (workspace_id, connection_id, day, taken, granted)
       values ($1, $2, $3::date, least($4::int, $5::int), least($4::int, $5::int))
       on conflict (workspace_id, connection_id, day) do update set
         granted = greatest(0, least($4::int, $5::int - d.taken)),
         taken = d.taken + greatest(0, least($4::int, $5::int - d.taken))
       returning granted`,
      [scope.workspaceId, connectionId, day, wanted, limit],
    );
    return row!.granted;
  }

  async giveBack(scope: Scope, { connectionId, day, count }: DayOf & { count: number }): Promise<void> {
    await this.database.query(
      `update warm_up_days
        set taken = greatest(0, taken - $4)
        where workspace_id = $1 and connection_id = $2 and day = $3::date`,
      [scope.workspaceId, connectionId, day, count],
    );
  }

  async taken(scope: Scope, { connectionId, day }: DayOf): Promise<number> {
    const [row] = await this.database.query<{ taken: number }>(
      'select taken from warm_up_days where workspace_id = $1 and connection_id = $2 and day = $3::date',
      [scope.workspaceId, connectionId, day],
    );
    return row?.taken ?? 0;
  }
}
