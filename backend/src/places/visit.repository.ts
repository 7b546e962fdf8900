import { Injectable } from '@nestjs/common';
import { locationEvent, locationTrait } from '@wend/contract';
import type { Json, JsonObject } from '@wend/contract';
import type { LapsedTime, ProfileChange } from '../changes/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { Point } from './location.js';
import type { PlaceRow } from './place.repository.js';
import { dueAt } from './visits.js';
import type { Counting, Visit } from './visits.js';

/** What a listener calls a stay that has become long enough. */
export const stayed = 'place-stay';

export type HeldPerson = {
  id: string;
  demo: boolean;
  location: Json | null;
  located: number | null;
  last: Date | null;
};
export type KnownPlace = Pick<PlaceRow, 'id' | 'external_id' | 'name' | 'lat' | 'lng' | 'radius' | 'tags'> & Counting;
export type KnownVisit = { profileId: string; place: KnownPlace; visit: Visit };
/** Changes that say where somebody is: by an event, or by what is known of them. */
export type Counts = { events: number; traits: number };
/** `notBefore`: a stay that waits is looked at then at the earliest, ms. */
export type WrittenVisit = KnownVisit & { notBefore: number };
type VisitRow = PlaceRow & {
  profile_id: string;
  since: Date | null;
  counted: boolean;
  entered_at: Date | null;
  told_at: Date | null;
  imported: boolean;
};

const placeColumns = 'p.id, p.external_id, p.name, p.lat, p.lng, p.radius, p.tags, p.dwell_minutes, p.quiet_hours';

/** Who is in which place. All in the transaction that tells of people's changes: a person is worked on by one at a time. */
@Injectable()
export class VisitRepository {
  /** Stays that have become long enough; they are looked at anew. Without scope: lanes carry all workspaces. */
  async takeDue(sql: Sql, { lanes, at, limit }: { lanes: number[]; at: Date; limit: number }): Promise<LapsedTime[]> {
    const rows = await sql.query<{ workspace_id: string; profile_id: string }>(
      `with taken as (
         select d.* from unnest($1::smallint[]) as held (lane)
         cross join lateral (
           select workspace_id, profile_id, place_id from place_visits
           where lane = held.lane and due_at <= $2 order by due_at limit $3
         ) d
       )
       update place_visits v set due_at = null from taken t
       where v.workspace_id = t.workspace_id and v.profile_id = t.profile_id and v.place_id = t.place_id
       returning v.workspace_id, v.profile_id`,
      [lanes, at, Math.ceil(limit / lanes.length)],
    );
    return rows.map((row) => ({ workspaceId: row.workspace_id, profileId: row.profile_id, name: stayed }));
  }

  /** Those of them who are there, held so that nobody is merged away or erased meanwhile, in the order of their ids. */
  hold(scope: Scope, { sql, profileIds }: { sql: Sql; profileIds: string[] }): Promise<HeldPerson[]> {
    return sql.query<HeldPerson>(
      `select p.id, p.demo, p.traits -> $3 as location, (p.trait_times ->> $3)::float8 as located, l.at as last
       from (select distinct id from unnest($2::uuid[]) as t (id) order by 1) wanted
       cross join lateral (
         select * from profiles where workspace_id = $1 and id = wanted.id for key share
       ) p
       left join place_people l on l.workspace_id = p.workspace_id and l.profile_id = p.id
       where p.merged_into is null and not p.test`,
      [scope.workspaceId, profileIds, locationTrait],
    );
  }

  /** What events said. */
  events(
    scope: Scope,
    { sql, events }: { sql: Sql; events: NonNullable<ProfileChange['event']>[] },
  ): Promise<{ id: string; properties: JsonObject; time: Date }[]> {
    return sql.query(
      `select e.id, e.properties, e.time from unnest($2::uuid[], $3::timestamptz[]) as w (id, received_at)
       cross join lateral (
         select id, properties, time from events
         where workspace_id = $1 and id = w.id and received_at = w.received_at
       ) e`,
      [scope.workspaceId, events.map(({ id }) => id), events.map(({ receivedAt }) => receivedAt)],
    );
  }

  /** The places that each point is in, in the order of the points. A point on the rim is inside. */
  async around(scope: Scope, { sql, points }: { sql: Sql; points: readonly Point[] }): Promise<KnownPlace[][]> {
    const found = points.map((): KnownPlace[] => []);
    if (points.length === 0) return found;
    const rows = await sql.query<PlaceRow & { n: number }>(
      `select w.n::int as n, ${placeColumns}
       from unnest($2::float8[], $3::float8[]) with ordinality as w (lat, lng, n)
       cross join (values (0), (-360), (360)) as turn (by)
       join places p on p.workspace_id = $1 and p.bounds @> box(point(w.lng + turn.by, w.lat), point(w.lng + turn.by, w.lat))
         and metres_between(w.lat, w.lng, p.lat, p.lng) <= p.radius`,
      [scope.workspaceId, points.map(({ lat }) => lat), points.map(({ lng }) => lng)],
    );
    for (const row of rows) {
      const list = found[row.n - 1]!;
      if (!list.some(({ id }) => id === row.id)) list.push(knownOf(row));
    }
    return found;
  }

