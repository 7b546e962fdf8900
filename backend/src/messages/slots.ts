import { classOf, classesInOrder, laneIn } from './lanes.js';
import type { LaneClass } from './lanes.js';

export type LaneKey = { workspaceId: string; channel: string; lane: number };
type ClassRoom = { of: LaneClass; total: number; wide: number; workspace: number; channel: number; lane: number };
export type ChannelKey = { workspaceId: string; channel: string; of: LaneClass };
/**
 * Free places, for the claim, of each class: in all, for who is not named, and for those who have some already. What is
 * in wide lanes counts apart (`wide` in all of them), and in no workspace.
 */
export type Room = {
  classes: ClassRoom[];
  workspaces: { workspaceId: string; of: LaneClass; room: number }[];
  channels: (ChannelKey & { room: number })[];
  lanes: (LaneKey & { room: number; wide: boolean })[];
};
type Limits = { total: number; workspace: number; channel: number; lane: number; wide: number; wideLane: number };

/**
 * Each class has places of its own, so that none ever waits for those of another. What is under way is worked on in turn:
 * of bulk that goes nowhere so little that more urgent messages do not notice it.
 */
export const slotLimits: Readonly<Record<LaneClass, Limits>> = {
  single: { total: 384, workspace: 64, channel: 48, lane: 32, wide: 2_048, wideLane: 512 },
  bulk: { total: 384, workspace: 64, channel: 48, lane: 32, wide: 512, wideLane: 128 },
  transactional: { total: 192, workspace: 48, channel: 36, lane: 24, wide: 512, wideLane: 128 },
};
/** A receiver that is away is asked again after a quarter of the time it has been away, within these. */
const pauseMs = { least: 500, most: 30_000 };
/** While a receiver takes something at least so often, messages wait for a place with it in memory. */
const flowingMs = 1_000;
/** Nobody has had anything for a receiver that was away. */
const forgottenMs = 600_000;
/** So long a lane stays wide without being told again. */
const wideMs = 10_000;

type Under = { workspaceId: string; channel: string; count: number };

/** What is under way in one lane. */
export type Lane = LaneKey & {
  active: number;
  waiting: ((free: boolean) => void)[];
  movedAt: number;
  awaySince: number | null;
  closedUntil: number;
  /** Its receiver asked to wait so long. */
  pausedUntil: number;
  wideUntil: number;
};

export function keyOf({ workspaceId, channel, lane }: LaneKey): string {
  return `${workspaceId}:${channel}:${lane}`;
}

/**
 * Who may have how many messages under way in this process. Of each class a lane has at most `lane` places and a
 * workspace at most `workspace`, less the fuller it gets: a quarter of what is free is always left to those who come
 * next. Of these a channel has at most `channel`, however many of its receivers hang: the others go on. A lane whose
 * receiver is away is closed, and tried with one message at a time. A lane whose messages go nowhere (the sandbox) is
 * wide: nobody is called, so only memory bounds it.
 */
export class Slots {
  private readonly lanes = new Map<string, Lane>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  room(): Room {
    for (const lane of this.lanes.values()) this.forget(lane);
    const under = new Map(
      classesInOrder.map((of) => [
        of,
        { places: 0, wide: 0, workspaces: new Map<string, number>(), channels: new Map<string, Under>() },
      ]),
    );
    for (const lane of this.lanes.values()) {
      const count = under.get(classOf(lane.lane))!;
      if (this.isWide(lane)) count.wide += lane.active;
      else if (lane.active > 0) {
        count.places += lane.active;
        count.workspaces.set(lane.workspaceId, (count.workspaces.get(lane.workspaceId) ?? 0) + lane.active);
        const { workspaceId, channel } = lane;
        const key = `${workspaceId}:${channel}`;
        count.channels.set(key, { workspaceId, channel, count: (count.channels.get(key)?.count ?? 0) + lane.active });
      }
    }
    const classes = classesInOrder.map((of): ClassRoom => {
      const limits = slotLimits[of];
      const total = Math.max(0, limits.total - under.get(of)!.places);
      const wide = Math.max(0, limits.wide - under.get(of)!.wide);
      const workspace = Math.min(limits.workspace, Math.ceil(total / 4));
      return { of, total, wide, workspace, channel: Math.min(limits.channel, workspace), lane: limits.lane };
    });
    return {
      classes,
      workspaces: classes.flatMap(({ of, workspace }) =>
        [...under.get(of)!.workspaces].map(([workspaceId, count]) => ({
          workspaceId,
          of,
          room: Math.max(0, workspace - count),
        })),
      ),
      channels: classes.flatMap(({ of }) =>
        [...under.get(of)!.channels.values()].map(({ count, ...channel }) => ({
          ...channel,
          of,
          room: Math.max(0, slotLimits[of].channel - count),
        })),
      ),
      lanes: [...this.lanes.values()].map((lane) => ({
        workspaceId: lane.workspaceId,
        channel: lane.channel,
        lane: lane.lane,
        room: this.isWide(lane)
          ? Math.min(Math.ceil(classes.find(({ of }) => of === classOf(lane.lane))!.wide / 4), this.roomIn(lane))
          : this.roomIn(lane),
        wide: this.isWide(lane),
      })),
    };
  }

