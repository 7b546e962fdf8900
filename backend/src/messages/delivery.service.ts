import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { ChannelsService, ProviderError } from '../channels/index.js';
import type { Route, SendResult } from '../channels/index.js';
import { Composer } from '../content/index.js';
import type { MessageContent, Variables } from '../content/index.js';
import type { Scope } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { storableJson, storableText } from '../platform/text/index.js';
import { checkMessage } from './checks.js';
import { DeliveryRepository } from './delivery.repository.js';
import type { Claimed, DeliveryContext } from './delivery.repository.js';
import { OutcomesService } from './outcomes.service.js';
import type { Outcome } from './outcomes.service.js';
import { verdictOn } from './retry.js';

export type DeliveryOptions = {
  /** How long a claimed message is ours; longer than the longest send. */
  leaseMs: number;
  /** How long a provider may take. */
  sendMs: number;
  /** How long messages of a paused journey are put off. */
  pausedSeconds: number;
};
export const defaultDelivery: DeliveryOptions = { leaseMs: 120_000, sendMs: 60_000, pausedSeconds: 15 };

type Work = { scope: Scope; context: DeliveryContext; owner: string; options: DeliveryOptions };

/** Takes one claimed message to where it goes next. */
@Injectable()
export class DeliveryService {
  constructor(
    private readonly repository: DeliveryRepository,
    private readonly outcomes: OutcomesService,
    private readonly channels: ChannelsService,
    private readonly composer: Composer,
  ) {}

  /** Never rejects for what a template, a person's data or a provider does; rejects when the database is away. */
  async deliver({ claimed, context, owner, options }: { claimed: Claimed; context: DeliveryContext; owner: string; options: DeliveryOptions }): Promise<void> {
    const work: Work = { scope: { workspaceId: claimed.workspace_id }, context, owner, options };
    if (claimed.previous === 'sending') return this.takeOver(work, claimed);
    const check = checkMessage(context);
    if (check.kind === 'defer') return this.defer(work);
    if (check.kind === 'suppress') return this.settle(work, { to: 'suppressed', reason: check.reason, detail: check.detail, silent: check.silent });
    const route = await this.route(work);
    if (!route) return;
    const content = context.content ?? (await this.compose(work, route));
    if (content) await this.send(work, { route, content, recipient: check.recipient });
  }

  /** The one who was sending it is gone. With a provider that honours the key it is safe to ask again; else nobody knows. */
  private async takeOver(work: Work, claimed: Claimed): Promise<void> {
    const { context } = work;
    if (claimed.provider !== null && this.channels.isIdempotent(claimed.provider) && context.content) {
      const route = await this.route(work);
      if (!route) return;
      if (route.provider.name === claimed.provider) return this.send(work, { route, content: context.content, recipient: context.recipient });
      // Meanwhile another provider has the channel, to which the key says nothing.
    }
    await this.settle(work, { to: 'unknown', error: 'Wend was stopped while it handed this message over, so it may or may not have gone out. It is not sent again.' });
  }

  private async defer({ scope, context, owner, options }: Work): Promise<void> {
    await this.repository.release(scope, { ids: [context.id], owner, inSeconds: options.pausedSeconds });
    await this.repository.deferJourney(scope, { journeyId: context.journey_id, inSeconds: options.pausedSeconds });
  }

  /** The content; null when the message has found its end here. */
  private async compose(work: Work, { connection }: Route): Promise<MessageContent | null> {
    const { scope, context } = work;
    const config = await this.repository.nodeConfig(scope, { versionId: context.version_id, node: context.node });
    if (!config) return this.end(work, { to: 'failed', reason: 'invalid', error: 'The version that this run follows has no such node.' });
    const sender = connection?.settings['from'];
    const composed = await this.composer.compose({ channel: context.channel, config, variables: variablesOf(context), from: typeof sender === 'string' ? sender : undefined, tracked: { workspaceId: scope.workspaceId, messageId: context.id } });
    if (composed.kind === 'content') return composed.content;
    if (composed.kind === 'aborted') return this.end(work, { to: 'suppressed', reason: 'aborted', detail: composed.reason });
    return this.end(work, { to: 'failed', reason: 'invalid', error: composed.errors.map(({ path, message }) => `${path} ${message}`.trim()).join('; ').slice(0, 1_000) });
  }

