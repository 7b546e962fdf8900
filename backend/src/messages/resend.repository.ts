import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

/** The first message of a visit that is to be sent again, and what decides whether it may be. */
export type First = {
  id: string;
  version_id: string;
  node: string;
  origin: 'live' | 'demo' | 'test';
  run_status: string | null;
  journey_state: string | null;
  run_offset_ms: string;
};
export type NewMessage = {
  first: string;
  number: number;
  request: string;
  /** Whose rendered content it takes; null to render it anew. */
  contentOf: string | null;
  detail: string;
};

/** Writes messages that are sent again. */
@Injectable()
export class ResendRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /** For each message that there is, the first of its visit. */
  async firstsOf(scope: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<Map<string, string>> {
    const rows = await sql.query<{ id: string; first: string }>(
      'select id, coalesce(resend_of, id) as first from messages where workspace_id = $1 and id = any($2::uuid[])',
      [scope.workspaceId, ids],
    );
    return new Map(rows.map(({ id, first }) => [id, first]));
  }

  async firsts(scope: Scope, { sql, ids }: { sql: Sql; ids: string[] }): Promise<First[]> {
    return sql.query<First>(
      `select m.id, m.version_id, m.node, m.origin, e.status as run_status, c.state as journey_state,
              case when m.origin = 'live' then 0 else coalesce(e.run_offset_ms, m.run_offset_ms) end as run_offset_ms
         from messages m
         left join enrollments e on e.workspace_id = m.workspace_id and e.id = m.enrollment_id
         left join journey_control c on c.workspace_id = m.workspace_id and c.journey_id = m.journey_id
        where m.workspace_id = $1 and m.id = any($2::uuid[])`,
      [scope.workspaceId, ids],
    );
  }

  /** Messages that a request has made already, by the first of their visit. */
  async madeBy(
    scope: Scope,
    { sql, firsts, request }: { sql: Sql; firsts: string[]; request: string },
  ): Promise<Map<string, string>> {
    const rows = await sql.query<{ id: string; resend_of: string }>(
      `select id, resend_of from messages
        where workspace_id = $1 and resend_of = any($2::uuid[]) and resend_request = $3`,
      [scope.workspaceId, firsts, request],
    );
    return new Map(rows.map((row) => [row.resend_of, row.id]));
  }

  /** Queues messages as the first of their visits was queued, for the person the run belongs to now. */
  async insert(scope: Scope, { sql, messages }: { sql: Sql; messages: NewMessage[] }): Promise<Map<string, string>> {
    if (messages.length === 0) return new Map();
    const firsts = messages.map(({ first }) => first);
    const rows = await sql.query<{ id: string; first: string }>(
      `with asked as (
         select * from unnest($2::uuid[], $3::int[], $4::uuid[], $5::uuid[], $6::text[])
           as t (first, number, request, content_of, detail)
       ), made as (
         insert into messages (
           workspace_id, enrollment_id, journey_id, version_id, profile_id, node, visit, channel, origin, data,
             content, queued_at, run_offset_ms, resend_of, resend_number, resend_request, connection_id
         )
         select m.workspace_id, m.enrollment_id, m.journey_id, m.version_id, coalesce(e.profile_id, m.profile_id),
           m.node, m.visit, m.channel, m.origin, m.data, s.content,
           now() + case when m.origin = 'live' then 0 else coalesce(e.run_offset_ms, m.run_offset_ms) end
             * interval '1 millisecond',
           m.run_offset_ms, m.id, a.number, a.request, s.connection_id
         from asked a
         join messages m on m.workspace_id = $1 and m.id = a.first
         left join enrollments e on e.workspace_id = $1 and e.id = m.enrollment_id
         left join messages s on s.workspace_id = $1 and s.id = a.content_of
         returning id, resend_of, queued_at
       ), told as (
         insert into message_events (workspace_id, message_id, status, at, detail)
         select $1, made.id, 'queued', made.queued_at, a.detail from made join asked a on a.first = made.resend_of
       ), counted as (
         update messages m set resends = m.resends + 1 from asked a where m.workspace_id = $1 and m.id = a.first
       )
       select id, resend_of as first from made`,
      [
        scope.workspaceId,
        firsts,
        messages.map(({ number }) => number),
        messages.map(({ request }) => request),
        messages.map(({ contentOf }) => contentOf),
        messages.map(({ detail }) => detail),
      ],
    );
    return new Map(rows.map(({ id, first }) => [first, id]));
  }
}
