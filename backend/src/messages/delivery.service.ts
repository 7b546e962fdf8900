import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import {
  fallbackChannel,
  fallbackConfig,
  latestHours,
  latestHoursOf,
  messageClassOf,
  templateChoice,
  topicOf,
  whenCapped,
  whenQuiet,
} from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { ProviderError, Withdrawn } from '@wend/node-sdk';
import type { ChannelCode, DeviceResult, SendResult } from '@wend/node-sdk';
import {
  ChannelRegistry,
  ChannelsService,
  Composer,
  ConnectionHealthService,
  TemplateReader,
  WarmUps,
  isProviderError,
  isWithdrawn,
  keyOf,
  hasLookUp,
  lookedUp,
} from '../channels/index.js';
import type { Candidate, Route, RoutingTable, StoredTemplate } from '../channels/index.js';
import { ConsentService } from '../consents/index.js';
import type { Wanted } from '../consents/index.js';
import type { Variables } from '../content/index.js';
import { CapsService, HeldRepository, QuietService, RuleSettings, heldOut } from '../delivery-rules/index.js';
import type { Scope } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { timeZoneOf } from '../profiles/index.js';
import { MessageRates } from '../rates/index.js';
import type { Bucket, Turn } from '../rates/index.js';
import { Suppressions } from '../suppressions/index.js';
import type { Block } from '../suppressions/index.js';
import { storableJson, storableText } from '../platform/text/index.js';
import { checkMessage } from './checks.js';
import type { Check } from './checks.js';
import { DeliveryRepository } from './delivery.repository.js';
import type { AttemptedBy, Claimed, DeliveryContext, DevicesDone } from './delivery.repository.js';
import { OutcomesService } from './outcomes.service.js';
import type { Outcome } from './outcomes.service.js';
import { laneOf } from './lanes.js';
import { verdictOn } from './retry.js';
import type { Place } from './slots.js';

export type DeliveryOptions = {
  /** How long a claimed message is ours; longer than the longest send. */
  leaseMs: number;
  /** How long a provider may take until it hands a message over, and from then on. */
  sendMs: number;
};
export const defaultDelivery: DeliveryOptions = { leaseMs: 120_000, sendMs: 60_000 };

/** One message being worked on. `begun` once it is being handed over. */
export type Work = {
  scope: Scope;
  claimed: Claimed;
  context: DeliveryContext;
  owner: string;
  options: DeliveryOptions;
  place: Place;
  begun: { attempt: number; idempotent: boolean; by: AttemptedBy } | null;
  /** The ways out of the workspace, as they were when the message was claimed. */
  routing: RoutingTable;
  /** Its address is looked up when it is sent, and not kept. */
  looksUp?: boolean;
  /** How many processes share what a connection may send in a second. */
  senders: number;
  /** What keeps messages from the recipient. */
  block: Block | null;
};

/** What is known before it is given to somebody. */
type Ready = {
  channel: ChannelCode;
  recipient: string | null;
  config: JsonObject;
  /** What the step chose; null where it chose none, or it is gone. */
  template: StoredTemplate | null;
};
/** What goes back into the queue with a message that waits for a place or its turn. */
type Kept = { recipient: string | null; content: JsonObject; connectionId: string | null };
/** An attempt that came to nothing. */
type Failed = { error: ProviderError; attempt: number; idempotent: boolean };

/** So long a message waits for its turn in hand (rates). */
const longestTurnMs = 5_000;
const shortestRestMs = 250;
/** What waited for a new day goes out over its first hour, not all at once. */
const morningSeconds = 3_600;
/** Of what a provider answers so much is kept. */
const answerKept = 4_000;
/** With these the message may be given to somebody else, as long as nobody has it. */
const passedOn = new Set(['timeout', 'network', 'rateLimited', 'serverError', 'configuration']);

/** Not where the receiver itself is away: another connection reaches the same one. */
function canBePassedOn({ class: kind, handedOver, ofReceiver }: ProviderError): boolean {
  return !handedOver && !ofReceiver && passedOn.has(kind);
}

