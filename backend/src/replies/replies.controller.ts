import { Controller } from '@nestjs/common';
import { api, usualReplyWords } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { Database } from '../platform/database/index.js';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { ReplyRepository } from './reply.repository.js';

/** The words of replies, under Settings. */
@Controller()
export class RepliesController {
  constructor(
    private readonly database: Database,
    private readonly repository: ReplyRepository,
    private readonly audit: AuditLog,
  ) {}

  @Route(api.replyWords)
  async words({ caller }: RouteInput<typeof api.replyWords>): Promise<RouteOutput<typeof api.replyWords>> {
    const { words } = await this.repository.place(caller);
    return { ...(words ?? usualReplyWords), usual: words === null };
  }

  @Route(api.saveReplyWords)
  save({ caller, body }: RouteInput<typeof api.saveReplyWords>): Promise<RouteOutput<typeof api.saveReplyWords>> {
    const { words } = body;
    return this.database.transaction(async (sql) => {
      await this.repository.saveWords(caller, { sql, words });
      await this.audit.record(caller, {
        action: 'replies.words',
        subject: `workspace:${caller.workspaceId}`,
        detail: {
          usual: words === null,
          ...(words && { languages: Object.keys(words.languages), answers: words.answers }),
        },
        sql,
      });
      return { ...(words ?? usualReplyWords), usual: words === null };
    });
  }
}
