import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ProviderError } from '@wend/node-sdk';
import type { DeviceResult } from '@wend/node-sdk';
import { ChannelRegistry } from '../channels/index.js';
import { ConsentService } from '../consents/index.js';
import { logger } from '../platform/logging/index.js';
import { storableJson, storableText } from '../platform/text/index.js';
import { Suppressions } from '../suppressions/index.js';
import type { Refused } from './checks.js';
import type { DeliveryContext, DevicesDone } from './delivery-context.repository.js';
import { OutcomesService } from './outcomes.service.js';
import type { Outcome } from './outcomes.service.js';
import { RequeueRepository } from './requeue.repository.js';
import type { AttemptedBy } from './requeue.repository.js';
import { verdictOn } from './retry.js';
import type { Verdict } from './retry.js';
import { atOf, recipientOf } from './work.js';
import type { Failed, Work } from './work.js';

/** Of what a provider answers so much is kept. */
const answerKept = 4_000;

export type Ending = Omit<Outcome, 'workspaceId' | 'messageId'>;

/** Writes down what becomes of a message that is in hand: its end, or when it is tried again. */
@Injectable()
export class Endings {
  constructor(
    private readonly outcomes: OutcomesService,
    private readonly requeue: RequeueRepository,
    private readonly registry: ChannelRegistry,
    private readonly suppressions: Suppressions,
    private readonly consents: ConsentService,
  ) {}

  async settle(work: Work, ending: Ending): Promise<void> {
    const { scope, context, place } = work;
    await this.insist(work, () =>
      this.outcomes.record({
        workspaceId: scope.workspaceId,
        messageId: context.id,
        ...storableJson(ending),
        urgent: place.class === 'transactional',
      }),
    );
  }

  /** What its provider may have was not held back, whatever has happened since: it is only not asked for again. */
  suppress(work: Work, { by, reason, detail, silent }: Refused): Promise<void> {
    if (work.context.bound) return this.leaveUnknown(work, detail);
    return this.settle(work, { to: 'suppressed', reason, detail, silent, stoppedBy: by });
  }

  leaveUnknown(work: Work, why: string): Promise<void> {
    return this.settle(work, {
      to: 'unknown',
      error: `This message was handed over, but nobody answered, so it may or may not have gone out. It is not sent again: ${why}.`,
    });
  }

  /**
   * Working on it threw what nothing foresees: that is an attempt too, so that it comes back later each time and ends
   * visibly.
   */
  async fault(work: Work, error: unknown): Promise<void> {
    const { context, begun } = work;
    const message = `Wend could not work on this message: ${error instanceof Error ? error.message : String(error)}`;
    await this.failed(work, {
      error: new ProviderError({ class: 'serverError', message, handedOver: begun !== null }, { cause: error }),
      attempt: begun?.attempt ?? context.attempts + 1,
      idempotent: begun?.idempotent ?? true,
    });
  }

  /** What follows an attempt that nobody took over from. */
  async failed(work: Work, failure: Failed): Promise<void> {
    const { context, place } = work;
    const { error, attempt, idempotent } = failure;
    const verdict = verdictOn({
      failure: error,
      attempt,
      idempotent: idempotent || error.repeatable,
      random: Math.random(),
      awaySeconds: context.away_seconds ?? 0,
      bound: context.bound,
    });
    if (error.away) place.away();
    else place.reached();
    if (verdict.kind === 'final') return this.failedForGood(work, { error, status: verdict.status });
    return this.triedAgain(work, { failure, verdict });
  }

  private triedAgain(
    work: Work,
    { failure: { error, attempt }, verdict }: { failure: Failed; verdict: Exclude<Verdict, { kind: 'final' }> },
  ): Promise<void> {
    const { scope, context, owner, place } = work;
    const message = wordsOf(error);
    const { id, attempts } = context;
    const at = atOf(context);
    if (verdict.kind === 'wait')
      return this.insist(work, () =>
        this.requeue.putBack(scope, { id, owner, lane: place.lane, attempts, error: message, at }),
      );
    return this.insist(work, () =>
      this.requeue.retryLater(scope, {
        id,
        owner,
        attempt,
        inSeconds: verdict.inSeconds,
        error: message,
        detail: `Attempt ${attempt} failed, next in ${spanWords(verdict.inSeconds)}: ${message}`,
        at,
        devicesDone: doneWith(error.devices),
        goneDevices: goneOf(context, error.devices),
        bound: error.handedOver,
        by: byOf(work, error),
      }),
    );
  }