  take(key: LaneKey): Place {
    const lane = this.laneAt(key);
    lane.active += 1;
    return new Place(this, lane);
  }

  /** Whether the messages of a lane go nowhere; to be told again while that is so. */
  widen(key: LaneKey, wide: boolean): void {
    if (wide) this.laneAt(key).wideUntil = this.now() + wideMs;
    else if (this.lanes.has(keyOf(key))) this.laneAt(key).wideUntil = 0;
  }

  /** For `Place`. */
  free(lane: Lane): void {
    this.leave(lane);
  }

  /** For `Place`: from one lane to another. False when there is no place now and none is to be expected in a moment. */
  async move(from: Lane, number: number): Promise<Lane | null> {
    const to = this.laneAt({ ...from, lane: number });
    if (to === from) return to;
    if (this.roomIn(to) > 0) return this.enter(from, to);
    const now = this.now();
    if (to.awaySince !== null || now < to.pausedUntil || now - to.movedAt > flowingMs) return null;
    const got = await new Promise<boolean>((resolve) => {
      const wait = (free: boolean): void => {
        clearTimeout(timer);
        resolve(free);
      };
      const timer = setTimeout(() => {
        to.waiting.splice(to.waiting.indexOf(wait), 1);
        this.forget(to);
        resolve(false);
      }, flowingMs);
      to.waiting.push(wait);
    });
    if (got) this.leave(from);
    return got ? to : null;
  }

  /** For `Place`: nobody was there. */
  away(lane: Lane): void {
    const now = this.now();
    if (lane.awaySince !== null && now < lane.closedUntil) return;
    lane.awaySince ??= now;
    lane.closedUntil = now + Math.min(pauseMs.most, Math.max(pauseMs.least, (now - lane.awaySince) / 4));
    for (const wait of lane.waiting.splice(0)) wait(false);
  }

  /** For `Place`: somebody answered. */
  reached(lane: Lane): void {
    lane.awaySince = null;
    lane.movedAt = this.now();
  }

  /** For `Place`: nothing goes to this lane for so long; what is under way in it ends as it does. */
  pause(key: LaneKey, ms: number): void {
    const lane = this.laneAt(key);
    lane.pausedUntil = Math.max(lane.pausedUntil, this.now() + ms);
    for (const wait of lane.waiting.splice(0)) wait(false);
  }

  private roomIn(lane: Lane): number {
    if (this.now() < lane.pausedUntil) return 0;
    if (lane.awaySince === null) return Math.max(0, this.placesIn(lane) - lane.active - lane.waiting.length);
    return this.now() < lane.closedUntil ? 0 : Math.max(0, 1 - lane.active);
  }

  private placesIn(lane: Lane): number {
    const limits = slotLimits[classOf(lane.lane)];
    return this.isWide(lane) ? limits.wideLane : limits.lane;
  }

  private isWide(lane: Lane): boolean {
    return this.now() < lane.wideUntil;
  }

  private laneAt({ workspaceId, channel, lane: number }: LaneKey): Lane {
    const key = keyOf({ workspaceId, channel, lane: number });
    const known = this.lanes.get(key);
    if (known) return known;
    const lane: Lane = {
      workspaceId,
      channel,
      lane: number,
      active: 0,
      waiting: [],
      movedAt: this.now(),
      awaySince: null,
      closedUntil: 0,
      pausedUntil: 0,
      wideUntil: 0,
    };
    this.lanes.set(key, lane);
    return lane;
  }

  private enter(from: Lane, to: Lane): Lane {
    to.active += 1;
    this.leave(from);
    return to;
  }

  private leave(lane: Lane): void {
    lane.active -= 1;
    const open = lane.awaySince === null && this.now() >= lane.pausedUntil;
    const next = open && lane.active < this.placesIn(lane) ? lane.waiting.shift() : undefined;
    if (next) {
      lane.active += 1;
      next(true);
    }
    this.forget(lane);
  }

  private forget(lane: Lane): void {
    const now = this.now();
    const past =
      now >= lane.pausedUntil &&
      now >= lane.wideUntil &&
      (lane.awaySince === null || now - lane.closedUntil > forgottenMs);
    if (lane.active === 0 && lane.waiting.length === 0 && past) this.lanes.delete(keyOf(lane));
  }
}

/** One message's place while it is worked on. Receivers are given by their number; the class stays what it is. */
export class Place {
  constructor(
    private readonly slots: Slots,
    private current: Lane,
  ) {}

  /** As it is stored. */
  get lane(): number {
    return this.current.lane;
  }

  get class(): LaneClass {
    return classOf(this.current.lane);
  }

  /** The lane of a receiver as it is stored. */
  laneAt(receiver: number): number {
    return laneIn(this.class, receiver);
  }

  /** To the lane of a receiver. False when that has no place. */
  async move(receiver: number): Promise<boolean> {
    const moved = await this.slots.move(this.current, this.laneAt(receiver));
    if (moved) this.current = moved;
    return moved !== null;
  }

  /** The lane of a receiver of the same channel is left alone for so long. */
  pause(receiver: number, ms: number): void {
    this.slots.pause({ ...this.current, lane: this.laneAt(receiver) }, ms);
  }

  away(): void {
    this.slots.away(this.current);
  }

  reached(): void {
    this.slots.reached(this.current);
  }

  free(): void {
    this.slots.free(this.current);
  }
}
