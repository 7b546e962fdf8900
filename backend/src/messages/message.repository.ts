import { Injectable } from '@nestjs/common';
import type { Channel, JsonObject, MessageDetail, MessageStatus } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { cursorTime, decodeCursor, likePattern, pageOf } from '../profiles/index.js';

export type MessageRow = {
  id: string; channel: Channel; status: MessageStatus; reason: string | null; error: string | null; attempts: number; next_attempt_at: Date; provider: string | null; recipient: string | null;
  /** In lists only what a title is made of. */
  content: Record<string, unknown> | null;
  profile_id: string; external_id: string | null; traits: JsonObject | null; journey_id: string; journey_name: string | null; enrollment_id: string;
  node: string; node_name: string | null; origin: MessageDetail['origin']; queued_at: Date; sent_at: Date | null;
};
export type MessageHistoryRow = { status: string; at: Date; detail: string | null };
export type MessageFilter = { channel?: Channel | undefined; status?: MessageStatus | undefined; journeyId?: string | undefined; node?: string | undefined; test?: 'true' | 'false' | undefined; search?: string | undefined };

const columns = `m.id, m.channel, m.status, m.reason, m.error, m.attempts, m.next_attempt_at, m.provider, m.recipient, m.profile_id, p.external_id, p.traits,
  m.journey_id, j.name as journey_name, m.enrollment_id, m.node, v.graph #>> array['nodes', m.node, 'name'] as node_name, m.origin, m.queued_at, m.sent_at`;
const joins = `from messages m
  left join profiles p on p.workspace_id = m.workspace_id and p.id = m.profile_id
  left join journeys j on j.workspace_id = m.workspace_id and j.id = m.journey_id
  left join journey_versions v on v.workspace_id = m.workspace_id and v.id = m.version_id`;
const titleParts = `case when m.content is not null then jsonb_build_object('subject', m.content->'subject', 'title', m.content->'title', 'text', case when m.content ? 'html' then null else left(m.content->>'text', 200) end, 'method', m.content->'method', 'url', m.content->'url') end as content`;

@Injectable()
export class MessageRepository {
  constructor(private readonly database: Database) {}

  /** Newest first; `search` looks in the address, the title and the person's name and e-mail. */
  async list(scope: Scope, { cursor, limit, ...filter }: MessageFilter & { cursor?: string | undefined; limit: number }): Promise<{ rows: MessageRow[]; next: string | null }> {
    const after = decodeCursor(cursor);
    const term = filter.search?.trim();
    const rows = await this.database.query<MessageRow & { cursor: string }>(
      `select ${columns}, ${titleParts}, ${cursorTime('m.queued_at')} as cursor ${joins}
        where m.workspace_id = $1
          and ($2::timestamptz is null or m.queued_at < $2 or (m.queued_at = $2 and m.id > $3::uuid))
          and ($4::text is null or m.channel = $4) and ($5::text is null or m.status = $5) and ($6::uuid is null or m.journey_id = $6) and ($7::text is null or m.node = $7)
          and ($8::boolean is null or (m.origin = 'test') = $8)
          and ($9::text is null or m.recipient ilike $9 or m.content->>'subject' ilike $9 or m.content->>'title' ilike $9 or m.content->>'text' ilike $9 or m.content->>'url' ilike $9
               or p.traits->>'name' ilike $9 or p.traits->>'email' ilike $9 or p.external_id ilike $9
               or concat_ws(' ', coalesce(p.traits->>'first_name', p.traits->>'firstName'), coalesce(p.traits->>'last_name', p.traits->>'lastName')) ilike $9)
        order by m.queued_at desc, m.id limit $10`,
      [
        scope.workspaceId, after?.at ?? null, after?.id ?? null, filter.channel ?? null, filter.status ?? null, filter.journeyId ?? null, filter.node ?? null,
        filter.test === undefined ? null : filter.test === 'true', term ? likePattern(term) : null, limit + 1,
      ],
    );
    return pageOf(rows, limit);
  }

  async find(scope: Scope, id: string): Promise<MessageRow | null> {
    const [row] = await this.database.query<MessageRow>(`select ${columns}, m.content ${joins} where m.workspace_id = $1 and m.id = $2`, [scope.workspaceId, id]);
    return row ?? null;
  }

  async history(scope: Scope, id: string): Promise<MessageHistoryRow[]> {
    return this.database.query<MessageHistoryRow>('select status, at, detail from message_events where workspace_id = $1 and message_id = $2 order by id limit 500', [scope.workspaceId, id]);
  }

  async profile(scope: Scope, id: string): Promise<{ id: string; external_id: string | null; traits: JsonObject } | null> {
    const [row] = await this.database.query<{ id: string; external_id: string | null; traits: JsonObject }>('select id, external_id, traits from profiles where workspace_id = $1 and id = $2 and merged_into is null', [scope.workspaceId, id]);
    return row ?? null;
  }
}
