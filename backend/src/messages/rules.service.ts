import { Injectable } from '@nestjs/common';
import { latestHours, messageClassOf, topicOf, whenCapped, whenQuiet } from '@wend/contract';
import type { DeliveryRuleKind, JsonObject, Ruling } from '@wend/contract';
import {
  CapsService,
  HeldRepository,
  QuietService,
  RuleSettings,
  ZoneWatch,
  heldOut,
} from '../delivery-rules/index.js';
import type { DeliveryContext } from './delivery-context.repository.js';
import { Endings } from './endings.service.js';
import { RequeueRepository } from './requeue.repository.js';
import { latestOf, zonesOf } from './work.js';
import type { Ready, Work } from './work.js';

/** What a rule makes of a message that it does not let out. `latest`: of no use afterwards, ms since 1970. */
type KeptBack = {
  by: Extract<DeliveryRuleKind, 'quiet' | 'caps'>;
  reason: 'quiet' | 'capped';
  ruling: Ruling;
  allowedAt: number;
  latest: number;
  waits: boolean;
};

/**
 * Asks the rules of the workspace about a message that is in hand. Each answers whether it may go on; where not, the
 * message has gone elsewhere: it waits, or has ended.
 */
@Injectable()
export class MessageRules {
  constructor(
    private readonly caps: CapsService,
    private readonly quiet: QuietService,
    private readonly settings: RuleSettings,
    private readonly held: HeldRepository,
    private readonly zones: ZoneWatch,
    private readonly requeue: RequeueRepository,
    private readonly endings: Endings,
  ) {}

  async passesQuiet(work: Work, config: JsonObject): Promise<boolean> {
    const { scope, context } = work;
    const { channel, origin, traits, said } = context;
    const verdict = await this.quiet.judge(scope, {
      channel,
      messageClass: messageClassOf(config),
      origin,
      config,
      traits: traits ?? {},
      said,
      zone: zonesOf(context)[0]!,
    });
    if (!verdict) return true;
    const { ruling, allowedAt } = verdict;
    const latest = latestAfterQuiet(context, { config, allowedAt });
    const waits = whenQuiet(config) === 'wait';
    await this.keepBack(work, { by: 'quiet', reason: 'quiet', ruling, allowedAt, latest, waits });
    return false;
  }

  /**
   * Whether the message is not held back because of who its person is. Asked when all else that says whether it would
   * have gone out is known, so that those who are measured beside others are those who would have got it.
   */
  async passesHoldout(work: Work, { channel, config }: Pick<Ready, 'channel' | 'config'>): Promise<boolean> {
    const { scope, context, owner } = work;
    if (context.bound || context.holdout_bucket === null) return true;
    const ruling = heldOut(
      {
        bucket: context.holdout_bucket,
        control: context.control,
        toPeople: channel.definition.address !== null,
        messageClass: messageClassOf(config),
        topic: topicOf(config),
        origin: context.origin,
      },
      (await this.settings.of(scope)).holdout,
    );
    if (!ruling) return true;
    await this.held.note(scope, { id: context.id, owner, ruling });
    // The run goes on as if it had been sent: it is told of no failure.
    await this.endings.settle(work, { to: 'suppressed', reason: 'holdout', detail: ruling.says, silent: true });
    return false;
  }

  /** Takes a place under the limits of the person. */
  async passesCaps(work: Work, config: JsonObject): Promise<boolean> {
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
      await this.requeue.release(scope, { id, owner, inSeconds: verdict.inSeconds });
      return false;
    }
    const { ruling, allowedAt } = verdict;
    const latest = latestOf(context, config);
    const waits = whenCapped(config) === 'wait';
    await this.keepBack(work, { by: 'caps', reason: 'capped', ruling, allowedAt, latest, waits });
    return false;
  }

  /** Until it is allowed, where its step says so and it is of use then. */
  private async keepBack(work: Work, { by, reason, ruling, allowedAt, latest, waits }: KeptBack): Promise<void> {
    const { scope, context, owner } = work;
    const { id, journey_priority: priority } = context;
    if (waits && allowedAt < latest) {
      // Who moves elsewhere meanwhile is judged by the clocks there.
      if (ruling.zone !== undefined) await this.zones.begin(scope);
      const [until, expiresAt] = [new Date(allowedAt), new Date(latest)];
      return this.held.hold(scope, { id, owner, by, until, expiresAt, priority, ruling });
    }
    await this.held.note(scope, { id, owner, ruling });
    await this.endings.settle(work, { to: 'suppressed', reason, detail: ruling.says });
  }
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
