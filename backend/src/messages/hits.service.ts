import { Injectable } from '@nestjs/common';
import type { TrackedMessage } from '../content/index.js';
import { logger } from '../platform/logging/index.js';
import { HitRepository } from './hit.repository.js';
import type { HitMessage, HitRow, MachineAct, NewHit } from './hit.repository.js';
import { defaultHitLimits, judgeHits } from './judge-hits.js';
import type { HitLimits } from './judge-hits.js';
import { OutcomesService } from './outcomes.service.js';

const atOnce = 200;

/**
 * Requests for pixels and links: held for seconds, in the database, until it can be said whether a person made them.
 * Only then they move a message and tell runs: a run that has gone on cannot be called back.
 */
@Injectable()
export class HitsService {
  private limits: HitLimits = defaultHitLimits;

  constructor(
    private readonly repository: HitRepository,
    private readonly outcomes: OutcomesService,
  ) {}

  /** For tests. */
  limit(limits: Partial<HitLimits>): void {
    this.limits = { ...this.limits, ...limits };
  }

  /** Resolves once it is stored. In test runs there is nothing to be held back: members open and click those. */
  async take({ workspaceId, messageId }: TrackedMessage, hit: Omit<NewHit, 'messageId'>): Promise<void> {
    const origin = await this.repository.hold({ workspaceId }, { ...hit, messageId, holdMs: this.limits.holdMs });
    if (origin !== 'test') return;
    const { kind, url, sign } = hit;
    if (sign !== null || kind === 'trap')
      await this.repository.addMachines({ workspaceId }, [
        { messageId, kind, url, at: new Date(), sign: sign ?? 'trap' },
      ]);
    else await this.outcomes.record({ workspaceId, messageId, to: kind, ...(url !== null && { url }) });
  }

  /**
   * Judges what has been held long enough. True when there may be more. Whatever fails, or is done twice, is right the
   * next time.
   */
  async judge(): Promise<boolean> {
    const claimed = await this.repository.claim(atOnce);
    for (const workspaceId of new Set(claimed.map((hit) => hit.workspace_id))) {
      const messageIds = [
        ...new Set(claimed.flatMap((hit) => (hit.workspace_id === workspaceId ? [hit.message_id] : []))),
      ];
      const [hits, messages] = await Promise.all([
        this.repository.hits({ workspaceId }, { messageIds, holdMs: this.limits.holdMs }),
        this.repository.messages({ workspaceId }, messageIds),
      ]);
      await Promise.all(
        messageIds.map((id) =>
          this.settle(workspaceId, {
            hits: hits.filter((hit) => hit.message_id === id),
            message: messages.find((message) => message.id === id),
          }).catch((error: unknown) => {
            // Those of other messages must not wait for what is wrong with one.
            logger.error(
              { error, messageId: id },
              'openings and clicks of a message could not be judged; trying again in half a minute',
            );
          }),
        ),
      );
    }
    return claimed.length === atOnce;
  }

  private async settle(
    workspaceId: string,
    { hits, message }: { hits: HitRow[]; message: HitMessage | undefined },
  ): Promise<void> {
    const judged = hits.filter((hit) => hit.mine);
    const machines: MachineAct[] = [];
    if (message) {
      const offset = Number(message.run_offset_ms);
      const signs = judgeHits({
        hits: hits.map((hit) => ({ ...hit, at: hit.at.getTime() })),
        sentAt: message.sent_at === null ? null : message.sent_at.getTime() - offset,
        links: message.links,
        countProxies: message.count_proxy_opens,
        limits: this.limits,
      });
      // The same again changes nothing: asking without end costs a row, and no transaction.
      const told = new Set<string>();
      for (const [index, hit] of hits.entries()) {
        const sign = signs[index]!;
        const thing = `${hit.kind} ${hit.link} ${sign === null}`;
        if (!hit.mine || told.has(thing)) continue;
        told.add(thing);
        if (sign === null && hit.kind !== 'trap')
          await this.outcomes.record({
            workspaceId,
            messageId: message.id,
            to: hit.kind,
            happenedAt: hit.at,
            ...(hit.url !== null && { url: hit.url }),
          });
        else
          machines.push({
            messageId: message.id,
            kind: hit.kind,
            url: hit.url,
            at: new Date(hit.at.getTime() + offset),
            sign: sign ?? 'trap',
          });
      }
    }
    await this.repository.settle({ workspaceId }, { judged, machines });
  }
}