  private async send(work: Work, { route, content, recipient }: { route: Route; content: object; recipient: string | null }): Promise<void> {
    const { scope, context, owner, options } = work;
    const begun = await this.insist(work, () => this.repository.begin(scope, { id: context.id, owner, leaseMs: options.leaseMs, provider: route.provider.name, recipient, content }));
    // Something changed since the checks: whoever claims it next decides anew.
    if (!begun) return this.repository.release(scope, { ids: [context.id], owner });
    let result: SendResult;
    try {
      result = await route.provider.send({
        message: { id: context.id, workspaceId: scope.workspaceId, channel: context.channel }, content: content as MessageContent, recipient,
        idempotencyKey: context.id, connection: route.connection, signal: AbortSignal.timeout(options.sendMs),
      });
    } catch (error) {
      return this.failed(work, { error: asProviderError(error), attempt: begun.attempt, idempotent: route.provider.idempotent });
    }
    await this.settle(work, { to: result.status, ...(result.providerId !== undefined && { providerId: result.providerId }), ...(result.detail !== undefined && { detail: result.detail }) });
  }

  /** Who sends it; null when that cannot be said now and the message waits. */
  private async route(work: Work): Promise<Route | null> {
    const { scope, context } = work;
    try {
      return await this.channels.routeFor(scope, { channel: context.channel, origin: context.origin });
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      await this.failed(work, { error, attempt: context.attempts + 1, idempotent: true });
      return null;
    }
  }

  private async failed(work: Work, { error, attempt, idempotent }: { error: ProviderError; attempt: number; idempotent: boolean }): Promise<void> {
    const verdict = verdictOn({ failure: error, attempt, idempotent, random: Math.random() });
    // A provider's answer is quoted, whatever bytes it holds.
    const message = storableText(error.message.slice(0, 1_000));
    if (verdict.kind === 'retry') {
      const { scope, context, owner } = work;
      const offset = context.origin === 'live' ? 0 : Number(context.run_offset_ms);
      await this.insist(work, () => this.repository.retryLater(scope, { id: context.id, owner, attempt, inSeconds: verdict.inSeconds, error: message, detail: `Attempt ${attempt} failed, next in ${wait(verdict.inSeconds)}: ${message}`, at: new Date(Date.now() + offset) }));
      return;
    }
    if (verdict.status === 'unknown') return this.settle(work, { to: 'unknown', error: `${message} The provider may have taken the message, so it is not sent again.` });
    await this.settle(work, { to: verdict.status, reason: error.class, error: message });
  }

  private async end(work: Work, outcome: Omit<Outcome, 'workspaceId' | 'messageId'>): Promise<null> {
    await this.settle(work, outcome);
    return null;
  }

  private async settle(work: Work, outcome: Omit<Outcome, 'workspaceId' | 'messageId'>): Promise<void> {
    const { scope, context } = work;
    await this.insist(work, () => this.outcomes.record({ workspaceId: scope.workspaceId, messageId: context.id, ...storableJson(outcome) }));
  }

  /** What is known of a send must be written down: while the database is away it is tried again for as long as the lease lasts. Only for writes that may be repeated. */
  private async insist<Result>({ context, options }: Work, write: () => Promise<Result>): Promise<Result> {
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

function variablesOf(context: DeliveryContext): Variables {
  const entry: JsonObject = context.data.entry ?? {};
  const offset = context.origin === 'live' ? 0 : Number(context.run_offset_ms);
  return {
    profile: { ...context.traits, id: context.profile_id, external_id: context.external_id },
    entry,
    event: entry,
    run: context.data.run ?? {},
    now: new Date(Date.now() + offset).toISOString(),
  };
}

function asProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  // A fault of our own, or one nobody thought of: what the provider has of it is not known.
  logger.error({ error }, 'a provider failed in a way that it does not name');
  return new ProviderError({ class: 'serverError', message: error instanceof Error ? error.message : String(error), handedOver: true }, { cause: error });
}

function wait(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
