import { Injectable } from '@nestjs/common';
import {
  consentRequestedEvent,
  messageEvents,
  repliedEvent,
  resubscribedEvent,
  unsubscribedEvent,
} from '@wend/contract';
import type { EnrollmentSummary, JsonObject, TimelineKind } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { cursorTime, isCursorTime } from '../profiles/index.js';

export type TimelineEvent = {
  type: 'event';
  id: string;
  at: Date;
  kind: TimelineKind;
  name: string;
  received_at: Date;
  properties: JsonObject;
  message_id: string;
  by: string | null;
  late: Record<string, number> | null;
};
export type TimelineRun = {
  type: 'entered' | 'ended';
  id: string;
  at: Date;
  journey_id: string;
  journey: string;
  version: number;
  status: EnrollmentSummary['status'];
  reason: string | null;
  origin: EnrollmentSummary['origin'];
};
export type TimelineRow = TimelineEvent | TimelineRun;
/** Where a row stands: rows of one instant by what they are, then as they were stored. */
type Place = { cursor: string; rank: number; key: string };
type PageOptions = {
  profileId: string;
  cursor?: string | undefined;
  limit: number;
  kinds: readonly TimelineKind[] | null;
};

const textsOf = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');
/** Names of events that Wend makes itself, by the kind that they are shown as. */
const ownNames: [TimelineKind, readonly string[]][] = [
  ['messages', [...Object.values(messageEvents), repliedEvent]],
  ['consent', [unsubscribedEvent, resubscribedEvent, consentRequestedEvent]],
  ['segments', ['Segment Entered', 'Segment Left']],
];
const kindOf = `case when e.kind in ('identify', 'alias') then 'profile'
         ${ownNames.map(([kind, names]) => `when e.name in (${textsOf(names)}) then '${kind}'`).join(' ')}
         else 'activity' end`;

/** What happened to a person: events, and runs that began and ended. Reads only. */
@Injectable()
export class TimelineRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. Each row once, also while new ones come. */
  async page(
    scope: Scope,
    { profileId, cursor, limit, kinds }: PageOptions,
  ): Promise<{ rows: TimelineRow[]; next: string | null }> {
    const after = read(cursor);
    const rows = (
      await Promise.all([
        kinds === null || kinds.some((kind) => kind !== 'journeys')
          ? this.events(scope, { profileId, after, limit: limit + 1, kinds })
          : [],
        ...(kinds === null || kinds.includes('journeys')
          ? [
              this.runs(scope, { profileId, after, limit: limit + 1, type: 'entered' }),
              this.runs(scope, { profileId, after, limit: limit + 1, type: 'ended' }),
            ]
          : []),
      ])
    )
      .flat()
      .sort(newestFirst);
    const last = rows[limit - 1];
    return { rows: rows.slice(0, limit), next: rows.length > limit && last ? write(last) : null };
  }

  private events(
    scope: Scope,
    { profileId, after, limit, kinds }: SourceOptions & { kinds: readonly TimelineKind[] | null },
  ) {
    return this.database.query<TimelineEvent & Place>(
      `select 'event' as type, e.id, e.time as at, ${kindOf} as kind, e.name, e.received_at, e.properties, e.message_id,
         e.context->>'by' as by, l.traits as late, ${cursorTime('e.time')} as cursor, 0 as rank,
         lpad(e.position::text, 20, '0') as key
       from events e
       left join late_traits l on l.workspace_id = e.workspace_id and l.event_id = e.id
       where e.workspace_id = $1 and e.profile_id = $2 and e.origin <> 'test'
         and ($3::text[] is null or ${kindOf} = any($3))
         and ($4::timestamptz is null
           or (e.time <= $4 and (e.time < $4 or $5::int > 0 or ($5 = 0 and e.position < $6::bigint))))
       order by e.time desc, e.position desc
       limit $7`,
      [
        scope.workspaceId,
        profileId,
        kinds,
        after?.cursor ?? null,
        after?.rank ?? null,
        after?.rank === 0 ? after.key : null,
        limit,
      ],
    );
  }

  private runs(scope: Scope, { profileId, after, limit, type }: SourceOptions & { type: TimelineRun['type'] }) {
    const at = type === 'entered' ? 'e.entered_at' : 'e.ended_at';
    const rank = ranks[type];
    return this.database.query<TimelineRun & Place>(
      `select '${type}' as type, e.id, ${at} as at, e.journey_id, j.name as journey, coalesce(v.number, 0) as version, e.status,
         e.end_reason as reason, e.origin, ${cursorTime(at)} as cursor, ${rank} as rank, e.id::text as key
       from enrollments e
       join journeys j on j.workspace_id = e.workspace_id and j.id = e.journey_id
       join journey_versions v on v.workspace_id = e.workspace_id and v.id = e.version_id
       where e.workspace_id = $1 and e.profile_id = $2 and e.origin <> 'test' and ${at} is not null
         and ($3::timestamptz is null
           or (${at} <= $3 and (${at} < $3 or $4::int > ${rank} or ($4 = ${rank} and e.id < $5::uuid))))
       order by ${at} desc, e.id desc
       limit $6`,
      [
        scope.workspaceId,
        profileId,
        after?.cursor ?? null,
        after?.rank ?? null,
        after?.rank === rank ? after.key : null,
        limit,
      ],
    );
  }
}

type SourceOptions = { profileId: string; after: Place | null; limit: number };

/** Of one instant, what a run did comes after the event that it follows from. */
const ranks = { event: 0, entered: 1, ended: 2 } as const;

function newestFirst(a: Place, b: Place): number {
  return compare(b.cursor, a.cursor) || b.rank - a.rank || compare(b.key, a.key);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function write({ cursor, rank, key }: Place): string {
  return Buffer.from(JSON.stringify([cursor, rank, key])).toString('base64url');
}

function read(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  try {
    const [at, rank, key] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    const form = rank === 0 ? /^\d{20}$/ : /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    if (
      typeof at === 'string' &&
      isCursorTime(at) &&
      (rank === 0 || rank === 1 || rank === 2) &&
      typeof key === 'string' &&
      form.test(key) &&
      (rank !== 0 || BigInt(key) < 2n ** 63n)
    )
      return { cursor: at, rank, key };
  } catch {
    // Falls through to the error below.
  }
  throw new UserError('invalid-cursor', 'This page cursor isn’t valid. Load the list again from the start.', {
    errors: [{ path: 'cursor', message: 'isn’t a cursor for this list' }],
  });
}
