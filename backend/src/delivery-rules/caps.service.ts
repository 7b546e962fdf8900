import { Injectable } from '@nestjs/common';
import { capWords } from '@wend/contract';
import type { Cap, JourneyCaps, MessageClass, Ruling } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { Gathered } from '../platform/gathered/index.js';
import { allowedAgain, windowStart } from './cap-window.js';
import { CapsRepository } from './caps.repository.js';
import type { AskedPlace, PlaceAnswer, Used } from './caps.repository.js';
import { RuleSettings } from './rule-settings.service.js';

/** A message that is about to go out. `queuedAt`: ms since 1970. `counted`: it has its place already. */
export type CappedMessage = {
  id: string;
  owner: string;
  profileId: string;
  channel: string;
  topic: string | null;
  messageClass: MessageClass;
  origin: 'live' | 'demo' | 'test';
  priority: number;
  journeyCaps: JourneyCaps | null;
  queuedAt: number;
  counted: boolean;
  /** Where the person lives (IANA). */
  zone: string;
};

/** `later`: more important messages of the same person are asked first. */
export type CapVerdict =
  { kind: 'go' } | { kind: 'later'; inSeconds: number } | { kind: 'capped'; allowedAt: number; ruling: Ruling };

const go: CapVerdict = { kind: 'go' };
/** What one event brings into several journeys is queued within this: the more important one is to be seen. */
const settleMs = 2_000;
const againSeconds = 1;

/** How many messages a person may get: exact when any number of them are sent at once. */
@Injectable()
export class CapsService {
  private readonly reservations: Gathered<AskedPlace, PlaceAnswer>;

  constructor(
    private readonly repository: CapsRepository,
    private readonly settings: RuleSettings,
  ) {
    this.reservations = new Gathered({
      work: (scope, asked) => this.repository.reserve(scope, asked),
      keyOf: ({ profileId }) => profileId,
      most: 200,
    });
  }

  /**
   * Takes a place for a message under each limit that holds for it. The place is its own until it was suppressed or has
   * failed; asking again keeps it. Without limits nothing is asked.
   */
  async reserve(scope: Scope, message: CappedMessage, now = Date.now()): Promise<CapVerdict> {
    if (message.origin !== 'live' || message.messageClass === 'transactional' || message.counted) return go;
    const { caps, firstPriority } = await this.settings.of(scope);
    const mode = message.journeyCaps?.mode ?? 'workspace';
    const stated = message.journeyCaps?.mode === 'own' ? message.journeyCaps.limits : caps.limits;
    if (stated.length === 0 || mode === 'counted') return go;
    if (mode === 'ignored') {
      await this.repository.exempt(scope, message);
      return go;
    }
    const limits = stated.filter((limit) => holdsFor(limit, message));
    if (limits.length === 0) return go;
    const settles = message.queuedAt + settleMs - now;
    if (message.priority > firstPriority && settles > 0) return { kind: 'later', inSeconds: settles / 1_000 };
    const { id, owner, profileId, priority, zone } = message;
    const { granted, used } = await this.reservations.add(scope, {
      id,
      owner,
      profileId,
      priority,
      countTransactional: caps.countTransactional,
      limits: limits.map(({ most, per, channels, topics }) => ({
        most,
        since: windowStart(per, { now, zone }) - (per.kind === 'calendar' ? 1 : 0),
        channels,
        topics,
      })),
    });
    if (granted) return go;
    return refusal(limits, { used, now, zone }) ?? { kind: 'later', inSeconds: againSeconds };
  }
}

function holdsFor({ channels, topics }: Cap, { channel, topic }: CappedMessage): boolean {
  return (!channels || channels.includes(channel)) && (!topics || (topic !== null && topics.includes(topic)));
}

/** By the limit that holds longest; null when none is used up, and somebody else only goes first. */
function refusal(
  limits: readonly Cap[],
  { used, now, zone }: { used: readonly Used[]; now: number; zone: string },
): CapVerdict | null {
  const full = limits.flatMap((limit, index) => {
    const { count, blocking } = used[index] ?? { count: 0, blocking: null };
    if (count < limit.most || blocking === null) return [];
    return [{ limit, count, allowedAt: allowedAgain(limit.per, { blocking, now, zone }) }];
  });
  const longest = full.sort((a, b) => b.allowedAt - a.allowedAt)[0];
  if (!longest) return null;
  const { limit, count, allowedAt } = longest;
  return {
    kind: 'capped',
    allowedAt,
    ruling: {
      rule: 'caps',
      says: `The limit is ${capWords(limit)}, and this person has had ${count}.`,
      counted: count,
      most: limit.most,
      allowedAt: new Date(allowedAt).toISOString(),
    },
  };
}
