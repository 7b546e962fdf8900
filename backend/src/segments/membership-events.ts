import { Injectable } from '@nestjs/common';
import { segmentEvents } from '@wend/contract';
import { noteChanges } from '../changes/index.js';
import { EventsService } from '../events/index.js';
import type { EventInput } from '../events/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { MemberRepository } from './member.repository.js';

/** A membership that is another one now. */
export type MembershipChange = {
  segment: { id: string; name: string };
  person: { id: string; demo: boolean };
  entered: boolean;
  /**
   * `told`: journeys may start and wake by it. `noted`: it is among the person's events, as what is imported, and starts
   * and wakes nothing. `silent`: there is no event.
   */
  told: 'told' | 'noted' | 'silent';
  /** Whether the size changes with it: not where it was counted already. */
  counted?: boolean;
  /** How many actions of runs led to it, one by the other. */
  depth?: number;
};

/** Watchers of this room begin so. */
export const watcherPrefix = 'segment/';

type WriteOptions = {
  sql: Sql;
  changes: MembershipChange[];
  /** ms since 1970. */
  at: number;
  /** Segments that read these have been evaluated by the caller. */
  evaluated?: boolean;
  /** That of changes which say none. */
  depth?: number;
};

/** What follows from a change of membership, in the transaction that makes it. */
@Injectable()
export class MembershipEvents {
  constructor(
    private readonly members: MemberRepository,
    private readonly events: EventsService,
  ) {}

  /**
   * Leaves `Segment Entered` and `Segment Left` among the events of each person, in the order of the changes, and tells
   * whoever watches the segment. The people are held by the caller. May throw `IdentityConflict`: do it again.
   */
  async write(scope: Scope, { sql, changes, at, evaluated = false, depth = 0 }: WriteOptions): Promise<void> {
    if (changes.length === 0) return;
    const transaction = await this.members.transactionId(sql);
    for (const round of roundsOf(changes.filter(({ told }) => told !== 'silent')))
      for (const origin of ['live', 'demo', 'import'] as const)
        await this.events.ingest({
          scope,
          sql,
          origin,
          receivedAt: Date.now(),
          events: round
            .filter((change) => originOf(change) === origin)
            .map((change) => ({ ...eventOf(change, { at, transaction }), depth: change.depth ?? depth })),
        });
    await noteChanges(scope, {
      sql,
      changes: changes.map((change) => ({
        profileId: change.person.id,
        what: 'segment',
        name: change.segment.id,
        origin: originOf(change),
      })),
      except: evaluated ? watcherPrefix : null,
    });
    await this.members.addDeltas(scope, { sql, deltas: deltasOf(changes), at: new Date(at) });
  }
}

function originOf({ told, person }: MembershipChange): 'live' | 'demo' | 'import' {
  return told !== 'told' ? 'import' : person.demo ? 'demo' : 'live';
}

function eventOf(
  { segment, person, entered }: MembershipChange,
  { at, transaction }: { at: number; transaction: string },
): EventInput {
  return {
    name: entered ? segmentEvents.entered : segmentEvents.left,
    profileId: person.id,
    // Of one transaction there is one of each kind, and its work is done once.
    messageId: `wend:segment:${segment.id}:${person.id}:${entered ? 'entered' : 'left'}:${transaction}`,
    properties: { segmentId: segment.id, segmentName: segment.name },
    time: at,
    unseen: true,
  };
}

/** Each has at most one change of a person in a segment; in their order. */
function roundsOf(changes: MembershipChange[]): MembershipChange[][] {
  const counts = new Map<string, number>();
  const rounds: MembershipChange[][] = [];
  for (const change of changes) {
    const key = `${change.segment.id} ${change.person.id}`;
    const round = counts.get(key) ?? 0;
    counts.set(key, round + 1);
    (rounds[round] ??= []).push(change);
  }
  return rounds;
}

function deltasOf(changes: MembershipChange[]): { segmentId: string; entered: number; left: number; size: number }[] {
  const deltas = new Map<string, { segmentId: string; entered: number; left: number; size: number }>();
  for (const { segment, entered, counted } of changes) {
    const delta = deltas.get(segment.id) ?? { segmentId: segment.id, entered: 0, left: 0, size: 0 };
    delta[entered ? 'entered' : 'left'] += 1;
    if (!counted) delta.size += entered ? 1 : -1;
    deltas.set(segment.id, delta);
  }
  return [...deltas.values()];
}
