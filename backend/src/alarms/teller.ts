import { Injectable } from '@nestjs/common';
import { logger } from '../platform/logging/index.js';
import { NoticeRepository } from './notice.repository.js';
import type { DueNotice } from './notice.repository.js';
import { TargetSender } from './target-sender.js';
import { Untellable } from './targets/target.js';

const atOnce = 10;
/** Longer than any receiver is waited for: whoever is killed meanwhile has its notices taken over. */
const leaseSeconds = 120;
const givenUpSeconds = 24 * 3_600;
const errorKept = 500;

/**
 * Tells what is to be told, again and again until it is taken or a day has passed. A notice that was handed over by
 * somebody who was killed before writing that down is told again, under the same id: better twice than never.
 */
@Injectable()
export class Teller {
  constructor(
    private readonly notices: NoticeRepository,
    private readonly sender: TargetSender,
  ) {}

  /** True when there may be more. */
  async work(): Promise<boolean> {
    const due = await this.notices.claim({ limit: atOnce, leaseSeconds });
    await Promise.all(due.map((notice) => this.tell(notice)));
    return due.length === atOnce;
  }

  private async tell({ workspaceId, id, target, recipient, body, attempts, ageSeconds }: DueNotice): Promise<void> {
    const scope = { workspaceId };
    try {
      if (!target.enabled) throw new Untellable('It was switched off meanwhile.');
      await this.sender.send(scope, { target, id, recipient, notice: body });
    } catch (error) {
      const inSeconds = error instanceof Untellable || ageSeconds > givenUpSeconds ? null : pauseSeconds(attempts);
      logger.warn({ err: error, workspaceId, target: target.id, notice: id, inSeconds }, 'an alarm could not be told');
      const words = (error as Error).message.slice(0, errorKept);
      return this.notices.failed(scope, { id, error: words, inSeconds });
    }
    await this.notices.told(scope, id);
  }
}

/** 15 s, 30 s, a minute … an hour. */
function pauseSeconds(attempts: number): number {
  return Math.min(3_600, 15 * 2 ** (attempts - 1));
}
