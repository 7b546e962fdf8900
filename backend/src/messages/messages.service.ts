import { Injectable } from '@nestjs/common';
import type { MessageDetail, MessageSummary } from '@wend/contract';
import { messageTitle } from '../content/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { displayName } from '../profiles/index.js';
import { MessageRepository } from './message.repository.js';
import type { MessageFilter, MessageRow } from './message.repository.js';
import { OutcomesService } from './outcomes.service.js';

const readable = ['sent', 'delivered', 'opened', 'clicked'];

/** The Outbox: every message with what became of it. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly repository: MessageRepository,
    private readonly outcomes: OutcomesService,
  ) {}

  async list(scope: Scope, filter: MessageFilter & { cursor?: string | undefined; limit: number }): Promise<{ items: MessageSummary[]; next: string | null }> {
    const { rows, next } = await this.repository.list(scope, filter);
    return { items: rows.map(summaryOf), next };
  }

  async detail(scope: Scope, id: string): Promise<MessageDetail> {
    const [row, events] = await Promise.all([this.repository.find(scope, id), this.repository.history(scope, id)]);
    if (!row) throw notFound('message');
    return { ...summaryOf(row), content: row.content, events: events.map(({ status, at, detail }) => ({ status, at: at.toISOString(), detail })) };
  }

  /** What the receiver of a sandbox message would do: the same path as a real opening or click, so runs go on by it. */
  async act(scope: Scope, { id, action }: { id: string; action: 'open' | 'click' }): Promise<MessageDetail> {
    const row = await this.repository.find(scope, id);
    if (!row) throw notFound('message');
    if (row.provider !== 'sandbox' || row.channel === 'webhook') throw new UserError('not-in-sandbox', 'Only messages that the sandbox keeps can be opened here: this one went to a real provider.', { status: 409 });
    if (!readable.includes(row.status)) throw new UserError('not-delivered', `This message cannot be opened: it is ${row.status}.`, { status: 409 });
    const url = action === 'click' ? linkOf(row) : null;
    await this.outcomes.record({ workspaceId: scope.workspaceId, messageId: id, to: action === 'open' ? 'opened' : 'clicked', ...(url !== null && { url }) });
    return this.detail(scope, id);
  }
}

function linkOf({ content }: MessageRow): string | null {
  const link = content?.['link'];
  if (typeof link === 'string' && link !== '') return link;
  const text = content?.['text'];
  // In a mail's plain text links stand as they were written, without tracking.
  return typeof text === 'string' ? (/https?:\/\/[^\s\])>"]+/.exec(text)?.[0] ?? null) : null;
}

function summaryOf(row: MessageRow): MessageSummary {
  const nodeName = row.node_name ?? row.node;
  return {
    id: row.id, channel: row.channel, status: row.status, reason: row.reason, error: row.error,
    attempts: row.attempts, nextAttemptAt: row.status === 'queued' && row.attempts > 0 ? row.next_attempt_at.toISOString() : null,
    provider: row.provider, to: row.recipient, title: messageTitle(row.content, nodeName),
    profile: { id: row.profile_id, name: displayName({ traits: row.traits ?? {}, externalId: row.external_id }) },
    journey: { id: row.journey_id, name: row.journey_name ?? 'Deleted journey' }, enrollmentId: row.enrollment_id, node: row.node, nodeName,
    origin: row.origin, queuedAt: row.queued_at.toISOString(), sentAt: row.sent_at?.toISOString() ?? null,
  };
}
