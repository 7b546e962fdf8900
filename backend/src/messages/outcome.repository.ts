import { Injectable } from '@nestjs/common';
import type { Channel, MessageStatus } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

export type LockedMessage = {
  id: string; status: MessageStatus; channel: Channel; origin: 'live' | 'demo' | 'test'; enrollment_id: string; journey_id: string; version_id: string;
  node: string; visit: number; profile_id: string; run_offset_ms: string; clicked: string[];
};
export type MessageChange = { id: string; status: MessageStatus; reason: string | null; error: string | null; providerId: string | null; sentAt: Date | null };
export type MessageEventRow = { messageId: string; status: string; at: Date; detail: string | null };
export type StatDelta = { versionId: string; node: string; measure: string; at: Date };

@Injectable()
export class OutcomeRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /** Locks messages in the order of their ids. The profile is the run's, since profiles merge; `clicked` are links clicked before. */
  async lock(scope: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<LockedMessage[]> {
    return sql.query<LockedMessage>(
      `select m.id, m.status, m.channel, m.origin, m.enrollment_id, m.journey_id, m.version_id, m.node, m.visit, coalesce(e.profile_id, m.profile_id) as profile_id,
              case when m.origin = 'live' then 0 else coalesce(e.run_offset_ms, m.run_offset_ms) end as run_offset_ms,
              array(select coalesce(v.detail, '') from message_events v where v.workspace_id = $1 and v.message_id = m.id and v.status = 'clicked') as clicked
         from messages m left join enrollments e on e.workspace_id = m.workspace_id and e.id = m.enrollment_id
        where m.workspace_id = $1 and m.id = any($2::uuid[]) order by m.id for update of m`,
      [scope.workspaceId, ids],
    );
  }

  /** Writes new states and gives the leases back. */
  async change(scope: Scope, { sql, changes }: { sql: Sql; changes: MessageChange[] }): Promise<void> {
    if (changes.length === 0) return;
    await sql.query(
      `update messages m set status = c.status, reason = c.reason, error = c.error, provider_id = coalesce(c.provider_id, m.provider_id),
              sent_at = coalesce(m.sent_at, c.sent_at), lease_until = null, lease_owner = null
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[]) as c (id, status, reason, error, provider_id, sent_at)
        where m.workspace_id = $1 and m.id = c.id`,
      [scope.workspaceId, changes.map(({ id }) => id), changes.map(({ status }) => status), changes.map(({ reason }) => reason), changes.map(({ error }) => error), changes.map(({ providerId }) => providerId), changes.map(({ sentAt }) => sentAt)],
    );
  }

  async addEvents(scope: Scope, { sql, events }: { sql: Sql; events: MessageEventRow[] }): Promise<void> {
    if (events.length === 0) return;
    await sql.query(
      `insert into message_events (workspace_id, message_id, status, at, detail)
       select $1, t.message_id, t.status, t.at, t.detail from unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::text[]) with ordinality as t (message_id, status, at, detail, n) order by n`,
      [scope.workspaceId, events.map(({ messageId }) => messageId), events.map(({ status }) => status), events.map(({ at }) => at), events.map(({ detail }) => detail)],
    );
  }

  async addDeltas(scope: Scope, { sql, deltas }: { sql: Sql; deltas: StatDelta[] }): Promise<void> {
    if (deltas.length === 0) return;
    await sql.query(
      `insert into journey_stat_deltas (workspace_id, version_id, node, measure, hour, count)
       select $1, version_id, node, measure, date_trunc('hour', at), count(*)::int from unnest($2::uuid[], $3::text[], $4::text[], $5::timestamptz[]) as t (version_id, node, measure, at) group by 2, 3, 4, 5`,
      [scope.workspaceId, deltas.map(({ versionId }) => versionId), deltas.map(({ node }) => node), deltas.map(({ measure }) => measure), deltas.map(({ at }) => at)],
    );
  }
}
