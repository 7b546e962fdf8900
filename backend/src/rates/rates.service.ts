import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Scope } from '../platform/database/index.js';
import { RateBucketRepository } from './rate-buckets.repository.js';
import { RateLimitRepository } from './rate-limits.repository.js';
import type { Bucket } from './rate-limits.repository.js';
import { Turns } from './turns.js';
import type { Turn, Urgency } from './turns.js';

/** A change of a limit is heard by all processes so soon. */
const keptMs = 1_000;
const workspacesKept = 10_000;
/** Longer is not waited for with the message in hand. */
const patienceMs = 5_000;
/** A provider is left alone for no longer than that, whatever it asks for. */
const longestAskedSeconds = 15 * 60;

/** So much a second a connection without a limit is believed to take at first, however little went by it. */
const leastAssumed = 20;

type Sent = { second: number; count: number; before: number };

/** How fast messages may go, in all processes together. */
@Injectable()
export class MessageRates {
  private readonly kept = new LRUCache<string, Promise<Map<string, Bucket>>>({ max: workspacesKept, ttl: keptMs });
  private readonly turns: Turns;
  /** What went by connections within this second, and the one before. */
  private readonly sent = new LRUCache<string, Sent>({ max: workspacesKept });

  constructor(
    private readonly limits: RateLimitRepository,
    private readonly buckets: RateBucketRepository,
  ) {
    this.turns = new Turns((scope, options) => this.buckets.lease(scope, options));
  }

  /**
   * The buckets that a message takes a token of, in their order; none where nothing limits it. Only live messages count
   * for what a workspace decides; a connection's limit is its provider's. `perSecond`: the connection's own limit.
   */
  async bucketsOf(
    scope: Scope,
    message: {
      channel: string;
      journeyId: string;
      live: boolean;
      connectionId: string | null;
      perSecond: number | null;
    },
  ): Promise<Bucket[]> {
    const limited = await this.limitsOf(scope);
    const found: Bucket[] = [];
    const { channel, journeyId, live, connectionId, perSecond } = message;
    if (live && limited.size > 0)
      for (const key of [`workspace:`, `channel:${channel}`, `journey:${journeyId}`]) {
        const bucket = limited.get(key);
        if (bucket) found.push(bucket);
      }
    if (connectionId !== null && (perSecond !== null || limited.has(`connection:${connectionId}`)))
      found.push({ kind: 'connection', name: connectionId, perSecond });
    return found;
  }

  /** Waits for the turn of a message. Rejects when the database is away. */
  turn(scope: Scope, { buckets, urgency }: { buckets: readonly Bucket[]; urgency: Urgency }): Promise<Turn> {
    return this.turns.take(scope, { buckets, urgency, patienceMs });
  }

  /** A message goes by a connection. */
  goes({ workspaceId }: Scope, connectionId: string): void {
    const key = `${workspaceId}:${connectionId}`;
    const second = Math.floor(Date.now() / 1_000);
    const known = this.sent.get(key);
    if (known?.second === second) known.count += 1;
    else this.sent.set(key, { second, count: 1, before: known?.second === second - 1 ? known.count : 0 });
  }

  /**
   * A provider has refused a message because they came too fast. `perSecond`: the connection's own limit; without one
   * what counts is how many went. `senders`: how many processes send.
   */
  async refused(
    scope: Scope,
    refusal: { connectionId: string; perSecond: number | null; senders: number; retryAfterSeconds: number | null },
  ): Promise<void> {
    const { connectionId, perSecond, senders, retryAfterSeconds } = refusal;
    const went = this.sent.get(`${scope.workspaceId}:${connectionId}`);
    await this.buckets.slowDown(scope, {
      connectionId,
      perSecond: perSecond ?? Math.max(leastAssumed, Math.max(went?.count ?? 0, went?.before ?? 0) * senders),
      waitSeconds: Math.min(retryAfterSeconds ?? 0, longestAskedSeconds),
    });
    this.kept.delete(scope.workspaceId);
  }

  private limitsOf(scope: Scope): Promise<Map<string, Bucket>> {
    const known = this.kept.get(scope.workspaceId);
    if (known) return known;
    const read = this.limits
      .buckets(scope)
      .then((buckets) => new Map(buckets.map((bucket) => [`${bucket.kind}:${bucket.name}`, bucket])));
    this.kept.set(scope.workspaceId, read);
    // What failed is not kept: the next one asks again.
    read.catch(() => this.kept.delete(scope.workspaceId));
    return read;
  }
}
