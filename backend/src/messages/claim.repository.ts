import { Injectable } from '@nestjs/common';
import type { Channel, MessageStatus } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { claimMessages, unparkMessages } from './delivery.sql.js';
import { laneClasses } from './lanes.js';
import type { LaneKey, Room } from './slots.js';

export type Claimed = {
  workspace_id: string;
  id: string;
  channel: Channel;
  lane: number;
  previous: Extract<MessageStatus, 'queued' | 'sending'>;
  attempts: number;
  provider: string | null;
  /** Since the lease of whoever had it before was over; less than 0 while it was not. */
  lapsed_seconds: number | null;
};
/** Where a claim begins in the round of all lanes, null for their beginning. */
export type Cursor = LaneKey | null;
/** Who claims: what it has already is not claimed again, what it does not know of is; and that of the dead. */
export type Claimant = { owner: string; held: string[]; dead: string[]; leaseMs: number };

/** In one claim: it bounds what a claim costs where very many lanes have something. */
const lanesWalked = 500;
const nobody = '00000000-0000-0000-0000-000000000000';

type ClaimOptions = {
  claimant: Claimant;
  room: Room;
  after?: Cursor;
};

/** What is due, for those who send. */
@Injectable()
export class ClaimRepository {
  constructor(private readonly database: Database) {}

  /**
   * Leases messages that are due, of each lane in turn from `after` on and no more than there is room for: queued ones
   * whose time has come, and those whose owner is dead or has forgotten them. Two claimers never get the same. `next`
   * is where to go on, null after the last lane. Transactional messages have no round: all of their lanes are looked at
   * each time, and where only they have room no others are walked. Without scope: senders serve all workspaces, and each row says which.
   */
  async claim({ claimant, room, after = null }: ClaimOptions): Promise<{ claimed: Claimed[]; next: Cursor }> {
    const { owner, held, dead, leaseMs } = claimant;
    const walks = room.classes.some(({ of }) => of !== 'transactional') ? lanesWalked : 0;
    const rows = await this.database.query<Claimed & { last: [string, string, number] | null; walked: number }>(
      claimMessages,
      [
        after?.workspaceId ?? nobody,
        after?.channel ?? '',
        after?.lane ?? -1,
        walks,
        room.lanes.map(({ workspaceId }) => workspaceId),
        room.lanes.map(({ channel }) => channel),
        room.lanes.map(({ lane }) => lane),
        room.lanes.map((lane) => lane.room),
        room.lanes.map(({ wide }) => wide),
        room.classes.map(({ of }) => laneClasses[of]),
        room.classes.map(({ lane }) => lane),
        room.classes.map(({ workspace }) => workspace),
        room.classes.map(({ total }) => total),
        room.classes.map(({ wide }) => wide),
        room.workspaces.map(({ workspaceId }) => workspaceId),
        room.workspaces.map(({ of }) => laneClasses[of]),
        room.workspaces.map((workspace) => workspace.room),
        owner,
        held,
        dead,
        leaseMs,
        room.classes.reduce((sum, { total, wide }) => sum + total + wide, 0),
        room.classes.map(({ channel }) => channel),
        room.channels.map(({ workspaceId }) => workspaceId),
        room.channels.map(({ of }) => laneClasses[of]),
        room.channels.map(({ channel }) => channel),
        room.channels.map((each) => each.room),
      ],
    );
    const { last, walked } = rows[0]!;
    const next =
      last && walks > 0 && walked === walks ? { workspaceId: last[0], channel: last[1], lane: last[2] } : null;
    return { claimed: rows.filter(({ id }) => id !== null), next };
  }

  /**
   * Takes messages of journeys that are not paused any more out again, at most 5,000; returns how many. Without scope:
   * senders serve all workspaces.
   */
  async unpark(): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(unparkMessages);
    return row?.count ?? 0;
  }

  /** Messages of a run that are due, or being sent, now. */
  async countDue(scope: Scope, enrollmentId: string): Promise<number> {
    const [row] = await this.database.query<{ due: number }>(
      `select count(*)::int as due from messages where workspace_id = $1 and enrollment_id = $2
          and (status = 'sending' or (status = 'queued' and next_attempt_at <= now()))`,
      [scope.workspaceId, enrollmentId],
    );
    return row?.due ?? 0;
  }
}
