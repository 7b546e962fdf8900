import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ChannelsService, ConnectionHealthService } from '../channels/index.js';
import { HeldRepository } from '../delivery-rules/index.js';
import { Database } from '../platform/database/index.js';
import { OperationalError } from '../platform/errors/index.js';
import { isOutage } from '../platform/http/index.js';
import { logger } from '../platform/logging/index.js';
import { DeliveryOwner } from './delivery-owner.js';
import { DeliveryOwnerRepository } from './delivery-owner.repository.js';
import { ClaimRepository } from './claim.repository.js';
import type { Claimed, Cursor } from './claim.repository.js';
import { DeliveryContextRepository } from './delivery-context.repository.js';
import { DeliveryService, defaultDelivery } from './delivery.service.js';
import { classOf, laneIn, laneOf } from './lanes.js';
import type { LaneClass } from './lanes.js';
import { keyOf, slotLimits, Slots } from './slots.js';
import { RequeueRepository } from './requeue.repository.js';
import type { ChannelKey, LaneKey, Room } from './slots.js';
import type { DeliveryOptions, Work } from './work.js';

const pollMs = 1_000;
const drainPollMs = 25;
/** A part of what came the last time, or of what is under way where much may be. */
const worthIt = 0.4;
const outageSeconds = 5;
/** For what cannot even be marked as failed. */
const stuckSeconds = 300;

/** The claims of some classes: one after the other, in a round over all lanes. */
type Claims = { of: readonly LaneClass[]; running: boolean; again: boolean; cursor: Cursor };

type DrainOptions = {
  workspaceId: string;
  enrollmentId: string;
  withinMs?: number;
};

/**
 * Sends what is due: told of it by the commits of this process, and looking each second for what became due by itself
 * or elsewhere.
 */
