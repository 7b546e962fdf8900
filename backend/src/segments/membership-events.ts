import { Injectable } from '@nestjs/common';
import { segmentEnteredEvent, segmentLeftEvent } from '@wend/contract';
import { noteChanges } from '../changes/index.js';
import { EventsService } from '../events/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { MemberRepository } from './member.repository.js';

/** A membership that is another one now. `told`: journeys may start and wake by it. */
export type MembershipChange = {
  segment: { id: string; name: string };
  person: { id: string; demo: boolean };
  entered: boolean;
  told: boolean;
  /** Whether the size changes with it: not where it was counted already. */
  counted?: boolean;
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
  async write(scope: Scope, { sql, changes, at, evaluated = false }: WriteOptions): Promise<void> {
    if (changes.length === 0) return;
    const [{ id: transaction }] = (await sql.query<{ id: string }>('select pg_current_xact_id()::text as id')) as [
      { id: string },
    ];
    // What is not told counts as imported: it is among the events of the person, and starts and wakes nothing.
    const originOf = ({ told, person }: MembershipChange) => (told ? (person.demo ? 'demo' : 'live') : 'import');
    for (const origin of ['live', 'demo', 'import'] as const)
      await this.events.ingest({
        scope,
        sql,
        origin,
        receivedAt: Date.now(),
        events: changes
          .filter((change) => originOf(change) === origin)
          .map(({ segment, person, entered }) => ({
            name: entered ? segmentEnteredEvent : segmentLeftEvent,
            profileId: person.id,
            // Of one transaction there is one of each kind, and its work is done once.
            messageId: `wend:segment:${segment.id}:${person.id}:${entered ? 'entered' : 'left'}:${transaction}`,
            properties: { segmentId: segment.id, segmentName: segment.name },
            time: at,
          })),
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
