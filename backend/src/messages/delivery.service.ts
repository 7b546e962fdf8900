import { Injectable } from '@nestjs/common';
import { fallbackChannel, fallbackConfig, messageClassOf, templateChoice, topicOf } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import type { ChannelCode } from '@wend/node-sdk';
import { ChannelRegistry, ChannelsService, TemplateReader, hasLookUp, lookedUp } from '../channels/index.js';
import type { Candidate, StoredTemplate } from '../channels/index.js';
import type { Wanted } from '../consents/index.js';
import type { Scope } from '../platform/database/index.js';
import { Suppressions } from '../suppressions/index.js';
import type { Block } from '../suppressions/index.js';
import { checksOfMessage, firstRefusal, refusedBy, waitsForJourney } from './checks.js';
import { DeliveryContextRepository } from './delivery-context.repository.js';
import type { DeliveryContext } from './delivery-context.repository.js';
import { Endings } from './endings.service.js';
import type { Ending } from './endings.service.js';
import { FailOver } from './fail-over.service.js';
import { RequeueRepository } from './requeue.repository.js';
import { MessageRules } from './rules.service.js';
import { recipientOf } from './work.js';
import type { DeliveryOptions, Ready, Work } from './work.js';

export const defaultDelivery: DeliveryOptions = { leaseMs: 120_000, sendMs: 60_000 };

/** A message while it is asked about, with what its checks find out on the way. */
type Asked = { work: Work; wanted: Wanted; ready: Ready; candidates: Candidate[] };
/** False when the message went elsewhere: it waits, or has ended. */
type Step = (asked: Asked) => Promise<boolean>;

/** Takes one claimed message to where it goes next. */
@Injectable()
export class DeliveryService {
  private readonly steps: Readonly<Record<(typeof checksOfMessage)[number], Step>> = {
    expiry: (asked) => this.isOfUse(asked),
    run: (asked) => this.passes('run', asked),
    journey: async (asked) => (await this.passes('journey', asked)) && this.isLive(asked),
    person: (asked) => this.passes('person', asked),
    consent: (asked) => this.passes('consent', asked),
    suppression: (asked) => this.passes('suppression', asked),
    quiet: async (asked) => (await this.hasStep(asked)) && this.rules.passesQuiet(asked.work, asked.ready.config),
    address: (asked) => this.hasAddress(asked),
    connection: (asked) => this.hasConnection(asked),
  };

  constructor(
    private readonly contexts: DeliveryContextRepository,
    private readonly requeue: RequeueRepository,
    private readonly channels: ChannelsService,
    private readonly registry: ChannelRegistry,
    private readonly templates: TemplateReader,
    private readonly suppressions: Suppressions,
    private readonly rules: MessageRules,
    private readonly failOver: FailOver,
    private readonly endings: Endings,
  ) {}

  /** What keeps messages from the recipients of these, in their order; asks nothing where nobody is suppressed. */
  async blocks(scope: Scope, contexts: readonly DeliveryContext[]): Promise<(Block | null)[]> {
    if (!contexts.some(({ any_suppressed: any }) => any)) return contexts.map(() => null);
    return this.suppressions.blocks(
      scope,
      contexts.map((context) => {
        const address = context.any_suppressed ? recipientOf(this.registry, context) : null;
        return address === null ? null : { channel: context.channel, address };
      }),
    );
  }

  /** Never rejects for what a template, a person's data or a provider does; rejects when the database is away. */
  async deliver(work: Work): Promise<void> {
    const channel = this.registry.find(work.context.channel);
    if (work.claimed.previous === 'sending') return this.takeOver(work, channel);
    if (!channel)
      return this.endings.settle(work, { to: 'suppressed', reason: 'no-provider', detail: noChannel(work.context) });
    const ready: Ready = { channel, recipient: null, config: {}, template: null };
    const asked: Asked = { work, wanted: await this.wantedOf(work), ready, candidates: [] };
    for (const check of checksOfMessage) if (!(await this.steps[check](asked))) return;
    await this.failOver.sendBy(work, asked);
  }

  /** What nothing foresees was thrown while it was worked on. */
  fault(work: Work, error: unknown): Promise<void> {
    return this.endings.fault(work, error);
  }

  private async passes(check: Parameters<typeof refusedBy>[0], { work, wanted }: Asked): Promise<boolean> {
    const refused = refusedBy(check, { context: work.context, wanted, block: work.block });
    if (refused) await this.endings.suppress(work, refused);
    return refused === null;
  }

  /** What waits for its journey is told that it comes too late when that goes on. */
  private async isOfUse({ work }: Asked): Promise<boolean> {
    const { context } = work;
    if (context.expires_at === null || context.expires_at > Date.now() || context.bound || waitsForJourney(context))
      return true;
    return this.end(work, { to: 'suppressed', reason: 'expired', detail: expiredWords(context) });
  }

  private async isLive({ work: { scope, context, owner } }: Asked): Promise<boolean> {
    if (!waitsForJourney(context)) return true;
    const parked = await this.requeue.parkPaused(scope, { journeyId: context.journey_id, owner, id: context.id });
    if (!parked) await this.requeue.release(scope, { id: context.id, owner });
    return false;
  }

  /** Reads the settings of its step. */
  private async hasStep({ work, ready }: Asked): Promise<boolean> {
    const { scope, context } = work;
    const config = await this.contexts.nodeConfig(scope, { versionId: context.version_id, node: context.node });
    // A message that goes out instead of another has what its step says of that.
    const own = config && context.channel === fallbackChannel ? (fallbackConfig(config) ?? config) : config;
    // What is rendered already can go out without.
    if (!own && !context.content)
      return this.end(work, {
        to: 'failed',
        reason: 'invalid',
        error: 'The version that this run follows has no such node.',
      });
    ready.config = own ?? {};
    return true;
  }

