import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { ChannelRegistry, Composer } from '../channels/index.js';
import type { Candidate, Route } from '../channels/index.js';
import { MessageRates } from '../rates/index.js';
import type { Bucket } from '../rates/index.js';
import { checksOfAttempt } from './checks.js';
import type { DeliveryContext } from './delivery-context.repository.js';
import { Endings } from './endings.service.js';
import { Handover } from './handover.service.js';
import type { Letter } from './handover.service.js';
import { laneOf } from './lanes.js';
import { MessageTurns } from './message-turns.service.js';
import { MessageRules } from './rules.service.js';
import { variablesOf, zonesOf } from './work.js';
import type { Failed, Kept, Ready, Work } from './work.js';

/** One attempt: what is known of it, and what its checks find out on the way. */
type Given = { work: Work; ready: Ready; route: Route; candidate: Pick<Candidate, 'id' | 'name'> };
type Attempt = Given & { letter: Letter | null; wait: Wait | null };
/** Where it waits for its receiver, and for its turn. */
type Wait = { lane: number; kept: Kept; buckets: Bucket[]; ofJourney: boolean; turnLane: number };
/** False when the message went elsewhere: it waits, or has ended. */
type Step = (attempt: Attempt) => Promise<boolean>;

/** Gives a message to one connection, once it has passed what is asked at each attempt. */
@Injectable()
export class Attempts {
  private readonly steps: Readonly<Record<(typeof checksOfAttempt)[number], Step>> = {
    template: (attempt) => this.writes(attempt),
    holdout: ({ work, ready }) => this.rules.passesHoldout(work, ready),
    caps: (attempt) => this.takesPlace(attempt),
    rates: (attempt) => this.hasItsTurn(attempt),
  };

  constructor(
    private readonly registry: ChannelRegistry,
    private readonly composer: Composer,
    private readonly rules: MessageRules,
    private readonly turns: MessageTurns,
    private readonly rates: MessageRates,
    private readonly handover: Handover,
    private readonly endings: Endings,
  ) {}

  /** Null when the message went somewhere: out, back into the queue, or to its end. */
  async make(given: Given): Promise<Failed | null> {
    const attempt: Attempt = { ...given, letter: null, wait: null };
    for (const check of checksOfAttempt) {
      // What is taken over may have gone out: it keeps its place, and its state.
      if (check !== 'template' && given.work.claimed.previous !== 'queued') continue;
      if (!(await this.steps[check](attempt))) return null;
    }
    return this.handover.give(given.work, attempt.letter!);
  }

  private async writes(attempt: Attempt): Promise<boolean> {
    const { work, ready, route, candidate } = attempt;
    const { context } = work;
    // Its bytes stay what they were, but for another connection, whose sender may be another one.
    const same = context.content !== null && [null, candidate.id].includes(context.connection_id);
    const content = same ? context.content : await this.compose(work, { route, config: ready.config });
    if (!content) return false;
    const devices = this.devicesFor(work, { ready, content });
    if (devices?.length === 0) {
      await this.withoutDevices(work);
      return false;
    }
    const recipient = devices?.[0]?.token ?? ready.recipient;
    attempt.letter = { route, config: ready.config, content, devices: devices ?? [], recipient };
    return true;
  }

  private async takesPlace(attempt: Attempt): Promise<boolean> {
    const { work, ready, route, letter } = attempt;
    const { content, recipient, devices } = letter!;
    const { provider, connection } = route;
    const lane = laneOf(provider.receiverOf?.({ content, connection, devices }) ?? connection?.id ?? null);
    const kept = { recipient, content, connectionId: connection?.id ?? null };
    const buckets = await this.turns.bucketsOf(work, route);
    const ofJourney = buckets.some(({ kind }) => kind === 'journey');
    const turnLane = ofJourney ? laneOf(`journey:${work.context.journey_id}`) : lane;
    attempt.wait = { lane, kept, buckets, ofJourney, turnLane };
    const there = ofJourney
      ? await this.turns.waitsWithJourney(work, { lane: turnLane, buckets })
      : await this.turns.enters(work, { lane, kept });
    return there && this.rules.passesCaps(work, ready.config);
  }

  private async hasItsTurn({ work, ready, route: { connection }, candidate, wait }: Attempt): Promise<boolean> {
    const { lane, kept, buckets, ofJourney, turnLane } = wait!;
    const asked = { buckets, lane: turnLane, kept, connection: candidate.name };
    const turn = buckets.length === 0 ? null : await this.turns.inTurn(work, asked);
    if (buckets.length > 0 && !turn) return false;
    const goes =
      (!ofJourney || (await this.turns.enters(work, { lane, kept }))) &&
      // They may have begun while it waited.
      (await this.rules.passesQuiet(work, ready.config));
    if (!goes) turn?.giveBack();
    else if (connection) this.rates.goes(work.scope, connection.id);
    return goes;
  }

  /** The content; null when the message has found its end here. */
  private async compose(
    work: Work,
    { route: { connection }, config }: { route: Route; config: JsonObject },
  ): Promise<JsonObject | null> {
    const { scope, context, place } = work;
    const composed = await this.composer.compose({
      tenant: scope.workspaceId,
      urgent: place.class === 'transactional',
      channel: context.channel,
      config,
      variables: variablesOf(context),
      zones: zonesOf(context),
      language: context.workspace_language,
      ...(connection && { settings: connection.settings }),
      tracked: { workspaceId: scope.workspaceId, messageId: context.id },
    });
    if (composed.kind === 'content') return composed.content;
    await this.endings.settle(
      work,
      composed.kind === 'aborted'
        ? { to: 'suppressed', reason: 'aborted', detail: composed.reason, stoppedBy: 'template' }
        : {
            to: 'failed',
            reason: 'invalid',
            error: composed.errors
              .map(({ path, message }) => `${path} ${message}`.trim())
              .join('; ')
              .slice(0, 1_000),
          },
    );
    return null;
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

  private async withoutDevices(work: Work): Promise<void> {
    const taken = Object.values(work.context.devices_done ?? {}).includes('sent');
    await this.endings.settle(
      work,
      taken
        ? { to: 'sent' }
        : { to: 'suppressed', reason: 'unreachable', detail: 'None of this person’s devices can be reached any more' },
    );
  }
}
