import { Injectable } from '@nestjs/common';
import type { FeedbackEvent } from '@wend/node-sdk';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { HeardMessage } from '../channels/index.js';

export type FoundMessage = HeardMessage & { providerId: string | null; connectionId: string | null };
/** A callback that no message is known for yet. */
export type Waiting = {
  workspaceId: string;
  id: string;
  connectionId: string;
  event: StoredEvent;
  late: boolean;
};
/** As JSON has it. */
export type StoredEvent = Omit<FeedbackEvent, 'at'> & { at?: string };
type Sent = { connectionId: string; provider: string };

/** So long a callback may come before its message. */
const waitedFor = `interval '24 hours'`;

@Injectable()
export class FeedbackRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /**
   * The messages that these ids name. Those of the provider are looked for among what went out by the connection, and
   * by others of the same provider: several connections of one account may share an address to call.
   */
  find(
    scope: Scope,
    { ids, providerIds, provider }: Pick<Sent, 'provider'> & { ids: string[]; providerIds: string[] },
  ): Promise<FoundMessage[]> {
    return this.database.query<FoundMessage>(
      `select m.id, m.provider_id as "providerId", m.connection_id as "connectionId", m.channel, m.origin, m.recipient,
         coalesce(p.merged_into, p.id) as "profileId"
       from (
         select id, provider_id, connection_id, channel, origin, recipient, profile_id
         from messages
         where workspace_id = $1 and id = any($2::uuid[]) and provider = $4
         union
         select id, provider_id, connection_id, channel, origin, recipient, profile_id
         from messages
         where workspace_id = $1 and provider_id = any($3::text[]) and connection_id is not null and provider = $4
       ) m
       left join profiles p on p.workspace_id = $1 and p.id = m.profile_id`,
      [scope.workspaceId, ids, providerIds, provider],
    );
  }

  /** Writes down that these events were taken; returns those that were not before. */
  async see(
    scope: Scope,
    { sql, connectionId, ids }: { sql: Sql; connectionId: string; ids: string[] },
  ): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const rows = await sql.query<{ id: string }>(
      `insert into feedback_seen (workspace_id, connection_id, event_id)
       select $1, $2, id from unnest($3::text[]) as n (id) order by id
       on conflict do nothing
       returning event_id as id`,
      [scope.workspaceId, connectionId, ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Keeps callbacks for messages that are not known yet. */
  async park(
    scope: Scope,
    { sql, connectionId, events }: { sql: Sql; connectionId: string; events: FeedbackEvent[] },
  ): Promise<void> {
    if (events.length === 0) return;
    await sql.query(
      `insert into feedback_waiting (workspace_id, connection_id, provider_id, event, due_at)
       select $1, $2, n.provider_id, n.event, now() + interval '500 milliseconds'
       from unnest($3::text[], $4::jsonb[]) as n (provider_id, event)`,
      [
        scope.workspaceId,
        connectionId,
        events.map(({ providerId }) => providerId),
        events.map((event) => JSON.stringify(event)),
      ],
    );
  }

  /**
   * Takes callbacks whose next look is due, for a growing time; whoever dies meanwhile leaves them to the next. Without
   * scope: it is the worker's queue.
   */
  claim(limit: number): Promise<Waiting[]> {
    return this.database.query<Waiting>(
      `update feedback_waiting w
       set tries = w.tries + 1, due_at = now() + least(600, power(2, least(w.tries, 10))) * interval '1 second'
       from (
         select workspace_id, id from feedback_waiting where due_at <= now() order by due_at limit $1 for update skip locked
       ) due
       where w.workspace_id = due.workspace_id and w.id = due.id
       returning w.workspace_id as "workspaceId", w.id::text, w.connection_id as "connectionId", w.event,
         w.received_at < now() - ${waitedFor} as late`,
      [limit],
    );
  }

  async forget(scope: Scope, ids: string[], sql: Sql = this.database): Promise<void> {
    if (ids.length === 0) return;
    await sql.query('delete from feedback_waiting where workspace_id = $1 and id = any($2::bigint[])', [
      scope.workspaceId,
      ids,
    ]);
  }

  /** Into a message's history, once each. Its state stays. Complaints are counted for those who look at how sending goes. */
  async note(
    scope: Scope,
    {
      sql,
      messageId,
      status,
      at,
      detail,
    }: { sql: Sql; messageId: string; status: string; at: Date; detail: string | null },
  ): Promise<void> {
    await sql.query(
      `with noted as (
         insert into message_events (workspace_id, message_id, status, at, detail)
         select $1, $2, $3, $4, $5
         where not exists (
           select 1 from message_events where workspace_id = $1 and message_id = $2 and status = $3
         )
         returning message_id
       )
       insert into delivery_deltas (workspace_id, journey_id, connection_id, channel, complained)
       select $1, m.journey_id, m.connection_id, m.channel, 1
       from noted
       join messages m on m.workspace_id = $1 and m.id = noted.message_id
       where m.origin = 'live' and $3 = 'complained'`,
      [scope.workspaceId, messageId, status, at, detail],
    );
  }
}
