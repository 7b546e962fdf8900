import { Injectable } from '@nestjs/common';
import { capWords, channelOf, personChannels } from '@wend/contract';
import type { Cap, Caps, JourneyCaps, MessageClass, Ruling } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { Gathered } from '../platform/gathered/index.js';
import { allowedAgain, windowStart } from './cap-window.js';
import { CapsRepository } from './caps.repository.js';
import type { AskedLimit, AskedPlace, PlaceAnswer, Used } from './caps.repository.js';
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

/** A message that somebody thinks of, and when (ms since 1970). */
export type CapQuestion = Pick<CappedMessage, 'origin' | 'profileId' | 'channel' | 'topic' | 'zone'> & {
  journeyId: string;
  at: number;
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
    if (message.journeyCaps?.mode === 'ignored') {
      await this.repository.exempt(scope, message);
      return go;
    }
    const limits = limitsFor(message, { caps, journey: message.journeyCaps });
    if (limits.length === 0) return go;
    const settles = message.queuedAt + settleMs - now;
    if (message.priority > firstPriority && settles > 0) return { kind: 'later', inSeconds: settles / 1_000 };
    const { id, owner, profileId, topic, priority, zone } = message;
    const { granted, used } = await this.reservations.add(scope, {
      id,
      owner,
      profileId,
      topic,
      priority,
      countTransactional: caps.countTransactional,
      limits: limits.map((limit) => askedOf(limit, { now, zone })),
    });
    if (granted) return go;
    return refusal(limits, { used, now, zone, caps }) ?? { kind: 'later', inSeconds: againSeconds };
  }

  /** Whether a limit leaves no place for a message of this channel and topic at an instant; it takes none. */
  async isFull(
    scope: Scope,
    { journeyId, origin, profileId, channel, topic, zone, at }: CapQuestion,
  ): Promise<boolean> {
    if (origin !== 'live') return false;
    const [{ caps }, { caps: journey }] = await Promise.all([
      this.settings.of(scope),
      this.settings.journey(scope, journeyId),
    ]);
    const limits = limitsFor({ channel, topic }, { caps, journey });
    if (limits.length === 0) return false;
    const used = await this.repository.used(scope, {
      profileId,
      limits: limits.map((limit) => askedOf(limit, { now: at, zone })),
      countTransactional: caps.countTransactional,
    });
    return used.some((count, index) => count >= limits[index]!.most);
  }
}

/** Those that hold for a message, as what a refusal by one of them writes down (`Ruling.limit`). Pure. */
export function limitKeysFor(
  about: Pick<CappedMessage, 'channel' | 'topic'>,
  given: { caps: Caps; journey: JourneyCaps | null },
): string[] {
  return limitsFor(about, given).map((limit) => keyOf(limit, given.caps));
}

function keyOf({ most, per, channels, topics }: Cap, { countTransactional }: Caps): string {
  const sorted = (names: readonly string[] | undefined) => (names ? [...names].sort() : null);
  return JSON.stringify([most, per, sorted(channels), sorted(topics), countTransactional]);
}

/** Those that hold for a message: its journey's own, or those of the workspace, by channel and topic. */
function limitsFor(
  about: Pick<CappedMessage, 'channel' | 'topic'>,
  { caps, journey }: { caps: Caps; journey: JourneyCaps | null },
): Cap[] {
  if (journey?.mode === 'counted' || journey?.mode === 'ignored' || !channelOf(about.channel).address) return [];
  return (journey?.mode === 'own' ? journey.limits : caps.limits).filter((limit) => holdsFor(limit, about));
}

function askedOf({ most, per, channels, topics }: Cap, { now, zone }: { now: number; zone: string }): AskedLimit {
  // What was sent in the first instant of a day belongs to it.
  const since = windowStart(per, { now, zone }) - (per.kind === 'calendar' ? 1 : 0);
  return { most, since, channels: channels ?? personChannels(), topics };
}

function holdsFor({ channels, topics }: Cap, { channel, topic }: Pick<CappedMessage, 'channel' | 'topic'>): boolean {
  return (!channels || channels.includes(channel)) && (!topics || (topic !== null && topics.includes(topic)));
}

/** By the limit that holds longest; null when none is used up, and somebody else only goes first. */
function refusal(
  limits: readonly Cap[],
  { used, now, zone, caps }: { used: readonly Used[]; now: number; zone: string; caps: Caps },
): CapVerdict | null {
  const full = limits.flatMap((limit, index) => {
    const { count, blocking, ids } = used[index] ?? { count: 0, blocking: null, ids: [] };
    if (count < limit.most || blocking === null) return [];
    return [{ limit, count, ids, allowedAt: allowedAgain(limit.per, { blocking, now, zone }) }];
  });
  const longest = full.sort((a, b) => b.allowedAt - a.allowedAt)[0];
  if (!longest) return null;
  const { limit, count, ids, allowedAt } = longest;
  return {
    kind: 'capped',
    allowedAt,
    ruling: {
      rule: 'caps',
      says: `The limit is ${capWords(limit)}, and this person has had ${count}.`,
      counted: count,
      most: limit.most,
      allowedAt: new Date(allowedAt).toISOString(),
      what: limitName(limit),
      messages: ids,
      limit: keyOf(limit, caps),
      ...(limit.per.kind === 'calendar' && { zone }),
    },
  };
}

/** A limit in words, with what it is about: `at most 2 messages in 7 days (Email)`. */
function limitName(limit: Cap): string {
  const about = [...(limit.channels ?? []).map((channel) => channelOf(channel).label), ...(limit.topics ?? [])];
  return about.length === 0 ? capWords(limit) : `${capWords(limit)} (${about.join(', ')})`;
}
