import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import type { Reading, Subject } from './kind.js';

/** Appended rows that are added up at once. */
const mostDeltas = 20_000;
/** Of a subject's latest failed messages so many are looked at for an error. */
const latestLooked = 200;

/** What alarms are measured by. */
@Injectable()
export class MeasureRepository {
  constructor(private readonly database: Database) {}

  /**
   * Adds up what senders have appended, by minute and by hour. True when there may be more. Two at once take different
   * rows. Without scope: senders serve all workspaces, and each row says which.
   */
  async rollUp(): Promise<boolean> {
    const counts = 'sum(tried)::int, sum(sent)::int, sum(failed)::int, sum(complained)::int';
    const added = (table: string): string =>
      ['tried', 'sent', 'failed', 'complained']
        .map((name) => `${name} = ${table}.${name} + excluded.${name}`)
        .join(', ');
    const into = (unit: 'minute' | 'hour'): string => {
      const table = `delivery_${unit}s`;
      return `insert into ${table} (workspace_id, ${unit}, journey_id, connection_id, channel, tried, sent, failed, complained)
        select workspace_id, date_trunc('${unit}', at), journey_id, connection_id, channel, ${counts}
        from taken
        group by 1, 2, 3, 4, 5
        order by 1, 2, 3, 4, 5
        on conflict (workspace_id, ${unit}, journey_id, connection_id, channel) do update set ${added(table)}`;
    };
    const [row] = await this.database.query<{ taken: number }>(
      `with taken as (
         delete from delivery_deltas d
         using (select id from delivery_deltas order by id limit ${mostDeltas} for update skip locked) t
         where d.id = t.id
         returning d.workspace_id, d.journey_id, d.channel, d.at, d.tried, d.sent, d.failed, d.complained,
           coalesce(d.connection_id, '00000000-0000-0000-0000-000000000000') as connection_id
       ), minutes as (${into('minute')}), hours as (${into('hour')})
       select count(*)::int as taken from taken`,
    );
    return (row?.taken ?? 0) === mostDeltas;
  }

  /** Without scope: alarms are looked for in all workspaces at once, and each row says which. */
  async readings<Figures>(statement: string, values: unknown[]): Promise<Reading<Figures>[]> {
    return this.database.query<Reading<Figures> & Record<string, unknown>>(statement, values);
  }

  /** What a message of a subject failed by last, within a day; null when none of the latest says so. */
  async lastError(scope: Scope, { journeyId, connectionId }: Omit<Subject, 'workspaceId'>): Promise<string | null> {
    const [row] = await this.database.query<{ error: string }>(
      journeyId === null
        ? `select coalesce(
             (
               select latest.error
               from (
                 select m.error, m.connection_id
                 from messages m
                 where m.workspace_id = $1 and m.status = 'failed' and m.queued_at > now() - interval '1 day'
                 order by m.queued_at desc, m.id
                 limit ${latestLooked}
               ) latest
               where latest.connection_id = $2 and latest.error is not null
               limit 1
             ),
               (
                 select e.message
                 from connection_errors e
                 where e.workspace_id = $1 and e.connection_id = $2 and e.at > now() - interval '1 day'
                 order by e.id desc
                 limit 1
               )
           ) as error`
        : `select latest.error
           from unnest(array['failed', 'bounced']) as state
           cross join lateral (
             select m.error, m.queued_at
             from messages m
             where m.workspace_id = $1
               and m.journey_id = $2
               and m.status = state
               and m.status in ('failed', 'bounced', 'suppressed', 'unknown')
               and m.queued_at > now() - interval '1 day'
               and m.origin = 'live'
               and m.error is not null
             order by m.queued_at desc
             limit 1
           ) latest
           order by latest.queued_at desc
           limit 1`,
      [scope.workspaceId, journeyId ?? connectionId],
    );
    return row?.error ?? null;
  }
}
