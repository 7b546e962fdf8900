import { Injectable } from '@nestjs/common';
import { Withdrawn } from '@wend/node-sdk';
import { ChannelRegistry, ChannelsService, isProviderError, isWithdrawn } from '../channels/index.js';
import type { Scope } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { storableText } from '../platform/text/index.js';
import { ReplyRepository } from './reply.repository.js';
import type { DueAnswer } from './reply.repository.js';

const atOnce = 20;
const patienceMs = 30_000;
const mostAttempts = 4;
const pauseSeconds = 30;

/**
 * Sends the answers to replies by the connection that the reply came in by. At most once: one whose fate nobody knows
 * is not sent again.
 */
@Injectable()
export class ReplyAnswers {
  constructor(
    private readonly repository: ReplyRepository,
    private readonly channels: ChannelsService,
    private readonly registry: ChannelRegistry,
  ) {}

  /** True when there may be more. */
  async work(): Promise<boolean> {
    const due = await this.repository.claim(atOnce);
    await Promise.all(due.map((answer) => this.settle(answer)));
    return due.length === atOnce;
  }

  private async settle({ workspaceId, ...answer }: DueAnswer): Promise<void> {
    const scope = { workspaceId };
    const { id, attempts, number } = answer;
    try {
      if (attempts > mostAttempts) throw new Error('It could not be sent.');
      await this.send(scope, {
        answer,
        handingOver: async () => {
          if (!(await this.repository.begin(scope, id))) throw new Withdrawn();
        },
      });
      await this.repository.done(scope, { id, error: null });
    } catch (error) {
      const message = storableText((error instanceof Error ? error.message : String(error)).slice(0, 500));
      const again = isProviderError(error) && !error.handedOver && passing.has(error.class) && attempts < mostAttempts;
      if (isWithdrawn(error)) return;
      if (!again) {
        logger.warn({ error, answerId: id }, 'the answer to a reply was not sent');
        return this.repository.done(scope, { id, error: message });
      }
      const inSeconds = Math.max(error.retryAfterSeconds ?? 0, pauseSeconds * attempts);
      await this.repository.later(scope, { id, number, inSeconds, error: message });
    }
  }

  private async send(
    scope: Scope,
    { answer, handingOver }: { answer: Omit<DueAnswer, 'workspaceId'>; handingOver: () => Promise<void> },
  ): Promise<void> {
    const { channel, connectionId, number, text, id } = answer;
    const candidate = await this.channels.routeBy(scope, { channel, id: connectionId });
    if (!candidate) throw new Error('The connection that the reply came in by is not there any more.');
    const { provider, connection } = candidate.open();
    if (!this.registry.provider(provider.name)?.sends.includes('content'))
      throw new Error('The connection that the reply came in by sends templates only.');
    await provider.send({
      message: { id, workspaceId: scope.workspaceId, channel },
      content: { text },
      recipient: number,
      devices: [],
      idempotencyKey: id,
      connection,
      signal: AbortSignal.timeout(patienceMs),
      handingOver,
    });
  }
}

const passing = new Set(['timeout', 'network', 'rateLimited', 'serverError', 'configuration']);
