import { Injectable } from '@nestjs/common';
import { mostPlaces } from '@wend/contract';
import type { PlaceInput } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { boundsOf } from './location.js';

export type PlaceRow = {
  id: string;
  external_id: string;
  name: string;
  lat: number;
  lng: number;
  radius: number;
  tags: string[];
  dwell_minutes: number;
  quiet_hours: number;
  created_at: Date;
  updated_at: Date;
};
export type SavedCounts = { created: number; updated: number; unchanged: number };
export type PlaceFilter = {
  search: string | null;
  tag: string | null;
  externalIds: readonly string[] | null;
};
/** A name and an id: where a page ends. */
export type PlaceCursor = { name: string; id: string };

/** More places than a workspace may have. */
export class TooManyPlaces extends Error {}

const columns = 'id, external_id, name, lat, lng, radius, tags, dwell_minutes, quiet_hours, created_at, updated_at';

@Injectable()
export class PlaceRepository {
  constructor(private readonly database: Database) {}

  /** Without scope: it only opens the transaction; what runs in it is scoped. */
  transaction<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result> {
    return this.database.transaction(work);
  }

  /** By name; `search`: part of a name or external id; `externalIds`: only these, null is all. */
  async list(
    scope: Scope,
    { search, tag, externalIds, after, limit }: PlaceFilter & { after: PlaceCursor | null; limit: number },
  ): Promise<PlaceRow[]> {
    const pattern = search === null ? null : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    return this.database.query<PlaceRow>(
      `select ${columns} from places
       where workspace_id = $1 and ($2::text is null or name ilike $2 or external_id ilike $2)
         and ($3::text is null or $3 = any(tags)) and ($4::text is null or (name, id) > ($4, $5::uuid))
         and ($7::text[] is null or external_id = any($7))
       order by name, id limit $6`,
      [scope.workspaceId, pattern, tag, after?.name ?? null, after?.id ?? null, limit, externalIds],
    );
  }

  /** Tags of all places, those of most places first. */
  tags(scope: Scope, limit: number): Promise<{ tag: string; places: number }[]> {
    return this.database.query<{ tag: string; places: number }>(
      `select tag, count(distinct p.id)::int as places from places p cross join unnest(p.tags) as tag
       where p.workspace_id = $1
       group by tag order by 2 desc, 1 limit $2`,
      [scope.workspaceId, limit],
    );
  }

  async count(scope: Scope, sql: Sql = this.database): Promise<number> {
    const [row] = await sql.query<{ count: number }>(
      'select count(*)::int as count from places where workspace_id = $1',
      [scope.workspaceId],
    );
    return row!.count;
  }

  /**
   * Adds places and changes those whose external ids are known, one after the other with whoever else does; of one id
   * the last counts. Throws `TooManyPlaces`, and nothing is saved.
   */
  async save(scope: Scope, { sql, places }: { sql: Sql; places: readonly PlaceInput[] }): Promise<SavedCounts> {
    await sql.query(`select pg_advisory_xact_lock(hashtextextended('places/' || $1, 0))`, [scope.workspaceId]);
    const byId = new Map(places.map((place) => [place.externalId, place]));
    const rows = [...byId.values()].map((place) => {
      const [west, south, east, north] = boundsOf(place);
      return { ...place, bounds: `(${east},${north}),(${west},${south})` };
    });
    const done = await sql.query<{ created: boolean }>(
      `insert into places as p (
         workspace_id, external_id, name, lat, lng, radius, tags, dwell_minutes, quiet_hours, bounds
       )
       select $1, "externalId", name, lat, lng, radius, tags, "dwellMinutes", "quietHours", bounds::box
       from jsonb_to_recordset($2::jsonb) as r(
         "externalId" text, name text, lat float8, lng float8, radius float8, tags text[], "dwellMinutes" int,
           "quietHours" int, bounds text
       )
       order by "externalId"
       on conflict (workspace_id, external_id) do update set name = excluded.name, lat = excluded.lat,
         lng = excluded.lng, radius = excluded.radius, tags = excluded.tags, dwell_minutes = excluded.dwell_minutes,
         quiet_hours = excluded.quiet_hours, bounds = excluded.bounds, updated_at = now()
       where (p.name, p.lat, p.lng, p.radius, p.tags, p.dwell_minutes, p.quiet_hours)
         is distinct from (excluded.name, excluded.lat, excluded.lng, excluded.radius, excluded.tags,
           excluded.dwell_minutes, excluded.quiet_hours)
       returning xmax = 0 as created`,
      [scope.workspaceId, JSON.stringify(rows)],
    );
    const created = done.filter((row) => row.created).length;
    if (created > 0 && (await this.count(scope, sql)) > mostPlaces) throw new TooManyPlaces();
    return { created, updated: done.length - created, unchanged: rows.length - done.length };
  }

  /** Its name; null when there is none. */
  async remove(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<string | null> {
    await sql.query(`select pg_advisory_xact_lock(hashtextextended('places/' || $1, 0))`, [scope.workspaceId]);
    const [row] = await sql.query<{ name: string }>(
      'delete from places where workspace_id = $1 and id = $2 returning name',
      [scope.workspaceId, id],
    );
    return row?.name ?? null;
  }
}
