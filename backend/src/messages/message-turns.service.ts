import { Injectable } from '@nestjs/common';
import type { Ruling } from '@wend/contract';
import { LRUCache } from 'lru-cache';
import type { Route } from '../channels/index.js';
import { MessageRates } from '../rates/index.js';
import type { Bucket, Turn } from '../rates/index.js';
import { laneOf } from './lanes.js';
import { rateRuling } from './rate-words.js';
import { RequeueRepository } from './requeue.repository.js';
import type { Kept, Work } from './work.js';

/** So long a message waits for its turn in hand (rates). */
const longestTurnMs = 5_000;
const shortestRestMs = 250;

const lanesKept = 10_000;

type Go = Extract<Turn, { kind: 'go' }>;
type InTurnOptions = {
  buckets: readonly Bucket[];
  lane: number;
  kept: Kept;
  /** The name of its connection. */
  connection: string;
};

/** Where a message waits until it may leave: at its receiver's, and where messages go only so fast. */
@Injectable()
export class MessageTurns {
  /** Lanes that are left alone for a while, since messages go only so fast there: what those who come meanwhile are told. */
  private readonly slowed = new LRUCache<string, Ruling>({ max: lanesKept });

  constructor(
    private readonly rates: MessageRates,
    private readonly requeue: RequeueRepository,
  ) {}

  /** What a message takes tokens of, by which it goes only so fast. */
  bucketsOf({ scope, context }: Work, { connection, ratePerSecond }: Route): Promise<Bucket[]> {
    return this.rates.bucketsOf(scope, {
      channel: context.channel,
      journeyId: context.journey_id,
      live: context.origin === 'live',
      connectionId: connection?.id ?? null,
      perSecond: ratePerSecond,
    });
  }

  /** To the place of a receiver; false where it has none, and the message goes back to wait for it there. */
  async enters(work: Work, { lane, kept }: { lane: number; kept: Kept }): Promise<boolean> {
    const { scope, context, owner, place } = work;
    if (await place.move(lane)) return true;
    const ruling = this.slowed.get(laneKey(work, lane)) ?? null;
    await this.requeue.putInLane(scope, { id: context.id, owner, lane: place.laneAt(lane), ruling, ...kept });
    return false;
  }

  /** To the place where those of its journey wait that may only go so fast; where that has none all of them go there. */
  async waitsWithJourney(
    work: Work,
    { lane, buckets }: { lane: number; buckets: readonly Bucket[] },
  ): Promise<boolean> {
    const { scope, context, owner, place } = work;
    if (await place.move(lane)) return true;
    const bucket = buckets.find(({ kind }) => kind === 'journey')!;
    await this.requeue.gatherInLane(scope, {
      id: context.id,
      owner,
      journeyId: context.journey_id,
      channel: context.channel,
      from: place.laneAt(laneOf(null)),
      to: place.laneAt(lane),
      ruling: this.slowed.get(laneKey(work, lane)) ?? rateRuling({ bucket, setTo: bucket.perSecond, connection: '' }),
    });
    return false;
  }

  /** Waits for its turn where messages go only so fast. Null when that is too long to wait for. */
  async inTurn(work: Work, { buckets, lane, kept, connection }: InTurnOptions): Promise<Go | null> {
    const { scope, context, owner, place } = work;
    const turn = await this.rates.turn(scope, { buckets, urgency: place.class });
    if (turn.kind === 'go') return turn;
    // Those behind it would come too early as well.
    const ms = Math.max(turn.ms - longestTurnMs / 2, shortestRestMs);
    const { kind, name } = turn.by;
    const setTo = buckets.find((each) => each.kind === kind && each.name === name)?.perSecond ?? null;
    const ruling = rateRuling({ bucket: turn.by, setTo, connection });
    this.slowed.set(laneKey(work, lane), ruling, { ttl: Math.ceil(ms) });
    place.pause(lane, ms);
    await this.requeue.putInLane(scope, {
      id: context.id,
      owner,
      lane: place.laneAt(lane),
      ruling,
      ...kept,
      inSeconds: ms / 1_000,
    });
    return null;
  }
}

function laneKey({ scope, context, place }: Work, lane: number): string {
  return `${scope.workspaceId}:${context.channel}:${place.laneAt(lane)}`;
}