@Injectable()
export class DeliveryLoop {
  private readonly owner: DeliveryOwner;
  private readonly slots = new Slots();
  private readonly active = new Set<Promise<void>>();
  /**
   * Messages that are being worked on here, each by the work that came to it last: it may be claimed again before the
   * one before has said that it is done.
   */
  private readonly held = new Map<string, Work>();
  /**
   * Workspaces and classes of which as many came as there was room for, and may be more: how many have to end until it
   * is worth to look again.
   */
  private readonly hungry = new Map<string, number>();
  private options: DeliveryOptions = defaultDelivery;
  private running = false;
  /** By themselves, so that they never wait until many others have been claimed, or read. */
  private readonly urgent = claimsOf(['transactional']);
  private readonly others = claimsOf(['single', 'bulk']);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    database: Database,
    private readonly claims: ClaimRepository,
    private readonly contexts: DeliveryContextRepository,
    private readonly requeue: RequeueRepository,
    private readonly delivery: DeliveryService,
    private readonly channels: ChannelsService,
    private readonly health: ConnectionHealthService,
    private readonly heldMessages: HeldRepository,
  ) {
    this.owner = new DeliveryOwner(new DeliveryOwnerRepository(database));
  }

  start(options: Partial<DeliveryOptions> = {}): void {
    if (this.running) return;
    this.options = { ...defaultDelivery, ...options };
    this.running = true;
    this.timer = setInterval(() => void this.poll(), pollMs);
    void this.poll();
  }

  /**
   * Takes nothing new and waits for what is being sent, at most `withinMs`; what is left after that is taken over by
   * others.
   */
  async stop(withinMs = 30_000): Promise<void> {
    this.running = false;
    clearInterval(this.timer);
    const limit = new AbortController();
    await Promise.race([
      Promise.all([...this.active]),
      delay(withinMs, undefined, { signal: limit.signal, ref: false }).catch(() => undefined),
    ]);
    limit.abort();
    await this.flush();
    if (this.active.size > 0)
      logger.warn({ messages: this.active.size }, 'delivery stopped while messages were being sent');
    await this.owner.end(this.active.size === 0);
  }

  /** Something may be due; whether it can be urgent. */
  nudge({ urgent = true }: { urgent?: boolean } = {}): void {
    if (urgent) void this.pump(this.urgent);
    void this.pump(this.others);
  }

  /**
   * Waits until no message of a run is due or being sent; a message put off to later is not waited for. Works while
   * this or another process delivers. Throws an `OperationalError` after `withinMs`: then probably no worker is
   * running.
   */
  async drain({ workspaceId, enrollmentId, withinMs = 30_000 }: DrainOptions): Promise<void> {
    const until = Date.now() + withinMs;
    while ((await this.claims.countDue({ workspaceId }, enrollmentId)) > 0) {
      if (Date.now() > until)
        throw new OperationalError(
          'messages-waiting',
          'Messages of this run are still waiting to be sent. Is the worker running? Try again in a moment.',
        );
      await delay(drainPollMs);
    }
  }

  private async poll(): Promise<void> {
    await this.owner.live();
    // Stopped meanwhile: the connection must not outlive that.
    if (!this.running) return this.owner.end(this.active.size === 0);
    // What these two find is claimed after them; what they cannot find now they find in a second.
    const look = async () => {
      await this.owner.look();
      while (this.running && (await this.claims.unpark()) > 0) await this.pumpAll();
      while (this.running && (await this.heldMessages.release()) > 0) await this.pumpAll();
    };
    await look().catch((error: unknown) =>
      logger.warn({ error }, 'it could not be looked who else sends, and which journeys go on'),
    );
    await this.flush();
    await this.pumpAll();
  }

  private async flush(): Promise<void> {
    await this.health
      .flush()
      .catch((error: unknown) => logger.warn({ error }, 'how connections do could not be stored; trying again'));
  }

  private async pumpAll(): Promise<void> {
    await Promise.all([this.pump(this.urgent), this.pump(this.others)]);
  }

  private async pump(claims: Claims): Promise<void> {
    claims.again = true;
    if (claims.running) return;
    claims.running = true;
    try {
      while (this.running && claims.again) {
        claims.again = false;
        await this.claim(claims);
      }
    } catch (error) {
      logger.warn({ error }, 'messages could not be claimed; trying again');
    } finally {
      claims.running = false;
    }
  }

  private async claim(claims: Claims): Promise<void> {
    const all = this.slots.room();
    const room = { ...all, classes: all.classes.filter(({ of }) => claims.of.includes(of)) };
    if (room.classes.every(({ total, wide }) => total + wide === 0) || !this.owner.lives) return;
    if (claims.cursor === null)
      for (const of of claims.of)
        for (const key of this.hungry.keys()) if (key.endsWith(`:${of}`)) this.hungry.delete(key);
    const { claimed, next } = await this.claims.claim({
      claimant: {
        owner: this.owner.name,
        held: [...this.held].flatMap(([id, { place }]) => (claims.of.includes(place.class) ? [id] : [])),
        dead: this.owner.dead,
        leaseMs: this.options.leaseMs,
      },
      room,
      after: claims.cursor,
    });
    claims.cursor = next;
    // The rest of the round.
    if (next) claims.again = true;
    this.noteHungry(claimed, room);
    // Each class by itself: few wait for nothing that many need.
    await Promise.all(
      claims.of.flatMap((of) => {
        const rows = claimed.filter(({ lane }) => classOf(lane) === of);
        return [...groupBy(rows, groupOf).values()].map((group) => this.begin(group));
      }),
    );
  }

  private noteHungry(claimed: Claimed[], room: Room): void {
    const rooms = new Map(room.lanes.map((lane) => [keyOf(lane), lane.room]));
    const wide = new Set(room.lanes.flatMap((lane) => (lane.wide ? [keyOf(lane)] : [])));
    const workspaces = new Map(room.workspaces.map((each) => [`${each.workspaceId}:${each.of}`, each.room]));
    const channels = new Map(room.channels.map((each) => [channelKey(each), each.room]));
    const taken = groupBy(claimed, ({ lane }) => classOf(lane));
    for (const [group, rows] of groupBy(claimed, groupOf)) {
      const of = classOf(rows[0]!.lane);
      const free = room.classes.find((each) => each.of === of)!;
      const all =
        rows.length >= (workspaces.get(group) ?? free.workspace) ||
        taken.get(of)!.length >= free.total ||
        [...groupBy(rows, (row) => channelKey({ ...laneKey(row), of }))].some(
          ([key, { length }]) => length >= (channels.get(key) ?? free.channel),
        );
      for (const [key, ofLane] of groupBy(rows, (row) => keyOf(laneKey(row)))) {
        if (!all && ofLane.length < (rooms.get(key) ?? free.lane)) continue;
        const under = wide.has(key) ? slotLimits[of].wideLane - (rooms.get(key) ?? 0) + ofLane.length : rows.length;
        this.hungry.set(group, Math.ceil(under * worthIt));
      }
    }
  }

  /** For several at once. */
  private noteEnd(group: string): void {
    const left = this.hungry.get(group);
    if (left === undefined) return;
    this.hungry.set(group, left - 1);
    if (left <= 1) void this.pump(group.endsWith(':transactional') ? this.urgent : this.others);
  }

  /** Of one workspace and class. */
  private async begin(rows: Claimed[]): Promise<void> {
    const group = groupOf(rows[0]!);
    const of = classOf(rows[0]!.lane);
    const workspaceId = rows[0]!.workspace_id;
    const contexts = new Map(
      (
        await this.contexts.contexts(
          { workspaceId },
          rows.map(({ id }) => id),
        )
      ).map((context) => [context.id, context]),
    );
    const found = [...contexts.values()];
    const blocks = await this.delivery.blocks({ workspaceId }, found);
    const blockOf = new Map(found.map(({ id }, index) => [id, blocks[index]!]));
    const routing = await this.channels.routing({ workspaceId });
    for (const channel of new Set(rows.map((row) => row.channel)))
      this.slots.widen({ workspaceId, channel, lane: laneIn(of, laneOf(null)) }, routing.sandboxed.includes(channel));
    for (const claimed of rows) {
      const context = contexts.get(claimed.id);
      if (!context) continue;
      const place = this.slots.take(laneKey(claimed));
      const work: Work = {
        scope: { workspaceId },
        claimed,
        context,
        owner: this.owner.name,
        options: this.options,
        place,
        begun: null,
        block: blockOf.get(claimed.id) ?? null,
        routing,
        senders: this.owner.senders,
      };
      this.held.set(claimed.id, work);
      const done = this.delivery
        .deliver(work)
        .catch((error: unknown) => this.giveBack(work, error))
        .finally(() => {
          this.active.delete(done);
          if (this.held.get(claimed.id) === work) this.held.delete(claimed.id);
          place.free();
          this.noteEnd(group);
        });
      this.active.add(done);
    }
  }

  /**
   * Nothing was decided: it goes back into the queue, and where that fails too it is claimed again, since nobody here
   * works on it.
   */
  private async giveBack(work: Work, error: unknown): Promise<void> {
    const {
      scope,
      claimed: { id },
      owner,
    } = work;
    const outage = isOutage(error);
    logger.error({ error, messageId: id }, 'a message could not be worked on; trying again later');
    try {
      if (!outage) return await this.delivery.fault(work, error);
    } catch (failure) {
      logger.error(
        { error: failure, messageId: id },
        'that a message could not be worked on could not be written down',
      );
    }
    await this.requeue
      .postpone(scope, { id, owner, inSeconds: outage ? outageSeconds : stuckSeconds })
      .catch((failure: unknown) =>
        logger.warn({ error: failure, messageId: id }, 'a message could not be given back yet'),
      );
  }
}

function claimsOf(of: readonly LaneClass[]): Claims {
  return { of, running: false, again: false, cursor: null };
}

function laneKey({ workspace_id, channel, lane }: Claimed): LaneKey {
  return { workspaceId: workspace_id, channel, lane };
}

function channelKey({ workspaceId, channel, of }: ChannelKey): string {
  return `${workspaceId}:${of}:${channel}`;
}

/** A workspace and a class. */
function groupOf({ workspace_id, lane }: Claimed): string {
  return `${workspace_id}:${classOf(lane)}`;
}

function groupBy<Row, Key extends string>(rows: Row[], key: (row: Row) => Key): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}
