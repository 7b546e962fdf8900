import { Injectable } from '@nestjs/common';
import { messageClassOf, topicOf } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { ProviderError, Withdrawn } from '@wend/node-sdk';
import type { SendResult } from '@wend/node-sdk';
import { ConnectionHealthService, isProviderError, isWithdrawn } from '../channels/index.js';
import type { Route } from '../channels/index.js';
import { logger } from '../platform/logging/index.js';
import { storableJson } from '../platform/text/index.js';
import { MessageRates } from '../rates/index.js';
import { Suppressions } from '../suppressions/index.js';
import { BeginRepository } from './begin.repository.js';
import type { DeliveryContext } from './delivery-context.repository.js';
import { Endings, attemptOf, goneOf } from './endings.service.js';
import type { Ending } from './endings.service.js';
import { OutcomesService } from './outcomes.service.js';
import { Patience } from './patience.js';
import { RequeueRepository } from './requeue.repository.js';
import type { Failed, Work } from './work.js';

/** What is handed over, and by what way. */
export type Letter = {
  route: Route;
  config: JsonObject;
  content: JsonObject;
  recipient: string | null;
  devices: DeliveryContext['devices'];
};

/** Hands a message over to its provider, and writes down what that says. */
@Injectable()
export class Handover {
  constructor(
    private readonly begins: BeginRepository,
    private readonly requeue: RequeueRepository,
    private readonly outcomes: OutcomesService,
    private readonly endings: Endings,
    private readonly health: ConnectionHealthService,
    private readonly suppressions: Suppressions,
    private readonly rates: MessageRates,
  ) {}

  /** Null when the message went somewhere: out, back into the queue, or to its end. */
  async give(work: Work, letter: Letter): Promise<Failed | null> {
    const { scope, context } = work;
    const { provider, connection } = letter.route;
    const result = await this.call(work, letter);
    if (result === null || 'error' in result) return result;
    work.place.reached();
    if (connection) this.health.ok({ workspaceId: scope.workspaceId, connectionId: connection.id });
    const ending = {
      to: result.status,
      ...(result.providerId !== undefined && { providerId: result.providerId }),
      ...(result.detail !== undefined && { detail: result.detail }),
      ...(result.response !== undefined && { response: result.response }),
      goneDevices: goneOf(context, result.devices),
    };
    if (provider.keeps === true) await this.keep(work, { letter, ending });
    else await this.endings.settle(work, { ...ending, ...attemptOf(work, result.answer ?? null) });
    return null;
  }

  /** What the provider says; null when the message must not go out any more. */
  private async call(work: Work, letter: Letter): Promise<SendResult | Failed | null> {
    const { scope, context, owner, options, place } = work;
    const { route, content, recipient, devices } = letter;
    const { provider, connection } = route;
    const patience = new Patience(options.sendMs);
    const handingOver = async () => {
      if (provider.keeps !== true) await this.begin(work, letter);
      patience.renew();
    };
    try {
      return await provider.send({
        message: { id: context.id, workspaceId: scope.workspaceId, channel: context.channel },
        content,
        recipient,
        devices,
        idempotencyKey: context.id,
        connection,
        priority: place.class,
        signal: patience.signal,
        handingOver,
      });
    } catch (thrown) {
      // Something changed since the checks: whoever claims it next decides anew.
      if (isWithdrawn(thrown)) {
        await this.requeue.release(scope, { id: context.id, owner });
        return null;
      }
      const error = asProviderError(thrown, work);
      if (connection) this.health.failed({ workspaceId: scope.workspaceId, connectionId: connection.id }, error);
      if (error.class === 'rateLimited' && !error.ofReceiver) await this.slowDown(work, { route, error });
      return { error, attempt: work.begun?.attempt ?? context.attempts + 1, idempotent: provider.idempotent };
    } finally {
      patience.end();
    }
  }

  private async begin(
    work: Work,
    { route: { provider, connection }, content, recipient, config }: Letter,
  ): Promise<void> {
    const { scope, context, owner, options, place } = work;
    if (work.begun) return;
    const begun = await this.endings.insist(work, () =>
      this.begins.begin(scope, {
        id: context.id,
        owner,
        leaseMs: options.leaseMs,
        provider: provider.name,
        connectionId: connection?.id ?? null,
        recipient,
        addressKey: recipient && this.suppressions.keyOf(scope, { channel: context.channel, address: recipient }),
        profileId: context.profile_id,
        content,
        lane: place.lane,
        messageClass: messageClassOf(config),
        topic: topicOf(config),
      }),
    );
    if (!begun) throw new Withdrawn();
    work.begun = {
      attempt: begun.attempt,
      idempotent: provider.idempotent,
      by: { provider: provider.name, connectionId: connection?.id ?? null, answer: null },
    };
  }

  /** Nothing has left: that it goes out and what became of it is one write, and whoever is killed before has done nothing. */
  private async keep(
    work: Work,
    {
      letter: {
        route: { provider },
        recipient,
        content,
        config,
      },
      ending,
    }: { letter: Letter; ending: Ending },
  ): Promise<void> {
    const { scope, context, owner, place } = work;
    const kept = await this.endings.insist(work, () =>
      this.outcomes.record({
        workspaceId: scope.workspaceId,
        messageId: context.id,
        ...storableJson(ending),
        urgent: place.class === 'transactional',
        attempt: { number: context.attempts + 1, provider: provider.name, connectionId: null, answer: null },
        handover: {
          owner,
          provider: provider.name,
          recipient,
          addressKey: recipient && this.suppressions.keyOf(scope, { channel: context.channel, address: recipient }),
          content,
          lane: place.lane,
          messageClass: messageClassOf(config),
          topic: topicOf(config),
        },
      }),
    );
    // Something changed since the checks: whoever claims it next decides anew.
    if (!kept) await this.requeue.release(scope, { id: context.id, owner });
  }

  /** The message is tried again whatever becomes of this. */
  private async slowDown(
    { scope, senders }: Work,
    { route: { connection, ratePerSecond: perSecond }, error }: { route: Route; error: ProviderError },
  ): Promise<void> {
    if (!connection) return;
    const { retryAfterSeconds } = error;
    await this.rates
      .refused(scope, { connectionId: connection.id, perSecond, senders, retryAfterSeconds })
      .catch((failure: unknown) => logger.warn({ error: failure }, 'a connection could not be slowed down'));
  }
}

function asProviderError(error: unknown, { begun }: Work): ProviderError {
  if (isProviderError(error)) return error;
  // A fault of our own, or one nobody thought of: what the provider has of it is not known.
  logger.error({ error }, 'a provider failed in a way that it does not name');
  return new ProviderError(
    {
      class: 'serverError',
      message: error instanceof Error ? error.message : String(error),
      handedOver: begun !== null,
    },
    { cause: error },
  );
}
