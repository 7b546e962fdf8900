import { Injectable } from '@nestjs/common';
import { channelOf } from '@wend/contract';
import type { MessageDetail, api } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import type { RouteOutput } from '../platform/http/index.js';
import { detailOf, summaryOf } from './message.mapper.js';
import { MessageRepository } from './message.repository.js';
import type { MessageFilter } from './message-filter.js';
import type { ListOptions, MessageRow } from './message.repository.js';
import { resendRefusal } from './resend-rules.js';
import { OutcomesService } from './outcomes.service.js';

const readable = ['sent', 'delivered', 'opened', 'clicked'];

/** The Outbox: every message with what became of it. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly repository: MessageRepository,
    private readonly outcomes: OutcomesService,
  ) {}

  async list(scope: Scope, query: MessageFilter & ListOptions): Promise<RouteOutput<typeof api.messages>> {
    const { rows, ...page } = await this.repository.list(scope, query);
    return { items: rows.map(summaryOf), ...page };
  }

  async detail(scope: Scope, id: string): Promise<MessageDetail> {
    const [row, history, siblings, facts] = await Promise.all([
      this.repository.find(scope, id),
      this.repository.history(scope, id),
      this.repository.siblings(scope, id),
      this.repository.resendFacts(scope, id),
    ]);
    if (!row || !facts) throw notFound('message');
    const refusal = resendRefusal({
      chain: siblings.map(({ resend_number, ...each }) => ({
        ...each,
        number: resend_number,
        reason: null,
        passed: [],
      })),
      runStatus: facts.run_status,
      journeyState: facts.journey_state,
      test: row.origin === 'test',
      although: false,
    });
    return detailOf(row, { history, siblings: siblings.length > 1 ? siblings : [], refusal });
  }

  /** What the receiver of a sandbox message would do: the same path as a real opening or click, so runs go on by it. */
  async act(scope: Scope, { id, action }: { id: string; action: 'open' | 'click' }): Promise<MessageDetail> {
    const row = await this.repository.find(scope, id);
    if (!row) throw notFound('message');
    if (row.provider !== 'sandbox' || channelOf(row.channel).address === null)
      throw new UserError(
        'not-in-sandbox',
        'Only sandbox messages can be opened here. This one went to a real provider.',
        { status: 409 },
      );
    if (!readable.includes(row.status))
      throw new UserError('not-delivered', `This message can’t be opened because it’s ${row.status}.`, { status: 409 });
    const url = action === 'click' ? linkOf(row) : null;
    await this.outcomes.record({
      workspaceId: scope.workspaceId,
      messageId: id,
      to: action === 'open' ? 'opened' : 'clicked',
      ...(url !== null && { url }),
    });
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