  async visits(scope: Scope, { sql, profileIds }: { sql: Sql; profileIds: string[] }): Promise<KnownVisit[]> {
    const rows = await sql.query<VisitRow>(
      `select v.profile_id, v.since, v.counted, v.entered_at, v.told_at, v.imported, ${placeColumns}
       from place_visits v join places p on p.workspace_id = v.workspace_id and p.id = v.place_id
       where v.workspace_id = $1 and v.profile_id = any($2::uuid[])`,
      [scope.workspaceId, profileIds],
    );
    return rows.map((row) => ({
      profileId: row.profile_id,
      place: knownOf(row),
      visit: {
        since: row.since?.getTime() ?? null,
        counted: row.counted,
        enteredAt: row.entered_at?.getTime() ?? null,
        toldAt: row.told_at?.getTime() ?? null,
        imported: row.imported,
      },
    }));
  }

  /** How many changes of each person that say where they are stand on the queue; those that are being told are among them. */
  async queued(scope: Scope, { sql, profileIds }: { sql: Sql; profileIds: string[] }): Promise<Map<string, Counts>> {
    if (profileIds.length === 0) return new Map();
    // Of each person alone: the queue may be long.
    const rows = await sql.query<{ id: string } & Counts>(
      `select w.id, q.* from unnest($2::uuid[]) as w (id)
       cross join lateral (
         select count(*) filter (where c.what = 'event' and c.name = $3)::int as events,
           count(*) filter (
             where (c.what = 'trait' and c.name = $4) or (c.what = 'profile' and c.name = 'created')
           )::int as traits
         from profile_changes c
         where c.workspace_id = $1 and c.profile_id = w.id
         offset 0
       ) q`,
      [scope.workspaceId, profileIds, locationEvent, locationTrait],
    );
    return new Map(rows.map(({ id, events, traits }) => [id, { events, traits }]));
  }

  /** Places that were deleted meanwhile are left out. */
  async write(scope: Scope, { sql, visits }: { sql: Sql; visits: WrittenVisit[] }): Promise<void> {
    if (visits.length === 0) return;
    const time = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
    const rows = visits.map(({ profileId, place, visit, notBefore }) => ({
      profile_id: profileId,
      place_id: place.id,
      since: time(visit.since),
      counted: visit.counted,
      entered_at: time(visit.enteredAt),
      told_at: time(visit.toldAt),
      due_at: time(latest(dueAt(visit, place), notBefore)),
      imported: visit.imported,
    }));
    await sql.query(
      `insert into place_visits (workspace_id, profile_id, place_id, since, counted, entered_at, told_at, due_at, imported)
       select $1, r.profile_id, r.place_id, r.since, r.counted, r.entered_at, r.told_at, r.due_at, r.imported
       from jsonb_to_recordset($2::jsonb) as r(
         profile_id uuid, place_id uuid, since timestamptz, counted boolean, entered_at timestamptz,
           told_at timestamptz, due_at timestamptz, imported boolean
       )
       cross join lateral (select 1 from places where workspace_id = $1 and id = r.place_id for key share) p
       order by r.profile_id, r.place_id
       on conflict (workspace_id, profile_id, place_id) do update set since = excluded.since,
         counted = excluded.counted, entered_at = excluded.entered_at, told_at = excluded.told_at,
         due_at = excluded.due_at, imported = excluded.imported`,
      [scope.workspaceId, JSON.stringify(rows)],
    );
  }

  async seen(scope: Scope, { sql, people }: { sql: Sql; people: { id: string; at: number }[] }): Promise<void> {
    if (people.length === 0) return;
    await sql.query(
      `insert into place_people as l (workspace_id, profile_id, at)
       select $1, id, at from unnest($2::uuid[], $3::timestamptz[]) as t (id, at) order by id
       on conflict (workspace_id, profile_id) do update set at = excluded.at where l.at < excluded.at`,
      [scope.workspaceId, people.map(({ id }) => id), people.map(({ at }) => new Date(at))],
    );
  }
}

function latest(at: number | null, notBefore: number): number | null {
  return at === null ? null : Math.max(at, notBefore);
}

function knownOf({ dwell_minutes: dwell, quiet_hours: quiet, ...row }: PlaceRow): KnownPlace {
  const { id, external_id, name, lat, lng, radius, tags } = row;
  return { id, external_id, name, lat, lng, radius, tags, dwellMs: dwell * 60_000, quietMs: quiet * 3_600_000 };
}