  /** Where the person is reached, or who is asked for that when it is sent. */
  private async hasAddress({ work, ready }: Asked): Promise<boolean> {
    const { context } = work;
    const template = await this.templateOf(work, ready.config);
    if (templateChoice(ready.config) && !template && !context.content)
      return this.end(work, {
        to: 'failed',
        reason: 'invalid',
        error: 'The template of this step doesn’t exist anymore. Choose another one in the step.',
      });
    const { address } = ready.channel.definition;
    const recipient = recipientOf(this.registry, context);
    const looksUp = template !== null && hasLookUp(template.definition);
    if (recipient === null && address && !looksUp) {
      const detail = `This person has no ${address.noun}`;
      await this.endings.suppress(work, { by: 'address', reason: 'unreachable', detail, silent: false });
      return false;
    }
    work.looksUp = looksUp;
    ready.template = template;
    ready.recipient = looksUp ? lookedUp : recipient;
    return true;
  }

  private async hasConnection(asked: Asked): Promise<boolean> {
    const { work, ready } = asked;
    if (work.context.bound) {
      await this.sendAgain(work, ready);
      return false;
    }
    asked.candidates = this.candidatesFor(work, ready);
    if (asked.candidates.length > 0) return true;
    return this.end(work, {
      to: 'suppressed',
      reason: 'no-provider',
      detail: 'Not sent: this channel has no provider and isn’t in the sandbox',
    });
  }

  /**
   * The one who was sending it is gone. With a provider that honours the key it is safe to ask again, by the same
   * connection: to another one the key says nothing. Else nobody knows.
   */
  private async takeOver(work: Work, channel: ChannelCode | undefined): Promise<void> {
    const { context, claimed } = work;
    if (channel && claimed.provider !== null && this.channels.isIdempotent(claimed.provider) && context.content) {
      const wanted = await this.wantedOf(work);
      const refused = waitsForJourney(context) ? null : firstRefusal({ context, wanted, block: work.block });
      if (refused) return this.endings.leaveUnknown(work, refused.detail);
      // Longer ago than the provider knows its key, `sendAgain` says so.
      return this.sendAgain(work, { channel, recipient: context.recipient, config: {}, template: null });
    }
    await this.endings.settle(work, {
      to: 'unknown',
      error:
        'Wend was stopped while it handed this message over, so it may or may not have gone out. It is not sent again.',
    });
  }

  private async templateOf({ scope }: Work, config: JsonObject): Promise<StoredTemplate | null> {
    const choice = templateChoice(config);
    return choice && this.templates.find(scope, choice.id);
  }

  /** What its provider may have goes to nobody else: to another one the key says nothing. */
  private async sendAgain(work: Work, ready: Ready): Promise<void> {
    const { scope, context, claimed, routing } = work;
    if (!this.channels.knowsKey(claimed.provider ?? '', keyAge(work)))
      return this.endings.settle(work, {
        to: 'unknown',
        error:
          'This message was handed over, but nobody answered, and by now its provider would take it for a new one. It may or may not have gone out, so it is not sent again.',
      });
    const before = this.channels.routeBefore(scope, {
      table: routing,
      channel: context.channel,
      provider: claimed.provider ?? '',
      connectionId: context.connection_id,
    });
    if (before) return this.failOver.sendBy(work, { ready, candidates: [before] });
    await this.endings.settle(work, {
      to: 'unknown',
      error:
        'This message was handed over, but nobody answered, and the connection that has it is not in use any more. It may or may not have gone out, so no other one sends it.',
    });
  }

  /** What the step says that the message is; marketing about nothing in particular where there is no step. */
  private async wantedOf(work: Work): Promise<Wanted> {
    const { scope, context } = work;
    const config = await this.contexts.nodeConfig(scope, { versionId: context.version_id, node: context.node });
    return {
      channel: context.channel,
      topic: topicOf(config ?? {}),
      messageClass: messageClassOf(config ?? {}),
    };
  }

  private candidatesFor({ scope, context, routing }: Work, { recipient, config, template }: Ready): Candidate[] {
    const country = context.traits?.['country'];
    return this.channels.routesFor(scope, {
      table: routing,
      routed: {
        channel: context.channel,
        origin: context.origin,
        recipient,
        country: typeof country === 'string' ? country.trim().toUpperCase() : null,
        messageClass: messageClassOf(config),
        topic: topicOf(config),
        template: template && { kind: template.definition.kind, connectionId: template.connectionId },
      },
    });
  }

  private async end(work: Work, ending: Ending): Promise<false> {
    await this.endings.settle(work, ending);
    return false;
  }
}

/** How long ago its provider was first given its key, at most; null where that is not known. */
function keyAge({ claimed, context, options }: Work): number | null {
  const sent = claimed.previous === 'sending';
  if (sent && claimed.lapsed_seconds === null) return null;
  const lapsed = sent ? claimed.lapsed_seconds! + options.leaseMs / 1_000 : 0;
  const bound = context.bound ? (context.bound_seconds ?? Infinity) + options.sendMs / 1_000 : 0;
  return Math.max(lapsed, bound);
}

function noChannel({ channel }: DeliveryContext): string {
  return `Not sent: the channel “${channel}” is no longer installed`;
}

function expiredWords({ expires_at: at }: DeliveryContext): string {
  return `It waited for so long that it would have come too late: it was of use until ${new Date(at!).toISOString()}`;
}
