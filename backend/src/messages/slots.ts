import { createHash } from 'node:crypto';

export type LaneKey = { workspaceId: string; channel: string; lane: number };
/**
 * Free places, for the claim: in all, for who is not named, and for those who have some already. What is in wide lanes
 * counts apart (`wide` in all of them), and in no workspace.
 */
export type Room = {
  total: number;
  wide: number;
  workspace: number;
  lane: number;
  workspaces: { workspaceId: string; room: number }[];
  lanes: (LaneKey & { room: number; wide: boolean })[];
};

export const slotLimits = { total: 384, workspace: 64, lane: 32, wide: 2_048, wideLane: 512 } as const;
/** Few receivers of a workspace share one, and so its fate; a claim walks them all. */
const lanes = 4_095;
/** A receiver that is away is asked again after a quarter of the time it has been away, within these. */
const pauseMs = { least: 500, most: 30_000 };
/** While a receiver takes something at least so often, messages wait for a place with it in memory. */
const flowingMs = 1_000;
/** Nobody has had anything for a receiver that was away. */
const forgottenMs = 600_000;
/** So long a lane stays wide without being told again. */
const wideMs = 10_000;

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

/** The lane of a receiver: 0 where it has no name. */
export function laneOf(receiver: string | null): number {
  return receiver === null ? 0 : 1 + (createHash('sha1').update(receiver).digest().readUInt32BE(0) % lanes);
}

export function keyOf({ workspaceId, channel, lane }: LaneKey): string {
  return `${workspaceId}:${channel}:${lane}`;
}

/**
 * Who may have how many messages under way in this process. A lane has at most `lane` places and a workspace at most
 * `workspace`, less the fuller it gets: a quarter of what is free is always left to those who come next. A lane whose
 * receiver is away is closed, and tried with one message at a time. A lane whose messages go nowhere (the sandbox) is
 * wide: nobody is called, so only memory bounds it.
 */
export class Slots {
  private readonly lanes = new Map<string, Lane>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  room(): Room {
    for (const lane of this.lanes.values()) this.forget(lane);
    const active = new Map<string, number>();
    let free: number = slotLimits.total;
    let freeWide: number = slotLimits.wide;
    for (const lane of this.lanes.values()) {
      if (this.isWide(lane)) freeWide -= lane.active;
      else if (lane.active > 0) {
        free -= lane.active;
        active.set(lane.workspaceId, (active.get(lane.workspaceId) ?? 0) + lane.active);
      }
    }
    const workspace = Math.min(slotLimits.workspace, Math.max(0, Math.ceil(free / 4)));
    const wide = Math.max(0, Math.ceil(freeWide / 4));
    return {
      total: Math.max(0, free),
      wide: Math.max(0, freeWide),
      workspace,
      lane: slotLimits.lane,
      workspaces: [...active].map(([workspaceId, count]) => ({ workspaceId, room: Math.max(0, workspace - count) })),
      lanes: [...this.lanes.values()].map((lane) => ({
        workspaceId: lane.workspaceId,
        channel: lane.channel,
        lane: lane.lane,
        room: this.isWide(lane) ? Math.min(wide, this.roomIn(lane)) : this.roomIn(lane),
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
    return this.isWide(lane) ? slotLimits.wideLane : slotLimits.lane;
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

/** One message's place while it is worked on. */
export class Place {
  constructor(
    private readonly slots: Slots,
    private current: Lane,
  ) {}

  get lane(): number {
    return this.current.lane;
  }

  /** To the lane of its receiver. False when that has no place. */
  async move(lane: number): Promise<boolean> {
    const moved = await this.slots.move(this.current, lane);
    if (moved) this.current = moved;
    return moved !== null;
  }

  /** A lane of the same channel is left alone for so long. */
  pause(lane: number, ms: number): void {
    this.slots.pause({ ...this.current, lane }, ms);
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