/** Takes one claimed message to where it goes next. */
@Injectable()
export class DeliveryService {
  constructor(
    private readonly repository: DeliveryRepository,
    private readonly outcomes: OutcomesService,
    private readonly channels: ChannelsService,
    private readonly registry: ChannelRegistry,
    private readonly composer: Composer,
    private readonly health: ConnectionHealthService,
    private readonly templates: TemplateReader,
    private readonly suppressions: Suppressions,
    private readonly warmUps: WarmUps,
    private readonly consents: ConsentService,
    private readonly caps: CapsService,
    private readonly quiet: QuietService,
    private readonly held: HeldRepository,
    private readonly rules: RuleSettings,
    private readonly rates: MessageRates,
  ) {}

  /** What keeps messages from the recipients of these, in their order; asks nothing where nobody is suppressed. */
  async blocks(scope: Scope, contexts: readonly DeliveryContext[]): Promise<(Block | null)[]> {
    if (!contexts.some(({ any_suppressed: any }) => any)) return contexts.map(() => null);
    return this.suppressions.blocks(
      scope,
      contexts.map((context) => {
        const address = context.any_suppressed ? this.recipientOf(context) : null;
        return address === null ? null : { channel: context.channel, address };
      }),
    );
  }

  /** Never rejects for what a template, a person's data or a provider does; rejects when the database is away. */
  async deliver(work: Work): Promise<void> {
    const { claimed, context } = work;
    const channel = this.registry.find(context.channel);
    if (claimed.previous === 'sending') return this.takeOver(work, channel);
    if (!channel) return this.settle(work, { to: 'suppressed', reason: 'no-provider', detail: noChannel(context) });
    const wanted = await this.wantedOf(work);
    const check = checkMessage({ context, channel, registry: this.registry, wanted, block: work.block });
    if (check.kind === 'defer') return this.defer(work);
    if (context.expires_at !== null && context.expires_at <= Date.now() && !context.bound)
      return this.settle(work, { to: 'suppressed', reason: 'expired', detail: expiredWords(context) });
    if (check.kind === 'suppress' && !check.noAddress) return this.suppress(work, check);
    const config = await this.configOf(work);
    if (!config) return;
    if (await this.inQuietHours(work, config)) return;
    const template = await this.templateOf(work, config);
    if (templateChoice(config) && !template && !context.content)
      return this.settle(work, {
        to: 'failed',
        reason: 'invalid',
        error: 'The template of this step doesn’t exist anymore. Choose another one in the step.',
      });
    const looksUp = template !== null && hasLookUp(template.definition);
    if (check.kind === 'suppress' && !looksUp) return this.suppress(work, check);
    work.looksUp = looksUp;
    const recipient = looksUp || check.kind === 'suppress' ? lookedUp : check.recipient;
    const ready = { channel, recipient, config, template };
    if (context.bound) return this.sendAgain(work, ready);
    const candidates = this.candidatesFor(work, ready);
    if (candidates.length > 0) return this.sendBy(work, { ready, candidates });
    await this.settle(work, {
      to: 'suppressed',
      reason: 'no-provider',
      detail: 'Not sent: this channel has no provider and isn’t in the sandbox',
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

  /**
   * The one who was sending it is gone. With a provider that honours the key it is safe to ask again, by the same
   * connection: to another one the key says nothing. Else nobody knows.
   */
  private async takeOver(work: Work, channel: ChannelCode | undefined): Promise<void> {
    const { context, claimed } = work;
    if (channel && claimed.provider !== null && this.channels.isIdempotent(claimed.provider) && context.content) {
      const wanted = await this.wantedOf(work);
      const check = checkMessage({ context, channel, registry: this.registry, wanted, block: work.block });
      if (check.kind === 'suppress' && !check.noAddress) return this.leaveUnknown(work, check.detail);
      // Longer ago than the provider knows its key, `sendAgain` says so.
      return this.sendAgain(work, { channel, recipient: context.recipient, config: {}, template: null });
    }
    await this.settle(work, {
      to: 'unknown',
      error:
        'Wend was stopped while it handed this message over, so it may or may not have gone out. It is not sent again.',
    });
  }

  /** What its provider may have was not held back, whatever has happened since: it is only not asked for again. */
  private suppress(work: Work, { by, reason, detail, silent }: Extract<Check, { kind: 'suppress' }>): Promise<void> {
    if (work.context.bound) return this.leaveUnknown(work, detail);
    return this.settle(work, { to: 'suppressed', reason, detail, silent, stoppedBy: by });
  }

  private leaveUnknown(work: Work, why: string): Promise<void> {
    return this.settle(work, {
      to: 'unknown',
      error: `This message was handed over, but nobody answered, so it may or may not have gone out. It is not sent again: ${why}.`,
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
      return this.settle(work, {
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
    if (before) return this.sendBy(work, { ready, candidates: [before] });
    await this.settle(work, {
      to: 'unknown',
      error:
        'This message was handed over, but nobody answered, and the connection that has it is not in use any more. It may or may not have gone out, so no other one sends it.',
    });
  }

  private async defer({ scope, context, owner }: Work): Promise<void> {
    const parked = await this.repository.parkPaused(scope, { journeyId: context.journey_id, owner, ids: [context.id] });
    if (!parked) await this.repository.release(scope, { ids: [context.id], owner });
  }

  /** True when the message does not go out now: it waits for the end of quiet hours, or has ended. */
  private async inQuietHours(work: Work, config: JsonObject): Promise<boolean> {
    const { scope, context, owner } = work;
    const { id, channel, origin, traits } = context;
    const verdict = await this.quiet.judge(scope, {
      channel,
      messageClass: messageClassOf(config),
      origin,
      config,
      traits: traits ?? {},
      zone: zonesOf(context)[0]!,
    });
    if (!verdict) return false;
    const { ruling, allowedAt } = verdict;
    const latest = latestAfterQuiet(context, { config, allowedAt });
    if (whenQuiet(config) === 'wait' && allowedAt < latest)
      await this.held.hold(scope, {
        id,
        owner,
        by: 'quiet',
        until: new Date(allowedAt),
        expiresAt: new Date(latest),
        priority: context.journey_priority,
        ruling,
      });
    else {
      await this.held.note(scope, { id, owner, ruling });
      await this.settle(work, { to: 'suppressed', reason: 'quiet', detail: ruling.says });
    }
    return true;
  }

  /** What the step says that the message is; marketing about nothing in particular where there is no step. */
  private async wantedOf(work: Work): Promise<Wanted> {
    const { scope, context } = work;
    const config = await this.repository.nodeConfig(scope, { versionId: context.version_id, node: context.node });
    return {
      channel: context.channel,
      topic: topicOf(config ?? {}),
      messageClass: messageClassOf(config ?? {}),
    };
  }

  /** The settings of its step; null when the message has found its end here. */
  private async configOf(work: Work): Promise<JsonObject | null> {
    const { scope, context } = work;
    const config = await this.repository.nodeConfig(scope, { versionId: context.version_id, node: context.node });
    // What is rendered already can go out without.
    // A message that goes out instead of another has what its step says of that.
    const own = config && context.channel === fallbackChannel ? (fallbackConfig(config) ?? config) : config;
    if (own ?? context.content) return own ?? {};
    return this.end(work, {
      to: 'failed',
      reason: 'invalid',
      error: 'The version that this run follows has no such node.',
    });
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

  /** By the first that is up; by the next one when that comes to nothing and nobody has the message. */
  private async sendBy(work: Work, { ready, candidates }: { ready: Ready; candidates: Candidate[] }): Promise<void> {
    const { circuits } = this.health;
    const keyOfCandidate = ({ id }: Candidate) => (id === null ? null : this.keyOf(work, id));
    const up = candidates.filter((each) => {
      const key = keyOfCandidate(each);
      return key === null || circuits.lets(key);
    });
    // Where none is up one of them is tried all the same: how often is for its lane to say.
    const order = up.length > 0 ? up : candidates.filter((each) => this.slowedFor(work, each) === 0).slice(0, 1);
    if (order.length === 0) return this.waitFor(work, candidates);
    for (const [index, candidate] of order.entries()) {
      const key = keyOfCandidate(candidate);
      if (key !== null) circuits.begin(key);
      let failure: Failed | null;
      try {
        failure = await this.attempt(work, { ready, candidate });
      } finally {
        if (key !== null) circuits.drop(key);
      }
      if (!failure) return;
      const next = order[index + 1];
      if (!next || !canBePassedOn(failure.error)) return this.failed(work, failure);
      await this.passOn(work, { failure, from: candidate, to: next });
    }
  }

  private slowedFor(work: Work, { id }: Candidate): number {
    return id === null ? 0 : this.health.circuits.slowedFor(this.keyOf(work, id));
  }

  /** All asked to come later: it waits for the first that takes something again, and so do others behind it. */
  private async waitFor(work: Work, candidates: Candidate[]): Promise<void> {
    const { scope, claimed, context, owner, place } = work;
    const [first] = candidates
      .map((candidate) => ({ lane: laneOf(candidate.id), ms: this.slowedFor(work, candidate) }))
      .sort((a, b) => a.ms - b.ms);
    const { lane, ms } = first!;
    if (claimed.previous === 'sending')
      return this.repository.postpone(scope, { id: context.id, owner, inSeconds: ms / 1_000 });
    if (lane !== 0) place.pause(lane, ms);
    await this.repository.putOff(scope, {
      id: context.id,
      owner,
      lane: place.laneAt(lane),
      inSeconds: ms / 1_000,
    });
  }

  /** Null when the message went somewhere: out, back into the queue, or to its end. */
  private async attempt(
    work: Work,
    { ready, candidate }: { ready: Ready; candidate: Candidate },
  ): Promise<Failed | null> {
    const { context } = work;
    let route: Route;
    try {
      route = candidate.open();
    } catch (error) {
      if (!isProviderError(error)) throw error;
      if (candidate.id !== null) this.health.failed(this.placeOf(work, candidate.id), error);
      return { error, attempt: context.attempts + 1, idempotent: true };
    }
    const turn = await this.warmUpTurn(work, { ready, candidate });
    if (!turn) return null;
    try {
      // Its bytes stay what they were, but for another connection, whose sender may be another one.
      const same = context.content !== null && [null, candidate.id].includes(context.connection_id);
      const content = same ? context.content : await this.compose(work, { route, config: ready.config });
      return content && (await this.send(work, { ready, route, content }));
    } finally {
      if (!work.begun) turn.giveBack();
    }
  }

  /** Null when the connection has sent what it may today: the message waits for tomorrow. */
  private async warmUpTurn(
    work: Work,
    { ready: { config }, candidate }: { ready: Ready; candidate: Candidate },
  ): Promise<{ giveBack: () => void } | null> {
    const { scope, claimed, context, owner } = work;
    // What is taken over may have gone out, and has been counted.
    if (candidate.id === null || claimed.previous !== 'queued') return { giveBack: () => undefined };
    const transactional = messageClassOf(config) === 'transactional';
    const turn = await this.warmUps.reserve(scope, { connectionId: candidate.id, transactional });
    if (turn.kind === 'go') return turn;
    const seconds = (turn.until.getTime() - Date.now()) / 1_000;
    await this.repository.release(scope, {
      ids: [context.id],
      owner,
      inSeconds: Math.max(seconds, 1) + Math.random() * morningSeconds,
      why: `Waits until tomorrow: ${candidate.name} has reached its daily limit.`,
    });
    return null;
  }

  /** Into its history, and on with the next one. */
  private async passOn(
    work: Work,
    { failure, from, to }: { failure: Failed; from: Candidate; to: Candidate },
  ): Promise<void> {
    const { scope, context, owner } = work;
    const message = storableText(failure.error.message.slice(0, 1_000));
    await this.insist(work, () =>
      this.repository.retryLater(scope, {
        id: context.id,
        owner,
        attempt: work.begun?.attempt ?? context.attempts,
        inSeconds: 0,
        error: message,
        detail: `${from.name}: ${message} Trying ${to.name} next.`,
        at: atOf(context),
        devicesDone: doneWith(failure.error.devices),
        goneDevices: goneOf(context, failure.error.devices),
        by: byOf(work, failure.error),
        keep: true,
      }),
    );
    context.devices_done = { ...context.devices_done, ...doneWith(failure.error.devices) };
    if (work.begun) context.attempts = work.begun.attempt;
    work.begun = null;
  }

  /** The content; null when the message has found its end here. */
  private async compose(
    work: Work,
    { route: { connection }, config }: { route: Route; config: JsonObject },
  ): Promise<JsonObject | null> {
    const { scope, context } = work;
    const composed = await this.composer.compose({
      tenant: scope.workspaceId,
      channel: context.channel,
      config,
      variables: variablesOf(context),
      zones: zonesOf(context),
      language: context.workspace_language,
      ...(connection && { settings: connection.settings }),
      tracked: { workspaceId: scope.workspaceId, messageId: context.id },
    });
    if (composed.kind === 'content') return composed.content;
    if (composed.kind === 'aborted')
      return this.end(work, {
        to: 'suppressed',
        reason: 'aborted',
        detail: composed.reason,
        stoppedBy: 'template',
      });
    return this.end(work, {
      to: 'failed',
      reason: 'invalid',
      error: composed.errors
        .map(({ path, message }) => `${path} ${message}`.trim())
        .join('; ')
        .slice(0, 1_000),
    });
  }

  private async send(
    work: Work,
    { ready, route, content }: { ready: Ready; route: Route; content: JsonObject },
  ): Promise<Failed | null> {
    const { scope, claimed, context, owner, options, place } = work;
    const { provider, connection } = route;
    const devices = this.devicesFor(work, { ready, content });
    if (devices?.length === 0) return this.withoutDevices(work);
    const recipient = devices?.[0]?.token ?? ready.recipient;
    const lane = laneOf(
      provider.receiverOf?.({ content, connection, devices: devices ?? [] }) ?? connection?.id ?? null,
    );
    // What is taken over may have gone out: it keeps its place, and its state.
    if (claimed.previous === 'queued') {
      if (await this.inHoldout(work, ready)) return null;
      const kept = { recipient, content, connectionId: connection?.id ?? null };
      const buckets = await this.bucketsOf(work, route);
      const ofJourney = buckets.some(({ kind }) => kind === 'journey');
      const waits = ofJourney ? laneOf(`journey:${context.journey_id}`) : lane;
      if (!(await (ofJourney ? this.waitsWithJourney(work, waits) : this.enters(work, { lane, kept })))) return null;
      if (!(await this.underCaps(work, ready))) return null;
      const turn = buckets.length === 0 ? null : await this.inTurn(work, { buckets, lane: waits, kept });
      if (buckets.length > 0 && !turn) return null;
      if (ofJourney && !(await this.enters(work, { lane, kept }))) {
        turn?.giveBack();
        return null;
      }
      // They may have begun while it waited.
      if (await this.inQuietHours(work, ready.config)) {
        turn?.giveBack();
        return null;
      }
      if (connection) this.rates.goes(scope, connection.id);
    }
    let result: SendResult;
    const patience = new Patience(options.sendMs);
    const handingOver = async () => {
      if (provider.keeps !== true) await this.begin(work, { route, content, recipient, config: ready.config });
      patience.renew();
    };
    try {
      result = await provider.send({
        message: { id: context.id, workspaceId: scope.workspaceId, channel: context.channel },
        content,
        recipient,
        devices: devices ?? [],
        idempotencyKey: context.id,
        connection,
        priority: place.class,
        signal: patience.signal,
        handingOver,
      });
    } catch (thrown) {
      // Something changed since the checks: whoever claims it next decides anew.
      if (isWithdrawn(thrown)) {
        await this.repository.release(scope, { ids: [context.id], owner });
        return null;
      }
      const error = asProviderError(thrown, work);
      if (connection) this.health.failed(this.placeOf(work, connection.id), error);
      if (error.class === 'rateLimited' && !error.ofReceiver) await this.slowDown(work, { route, error });
      return {
        error,
        attempt: work.begun?.attempt ?? context.attempts + 1,
        idempotent: provider.idempotent,
      };
    } finally {
      patience.end();
    }
    place.reached();
    if (connection) this.health.ok(this.placeOf(work, connection.id));
    const outcome = {
      to: result.status,
      ...(result.providerId !== undefined && { providerId: result.providerId }),
      ...(result.detail !== undefined && { detail: result.detail }),
      ...(result.response !== undefined && { response: result.response }),
      goneDevices: goneOf(context, result.devices),
    };
    if (provider.keeps === true)
      await this.keep(work, { provider: provider.name, recipient, content, outcome, config: ready.config });
    else await this.settle(work, { ...outcome, ...attemptOf(work, result.answer ?? null) });
    return null;
  }

  /**
   * Whether the message was held back because of who its person is. Asked when all else that says whether it would have
   * gone out is known, so that those who are measured beside others are those who would have got it.
   */
  private async inHoldout(work: Work, { channel, config }: Ready): Promise<boolean> {
    const { scope, context, owner } = work;
    if (context.bound || context.holdout_bucket === null) return false;
    const ruling = heldOut(
      {
        bucket: context.holdout_bucket,
        control: context.control,
        toPeople: channel.definition.address !== null,
        messageClass: messageClassOf(config),
        topic: topicOf(config),
        origin: context.origin,
      },
      (await this.rules.of(scope)).holdout,
    );
    if (!ruling) return false;
    await this.held.note(scope, { id: context.id, owner, ruling });
    // The run goes on as if it had been sent: it is told of no failure.
    await this.settle(work, { to: 'suppressed', reason: 'holdout', detail: ruling.says, silent: true });
    return true;
  }

  /** Takes a place under the limits of the person. False when the message has gone elsewhere: it waits, or has ended. */
  private async underCaps(work: Work, { config }: Ready): Promise<boolean> {
    const { scope, context, owner } = work;
    const { id, channel, origin, profile_id: profileId } = context;
    if (profileId === null) return true;
    const verdict = await this.caps.reserve(scope, {
      id,
      owner,
      profileId,
      channel,
      topic: topicOf(config),
      messageClass: messageClassOf(config),
      origin,
      priority: context.journey_priority,
      journeyCaps: context.journey_caps,
      queuedAt: context.queued_at,
      counted: context.counted,
      zone: zonesOf(context)[0]!,
    });
    if (verdict.kind === 'go') return true;
    if (verdict.kind === 'later') {
      await this.repository.release(scope, { ids: [id], owner, inSeconds: verdict.inSeconds });
      return false;
    }
    const { ruling, allowedAt } = verdict;
    const latest = latestOf(context, config);
    if (whenCapped(config) === 'wait' && allowedAt < latest)
      await this.held.hold(scope, {
        id,
        owner,
        by: 'caps',
        until: new Date(allowedAt),
        expiresAt: new Date(latest),
        priority: context.journey_priority,
        ruling,
      });
    else {
      await this.held.note(scope, { id, owner, ruling });
      await this.settle(work, { to: 'suppressed', reason: 'capped', detail: ruling.says });
    }
    return false;
  }

  /** Nothing has left: that it goes out and what became of it is one write, and whoever is killed before has done nothing. */
  private async keep(
    work: Work,
    {
      provider,
      recipient,
      content,
      outcome,
      config,
    }: {
      provider: string;
      recipient: string | null;
      content: JsonObject;
      config: JsonObject;
      outcome: Omit<Outcome, 'workspaceId' | 'messageId'>;
    },
  ): Promise<void> {
    const { scope, context, owner, place } = work;
    const kept = await this.insist(work, () =>
      this.outcomes.record({
        workspaceId: scope.workspaceId,
        messageId: context.id,
        ...storableJson(outcome),
        attempt: { number: context.attempts + 1, provider, connectionId: null, answer: null },
        handover: {
          owner,
          provider,
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
    if (!kept) await this.repository.release(scope, { ids: [context.id], owner });
  }

  /** Those that have not taken it yet; null where the channel does not reach devices. */
  private devicesFor(
    { context }: Work,
    { ready: { channel }, content }: { ready: Ready; content: JsonObject },
  ): DeliveryContext['devices'] | null {
    if (!channel.definition.address?.devices) return null;
    const chosen = channel.devicesFor(content, this.registry.devicesOf(channel, context.devices));
    const ids = new Set(chosen.map(({ id }) => id));
    return context.devices.filter(({ id }) => ids.has(id) && context.devices_done?.[id] === undefined);
  }

  private async withoutDevices(work: Work): Promise<null> {
    const taken = Object.values(work.context.devices_done ?? {}).includes('sent');
    return this.end(
      work,
      taken
        ? { to: 'sent' }
        : { to: 'suppressed', reason: 'unreachable', detail: 'None of this person’s devices can be reached any more' },
    );
  }

  /** What a message takes tokens of, by which it goes only so fast. */
  private bucketsOf({ scope, context }: Work, { connection, ratePerSecond }: Route): Promise<Bucket[]> {
    return this.rates.bucketsOf(scope, {
      channel: context.channel,
      journeyId: context.journey_id,
      live: context.origin === 'live',
      connectionId: connection?.id ?? null,
      perSecond: ratePerSecond,
    });
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

  /** To the place of a receiver; false where it has none, and the message goes back to wait for it there. */
  private async enters(work: Work, { lane, kept }: { lane: number; kept: Kept }): Promise<boolean> {
    const { scope, context, owner, place } = work;
    if (await place.move(lane)) return true;
    await this.repository.putInLane(scope, { id: context.id, owner, lane: place.laneAt(lane), ...kept });
    return false;
  }

  /** To the place where those of its journey wait that may only go so fast; where that has none all of them go there. */
  private async waitsWithJourney(work: Work, lane: number): Promise<boolean> {
    const { scope, context, owner, place } = work;
    if (await place.move(lane)) return true;
    await this.repository.gatherInLane(scope, {
      id: context.id,
      owner,
      journeyId: context.journey_id,
      channel: context.channel,
      from: place.laneAt(laneOf(null)),
      to: place.laneAt(lane),
    });
    return false;
  }

  /** Waits for its turn where messages go only so fast. Null when that is too long to wait for. */
  private async inTurn(
    work: Work,
    { buckets, lane, kept }: { buckets: readonly Bucket[]; lane: number; kept: Kept },
  ): Promise<Extract<Turn, { kind: 'go' }> | null> {
    const { scope, context, owner, place } = work;
    const turn = await this.rates.turn(scope, { buckets, urgency: place.class });
    if (turn.kind === 'go') return turn;
    // Those behind it would come too early as well.
    const ms = Math.max(turn.ms - longestTurnMs / 2, shortestRestMs);
    place.pause(lane, ms);
    await this.repository.putInLane(scope, {
      id: context.id,
      owner,
      lane: place.laneAt(lane),
      ...kept,
      inSeconds: ms / 1_000,
    });
    return null;
  }

  private placeOf({ scope }: Work, connectionId: string): { workspaceId: string; connectionId: string } {
    return { workspaceId: scope.workspaceId, connectionId };
  }

  private keyOf(work: Work, connectionId: string): string {
    return keyOf(this.placeOf(work, connectionId));
  }

  private async begin(
    work: Work,
    {
      route: { provider, connection },
      content,
      recipient,
      config,
    }: { route: Route; content: JsonObject; recipient: string | null; config: JsonObject },
  ): Promise<void> {
    const { scope, context, owner, options, place } = work;
    if (work.begun) return;
    const begun = await this.insist(work, () =>
      this.repository.begin(scope, {
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

  private async failed(work: Work, { error, attempt, idempotent }: Failed): Promise<void> {
    const { scope, context, owner, place } = work;
    const devicesDone = doneWith(error.devices);
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
    // A provider's answer is quoted, whatever bytes it holds.
    const message = storableText(error.message.slice(0, 1_000));
    const at = atOf(context);
    if (verdict.kind === 'wait')
      return this.insist(work, () =>
        this.repository.putBack(scope, {
          id: context.id,
          owner,
          lane: place.lane,
          attempts: context.attempts,
          error: message,
          at,
        }),
      );
    if (verdict.kind === 'retry')
      return this.insist(work, () =>
        this.repository.retryLater(scope, {
          id: context.id,
          owner,
          attempt,
          inSeconds: verdict.inSeconds,
          error: message,
          detail: `Attempt ${attempt} failed, next in ${spanWords(verdict.inSeconds)}: ${message}`,
          at,
          devicesDone,
          goneDevices: goneOf(context, error.devices),
          bound: error.handedOver,
          by: byOf(work, error),
        }),
      );
    const known = { ...attemptOf(work, error.answer), goneDevices: goneOf(context, error.devices) };
    if (error.unsubscribed) return this.leftAtProvider(work, { message, known });
    if (verdict.status === 'unknown') return this.settle(work, { to: 'unknown', error: message, ...known });
    if (Object.values({ ...context.devices_done, ...devicesDone }).includes('sent'))
      return this.settle(work, { to: 'sent', detail: `Not by every device: ${message}`, ...known });
    if (verdict.status === 'bounced') await this.bounced(work, message);
    await this.settle(work, {
      to: verdict.status,
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
    const address = context.origin === 'live' && !work.looksUp ? this.recipientOf(context) : null;
    if (address === null) return;
    const { id: messageId, channel } = context;
    await this.insist(work, () =>
      this.suppressions.take(scope, {
        news: [{ channel, address, kind: 'bounced', source: 'sending', messageId, detail }],
      }),
    );
  }

  private recipientOf({ channel: name, traits, devices, workspace_country: country }: DeliveryContext): string | null {
    const channel = this.registry.find(name);
    return channel && traits ? this.registry.addressOf(channel, { traits, devices, country }) : null;
  }

  /** The receiver has said at the provider that they want nothing more: that counts here too. */
  private async leftAtProvider(
    work: Work,
    { message, known }: { message: string; known: Partial<Outcome> },
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

  private async end(work: Work, outcome: Omit<Outcome, 'workspaceId' | 'messageId'>): Promise<null> {
    await this.settle(work, outcome);
    return null;
  }

  private async settle(work: Work, outcome: Omit<Outcome, 'workspaceId' | 'messageId'>): Promise<void> {
    const { scope, context } = work;
    await this.insist(work, () =>
      this.outcomes.record({ workspaceId: scope.workspaceId, messageId: context.id, ...storableJson(outcome) }),
    );
  }

  /**
   * What is known of a send must be written down: while the database is away it is tried again for as long as the lease
   * lasts. Only for writes that may be repeated.
   */
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

/** How long ago its provider was first given its key, at most; null where that is not known. */
function keyAge({ claimed, context, options }: Work): number | null {
  const sent = claimed.previous === 'sending';
  if (sent && claimed.lapsed_seconds === null) return null;
  const lapsed = sent ? claimed.lapsed_seconds! + options.leaseMs / 1_000 : 0;
  const bound = context.bound ? (context.bound_seconds ?? Infinity) + options.sendMs / 1_000 : 0;
  return Math.max(lapsed, bound);
}

function atOf({ origin, run_offset_ms: offset }: DeliveryContext): Date {
  return new Date(Date.now() + (origin === 'live' ? 0 : Number(offset)));
}

function byOf({ begun }: Work, { answer }: ProviderError): AttemptedBy | undefined {
  return begun ? { ...begun.by, answer: kept(answer) } : undefined;
}

function attemptOf({ begun }: Work, answer: string | null): Pick<Outcome, 'attempt'> {
  return begun ? { attempt: { number: begun.attempt, ...begun.by, answer: kept(answer) } } : {};
}

function kept(answer: string | null): string | null {
  return answer === null ? null : storableText(answer.slice(0, answerKept));
}

function doneWith(devices: readonly DeviceResult[]): DevicesDone | null {
  return devices.length === 0 ? null : Object.fromEntries(devices.map(({ id, status }) => [id, status]));
}

function goneOf(
  { devices }: DeliveryContext,
  results: readonly DeviceResult[] = [],
): { id: string; updatedAt: string }[] {
  const gone = new Set(results.flatMap(({ id, status }) => (status === 'gone' ? [id] : [])));
  return devices.filter(({ id }) => gone.has(id));
}

/**
 * Time that waiting for a place took is not missing when the message is on its way: to give up then leaves nobody
 * knowing.
 */
class Patience {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.timer = setTimeout(
      () => this.controller.abort(new DOMException('The provider took too long.', 'TimeoutError')),
      ms,
    ).unref();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  renew(): void {
    if (!this.signal.aborted) this.timer.refresh();
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

function noChannel({ channel }: DeliveryContext): string {
  return `Not sent: the channel “${channel}” is no longer installed`;
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

/** Until when a message that a rule keeps back is of use, in ms since 1970. */
function latestOf({ queued_at: queuedAt, expires_at: expiresAt }: DeliveryContext, config: JsonObject): number {
  return expiresAt ?? queuedAt + latestHoursOf(config) * 3_600_000;
}

/** As `latestOf`; where nothing is said, what waited for the end of quiet hours is of use for a while after them. */
function latestAfterQuiet(
  context: DeliveryContext,
  { config, allowedAt }: { config: JsonObject; allowedAt: number },
): number {
  if (context.expires_at === null && config['latestHours'] === undefined)
    return allowedAt + latestHours.usual * 3_600_000;
  return latestOf(context, config);
}

function expiredWords({ expires_at: at }: DeliveryContext): string {
  return `It waited for so long that it would have come too late: it was of use until ${new Date(at!).toISOString()}`;
}

/** Where the person lives, else where the workspace is. */
function zonesOf({ traits, workspace_zone: zone }: DeliveryContext): string[] {
  const own = timeZoneOf(traits ?? {});
  return own === null ? [zone] : [own, zone];
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

function spanWords(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
