import { Injectable } from '@nestjs/common';
import type { Channel, JsonObject, MessageDetail, MessageStatus } from '@wend/contract';
import { messageTitle } from '../content/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { displayName } from '../profiles/index.js';

type Row = {
  id: string; channel: Channel; status: MessageStatus; reason: string | null; error: string | null; attempts: number; next_attempt_at: Date; provider: string | null; recipient: string | null;
  content: Record<string, unknown> | null; profile_id: string; external_id: string | null; traits: JsonObject; journey_id: string; journey_name: string; enrollment_id: string;
  node: string; node_name: string | null; origin: MessageDetail['origin']; queued_at: Date; sent_at: Date | null;
  events: { status: string; at: string; detail: string | null }[];
};

/** Messages with what became of them, for a run or a person. */
@Injectable()
export class MessageReads {
  constructor(private readonly database: Database) {}

  ofRun(scope: Scope, enrollmentId: string): Promise<MessageDetail[]> {
    return this.select(scope, { where: 'm.enrollment_id = $2', order: 'm.queued_at, m.created_at', value: enrollmentId, limit: 500 });
  }

  ofProfile(scope: Scope, profileId: string): Promise<MessageDetail[]> {
    return this.select(scope, { where: 'm.profile_id = $2', order: 'm.queued_at desc', value: profileId, limit: 50 });
  }

  private async select(scope: Scope, { where, order, value, limit }: { where: string; order: string; value: string; limit: number }): Promise<MessageDetail[]> {
    const rows = await this.database.query<Row>(
      `select m.id, m.channel, m.status, m.reason, m.error, m.attempts, m.next_attempt_at, m.provider, m.recipient, m.content, m.profile_id, p.external_id, p.traits,
              m.journey_id, j.name as journey_name, m.enrollment_id, m.node, v.graph->'nodes'->m.node->>'name' as node_name, m.origin, m.queued_at, m.sent_at,
              coalesce((select jsonb_agg(jsonb_build_object('status', x.status, 'at', x.at, 'detail', x.detail) order by x.at, x.id) from message_events x where x.workspace_id = $1 and x.message_id = m.id), '[]') as events
         from messages m
         join profiles p on p.workspace_id = m.workspace_id and p.id = m.profile_id
         join journeys j on j.workspace_id = m.workspace_id and j.id = m.journey_id
         left join journey_versions v on v.workspace_id = m.workspace_id and v.id = m.version_id
        where m.workspace_id = $1 and ${where} order by ${order} limit ${limit}`,
      [scope.workspaceId, value],
    );
    return rows.map(detailOf);
  }
}

function detailOf(row: Row): MessageDetail {
  const nodeName = row.node_name ?? row.node;
  return {
    id: row.id, channel: row.channel, status: row.status, reason: row.reason, error: row.error, attempts: row.attempts,
    nextAttemptAt: row.status === 'queued' && row.attempts > 0 ? row.next_attempt_at.toISOString() : null,
    provider: row.provider, to: row.recipient, title: messageTitle(row.content, nodeName),
    profile: { id: row.profile_id, name: displayName({ traits: row.traits, externalId: row.external_id }) }, journey: { id: row.journey_id, name: row.journey_name },
    enrollmentId: row.enrollment_id, node: row.node, nodeName, origin: row.origin, queuedAt: row.queued_at.toISOString(), sentAt: row.sent_at?.toISOString() ?? null,
    content: row.content, events: row.events.map(({ status, at, detail }) => ({ status, at: new Date(at).toISOString(), detail })),
  };
}