  private async failedForGood(
    work: Work,
    { error, status }: { error: ProviderError; status: 'failed' | 'bounced' | 'unknown' },
  ): Promise<void> {
    const { context } = work;
    const message = wordsOf(error);
    const known = { ...attemptOf(work, error.answer), goneDevices: goneOf(context, error.devices) };
    if (error.unsubscribed) return this.leftAtProvider(work, { message, known });
    if (status === 'unknown') return this.settle(work, { to: 'unknown', error: message, ...known });
    if (Object.values({ ...context.devices_done, ...doneWith(error.devices) }).includes('sent'))
      return this.settle(work, { to: 'sent', detail: `Not by every device: ${message}`, ...known });
    if (status === 'bounced') await this.bounced(work, message);
    await this.settle(work, {
      to: status,
      reason: error.class,
      error: message,
      ...known,
      ...(error.response !== undefined && { response: error.response }),
    });
  }

  /** The other side says that nobody is there: it is not asked again. What never left the sandbox says nothing. */
  private async bounced(work: Work, detail: string): Promise<void> {
    const { scope, context } = work;
    // One that was looked up is nobody's here.
    const address = context.origin === 'live' && !work.looksUp ? recipientOf(this.registry, context) : null;
    if (address === null) return;
    const { id: messageId, channel } = context;
    await this.insist(work, () =>
      this.suppressions.take(scope, {
        news: [{ channel, address, kind: 'bounced', source: 'sending', messageId, detail }],
      }),
    );
  }

  /** The receiver has said at the provider that they want nothing more: that counts here too. */
  private async leftAtProvider(
    work: Work,
    { message, known }: { message: string; known: Partial<Ending> },
  ): Promise<void> {
    const { scope, context } = work;
    // First: once the message is settled nobody comes back to it.
    if (context.origin === 'live')
      await this.insist(work, async () => {
        const owner = await this.consents.ownerOf(scope, context.id);
        if (owner) await this.consents.leave(scope, owner);
      });
    await this.settle(work, {
      to: 'suppressed',
      reason: 'unsubscribed',
      detail: message,
      stoppedBy: 'provider',
      ...known,
    });
  }

  /**
   * What is known of a send must be written down: while the database is away it is tried again for as long as the lease
   * lasts. Only for writes that may be repeated.
   */
  async insist<Result>({ context, options }: Work, write: () => Promise<Result>): Promise<Result> {
    const giveUpAt = Date.now() + options.leaseMs;
    for (let pause = 100; ; pause = Math.min(pause * 2, 5_000)) {
      try {
        return await write();
      } catch (error) {
        if (Date.now() + pause > giveUpAt) throw error;
        logger.warn({ error, messageId: context.id }, 'the state of a message could not be stored; trying again');
        await delay(pause);
      }
    }
  }
}

/** A provider's answer is quoted, whatever bytes it holds. */
export function wordsOf({ message }: ProviderError): string {
  return storableText(message.slice(0, 1_000));
}

/** Who answered, where an attempt had begun. */
export function byOf({ begun }: Work, { answer }: ProviderError): AttemptedBy | undefined {
  return begun ? { ...begun.by, answer: kept(answer) } : undefined;
}

/** The attempt that an ending is of. */
export function attemptOf({ begun }: Work, answer: string | null): Pick<Outcome, 'attempt'> {
  return begun ? { attempt: { number: begun.attempt, ...begun.by, answer: kept(answer) } } : {};
}

function kept(answer: string | null): string | null {
  return answer === null ? null : storableText(answer.slice(0, answerKept));
}

/** What became of devices, as it is kept for the next attempt. */
export function doneWith(devices: readonly DeviceResult[]): DevicesDone | null {
  return devices.length === 0 ? null : Object.fromEntries(devices.map(({ id, status }) => [id, status]));
}

/** Devices that do not exist any more, as they were read. */
export function goneOf(
  { devices }: DeliveryContext,
  results: readonly DeviceResult[] = [],
): { id: string; updatedAt: string }[] {
  const gone = new Set(results.flatMap(({ id, status }) => (status === 'gone' ? [id] : [])));
  return devices.filter(({ id }) => gone.has(id));
}

function spanWords(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
