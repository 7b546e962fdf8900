import { Injectable } from '@nestjs/common';
import type { ConnectionHealth } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { slowedTo } from '../rates/index.js';
import type { CircuitState } from './circuits.js';

export type HealthCount = { workspaceId: string; connectionId: string; minute: Date; sent: number; failed: number };
export type HealthState = {
  workspaceId: string;
  connectionId: string;
  state: CircuitState;
  since: Date;
  okAt: Date | null;
};
export type HealthError = {
  workspaceId: string;
  connectionId: string;
  at: Date;
  class: string;
  status: number | null;
  message: string;
  count: number;
};
type HealthRow = Omit<ConnectionHealth, 'since' | 'lastOkAt' | 'errors'> & {
  connectionId: string;
  since: Date | null;
  lastOkAt: Date | null;
  errors: ConnectionHealth['errors'] | null;
};

const errorsKept = 20;

@Injectable()
export class HealthRepository {
  constructor(private readonly database: Database) {}

  /**
   * Adds what was counted since the last time. Rows of connections that are gone meanwhile are left out. Without scope:
   * senders serve all workspaces, and each row says which.
   */
  async add({
    counts,
    states,
    errors,
  }: {
    counts: HealthCount[];
    states: HealthState[];
    errors: HealthError[];
  }): Promise<void> {
    await this.database.query(
      `insert into connection_health (workspace_id, connection_id, minute, sent, failed)
       select n.workspace_id, n.connection_id, n.minute, n.sent, n.failed
       from unnest(
         $1::uuid[], $2::uuid[], $3::timestamptz[], $4::int[], $5::int[]
       ) as n (workspace_id, connection_id, minute, sent, failed)
       join connections c on c.workspace_id = n.workspace_id and c.id = n.connection_id
       order by 1, 2, 3
       on conflict (workspace_id, connection_id, minute)
       do update set sent = connection_health.sent + excluded.sent, failed = connection_health.failed + excluded.failed`,
      [
        counts.map(({ workspaceId }) => workspaceId),
        counts.map(({ connectionId }) => connectionId),
        counts.map(({ minute }) => minute),
        counts.map(({ sent }) => sent),
        counts.map(({ failed }) => failed),
      ],
    );
    await this.database.query(
      `insert into connection_states (workspace_id, connection_id, state, since, last_ok_at)
       select n.workspace_id, n.connection_id, n.state, n.since, n.ok_at
       from unnest(
         $1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[]
       ) as n (workspace_id, connection_id, state, since, ok_at)
       join connections c on c.workspace_id = n.workspace_id and c.id = n.connection_id
       order by 1, 2
       on conflict (workspace_id, connection_id)
       do update set state = excluded.state,
         since = case
           when connection_states.state = excluded.state then connection_states.since
           else excluded.since
         end,
         last_ok_at = greatest(connection_states.last_ok_at, excluded.last_ok_at)`,
      [
        states.map(({ workspaceId }) => workspaceId),
        states.map(({ connectionId }) => connectionId),
        states.map(({ state }) => state),
        states.map(({ since }) => since),
        states.map(({ okAt }) => okAt),
      ],
    );
    if (errors.length === 0) return;
    await this.database.query(
      `with added as (
         insert into connection_errors (workspace_id, connection_id, at, class, status, message, count)
         select n.workspace_id, n.connection_id, n.at, n.class, n.status, n.message, n.count
         from unnest(
           $1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::int[], $6::text[], $7::int[]
         ) as n (workspace_id, connection_id, at, class, status, message, count)
         join connections c on c.workspace_id = n.workspace_id and c.id = n.connection_id
         returning workspace_id, connection_id
       )
       delete from connection_errors e
       using (select distinct workspace_id, connection_id from added) a
       where e.workspace_id = a.workspace_id and e.connection_id = a.connection_id and e.id < (
         select k.id
         from connection_errors k
         where k.workspace_id = a.workspace_id and k.connection_id = a.connection_id
         order by k.id desc
         offset ${errorsKept}
         limit 1
       )`,
      [
        errors.map(({ workspaceId }) => workspaceId),
        errors.map(({ connectionId }) => connectionId),
        errors.map(({ at }) => at),
        errors.map((error) => error.class),
        errors.map(({ status }) => status),
        errors.map(({ message }) => message),
        errors.map(({ count }) => count),
      ],
    );
  }

  /** Of every connection, by its id. */
  async of(scope: Scope): Promise<Map<string, ConnectionHealth>> {
    const rows = await this.database.query<HealthRow>(
      `select c.id as "connectionId", coalesce(s.state, 'unknown') as state, ${slowedTo('b', 'now()')} as "slowedTo", s.since, s.last_ok_at as "lastOkAt",
         coalesce(h.sent, 0)::int as "sent24h", coalesce(h.failed, 0)::int as "failed24h",
         coalesce(h.last_minute, 0)::int as "perMinute",
         (
           select jsonb_agg(
             jsonb_build_object('at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
               'class', e.class, 'status', e.status, 'message', e.message, 'count', e.count)
             order by e.id desc
           )
           from connection_errors e
           where e.workspace_id = c.workspace_id and e.connection_id = c.id
         ) as errors
       from connections c
       left join rate_buckets b on b.workspace_id = c.workspace_id and b.kind = 'connection' and b.name = c.id::text
       left join connection_states s on s.workspace_id = c.workspace_id and s.connection_id = c.id
       left join lateral (
         select sum(sent) as sent, sum(failed) as failed,
           sum(sent) filter (where minute = date_trunc('minute', now()) - interval '1 minute') as last_minute
         from connection_health
         where workspace_id = c.workspace_id and connection_id = c.id and minute > now() - interval '24 hours'
       ) h on true
       where c.workspace_id = $1`,
      [scope.workspaceId],
    );
    return new Map(
      rows.map(({ connectionId, since, lastOkAt, errors, ...rest }) => [
        connectionId,
        {
          ...rest,
          since: since?.toISOString() ?? null,
          lastOkAt: lastOkAt?.toISOString() ?? null,
          errors: errors ?? [],
        },
      ]),
    );
  }
}
