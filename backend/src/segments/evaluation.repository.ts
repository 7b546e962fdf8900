import { Injectable } from '@nestjs/common';
import type { Rule } from '@wend/contract';
import type { LapsedTime } from '../changes/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

export type CatalogueRow = {
  id: string;
  name: string;
  generation: number;
  live_rule: Rule | null;
  /** The generation whose differences are being told, and whether journeys hear of them. */
  telling: number | null;
  tell: boolean;
  building: { generation: number; rule: Rule } | null;
};
/** Whether a person is in a generation; without a row they are not, and nobody has said so. */
export type KnownRow = { segment_id: string; generation: number; profile_id: string; member: boolean; since: Date };
export type Place = { segmentId: string; generation: number; profileId: string };
/**
 * What becomes of a place: in since then, not in (and the build must not know better), or no row. `isNew`: nobody is
 * known to be in there.
 */
export type Write = Place & { since: Date | null; member: boolean; isNew: boolean };
type Found = Place & { member: boolean };
export type Due = Place & { at: Date | null };

/** What an evaluation of people reads and writes, in the transaction of whoever holds them. */
@Injectable()
export class EvaluationRepository {
  /** Segments that are kept. */
  catalogue(scope: Scope, sql: Sql): Promise<CatalogueRow[]> {
    return sql.query<CatalogueRow>(
      `select s.id, s.name, s.generation, s.live_rule, s.telling, coalesce(told.tell, false) as tell,
         case when b.generation is not null
           then jsonb_build_object('generation', b.generation, 'rule', b.rule) end as building
       from segments s
       left join segment_builds b on b.workspace_id = s.workspace_id and b.segment_id = s.id and b.state = 'building'
       left join segment_builds told on told.workspace_id = s.workspace_id and told.segment_id = s.id
         and told.generation = s.generation
       where s.workspace_id = $1 and s.rule is not null and s.archived_at is null
         and (s.live_rule is not null or b.generation is not null)
       order by s.id`,
      [scope.workspaceId],
    );
  }

  /** How many actions of runs led to these events, one by the other; of those that no action led to nothing. */
  async depthsOf(
    scope: Scope,
    { sql, events }: { sql: Sql; events: readonly { id: string; receivedAt: Date }[] },
  ): Promise<Map<string, number>> {
    if (events.length === 0) return new Map();
    const rows = await sql.query<{ id: string; depth: number }>(
      `select e.id, e.depth::int as depth from unnest($2::uuid[], $3::timestamptz[]) as t (id, received_at)
       join events e on e.workspace_id = $1 and e.id = t.id and e.received_at = t.received_at
       where e.depth > 0`,
      [scope.workspaceId, events.map(({ id }) => id), events.map(({ receivedAt }) => receivedAt)],
    );
    return new Map(rows.map(({ id, depth }) => [id, depth]));
  }

  /** The same of the traits of people, by the runs of theirs whose steps have set some just now. */
  async depthsOfTraits(
    scope: Scope,
    { sql, profileIds }: { sql: Sql; profileIds: readonly string[] },
  ): Promise<Map<string, number>> {
    if (profileIds.length === 0) return new Map();
    const since = `now() - interval '5 minutes' + r.run_offset_ms * interval '1 millisecond'`;
    const rows = await sql.query<{ id: string; depth: number }>(
      `select r.profile_id as id, 1 + max(r.depth)::int as depth
       from enrollments r
       join visits v on v.workspace_id = r.workspace_id and v.enrollment_id = r.id and v.left_at > ${since}
       join journey_versions j on j.workspace_id = r.workspace_id and j.id = r.version_id
       join programs p on p.workspace_id = j.workspace_id and p.hash = j.program_hash
       where r.workspace_id = $1 and r.profile_id = any($2::uuid[]) and r.origin <> 'test'
         and (r.ended_at is null or r.ended_at > ${since})
         and jsonb_path_exists(
           p.program, '$.instructions[*] ? (@.node == $node && (@.op == "set" || @.op == "change"))',
           jsonb_build_object('node', v.node)
         )
       group by r.profile_id`,
      [scope.workspaceId, [...profileIds]],
    );
    return new Map(rows.map(({ id, depth }) => [id, depth]));
  }

  known(
    scope: Scope,
    { sql, places }: { sql: Sql; places: { segmentId: string; generation: number; profileIds: string[] }[] },
  ): Promise<KnownRow[]> {
    const flat = places.flatMap(({ segmentId, generation, profileIds }) =>
      profileIds.map((profileId) => ({ segmentId, generation, profileId })),
    );
    return sql.query<KnownRow>(
      `select m.segment_id, m.generation, m.profile_id, m.member, m.since
       from unnest($2::uuid[], $3::int[], $4::uuid[]) as t (segment_id, generation, profile_id)
       cross join lateral (
         select * from segment_memberships m
         where m.workspace_id = $1 and m.segment_id = t.segment_id and m.generation = t.generation
           and m.profile_id = t.profile_id offset 0
       ) m`,
      [
        scope.workspaceId,
        flat.map(({ segmentId }) => segmentId),
        flat.map(({ generation }) => generation),
        flat.map(({ profileId }) => profileId),
      ],
    );
  }

  /**
   * Writes what is to be. The places where people were found to be in already though nobody knew (`isNew`): a
   * merge has just brought it there, and has counted it; since when they are in stays as it is.
   */
  async write(scope: Scope, { sql, writes }: { sql: Sql; writes: Write[] }): Promise<Set<string>> {
    const rows = [...writes].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    const gone = rows.filter(({ since }) => since === null);
    const found = await this.insert(scope, { sql, rows: rows.filter(({ isNew, since }) => isNew && since !== null) });
    const brought = new Set(found.filter(({ member }) => member).map(keyOf));
    const there = new Set(found.map(keyOf));
    const kept = rows.filter(
      (row) =>
        row.since !== null && (!row.isNew || (there.has(keyOf(row)) && !(row.member && brought.has(keyOf(row))))),
    );
    if (kept.length > 0)
      await sql.query(
        `insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since, member)
         select $1, segment_id, generation, profile_id, since, member
         from unnest($2::uuid[], $3::int[], $4::uuid[], $5::timestamptz[], $6::boolean[])
           as t (segment_id, generation, profile_id, since, member)
         on conflict (workspace_id, segment_id, generation, profile_id)
         do update set since = excluded.since, member = excluded.member`,
        [scope.workspaceId, ...columns(kept), kept.map(({ since }) => since), kept.map(({ member }) => member)],
      );
    if (gone.length > 0)
      await sql.query(
        `delete from segment_memberships m
         using unnest($2::uuid[], $3::int[], $4::uuid[]) as t (segment_id, generation, profile_id)
         where m.workspace_id = $1 and m.segment_id = t.segment_id and m.generation = t.generation
           and m.profile_id = t.profile_id`,
        [scope.workspaceId, ...columns(gone)],
      );
    return brought;
  }

  /** Inserts rows; those that were there all the same, held, with what they say. */
  private async insert(scope: Scope, { sql, rows }: { sql: Sql; rows: Write[] }): Promise<Found[]> {
    if (rows.length === 0) return [];
    const written = await sql.query<Place>(
      `insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since, member)
       select $1, segment_id, generation, profile_id, since, member
       from unnest($2::uuid[], $3::int[], $4::uuid[], $5::timestamptz[], $6::boolean[])
         as t (segment_id, generation, profile_id, since, member)
       on conflict do nothing
       returning segment_id as "segmentId", generation, profile_id as "profileId"`,
      [scope.workspaceId, ...columns(rows), rows.map(({ since }) => since), rows.map(({ member }) => member)],
    );
    if (written.length === rows.length) return [];
    const keys = new Set(written.map(keyOf));
    const left = rows.filter((row) => !keys.has(keyOf(row)));
    return sql.query<Found>(
      `select m.segment_id as "segmentId", m.generation, m.profile_id as "profileId", m.member
       from unnest($2::uuid[], $3::int[], $4::uuid[]) as t (segment_id, generation, profile_id)
       join segment_memberships m on m.workspace_id = $1 and m.segment_id = t.segment_id
         and m.generation = t.generation and m.profile_id = t.profile_id
       order by 1, 2, 3
       for update of m`,
      [scope.workspaceId, ...columns(left)],
    );
  }

  /** When each is to be looked at again; null: not because of the time. */
  async setDue(scope: Scope, { sql, due }: { sql: Sql; due: Due[] }): Promise<void> {
    const set = due.filter(({ at }) => at !== null);
    const unset = due.filter(({ at }) => at === null);
    if (set.length > 0)
      await sql.query(
        `insert into segment_due (workspace_id, segment_id, generation, profile_id, lane, at)
         select $1, segment_id, generation, profile_id, change_lane(profile_id), at
         from unnest($2::uuid[], $3::int[], $4::uuid[], $5::timestamptz[]) as t (segment_id, generation, profile_id, at)
         order by 2, 3, 4
         on conflict (workspace_id, segment_id, generation, profile_id) do update set at = excluded.at
         where segment_due.at <> excluded.at`,
        [scope.workspaceId, ...columns(set), set.map(({ at }) => at)],
      );
    if (unset.length > 0)
      await sql.query(
        `delete from segment_due d
         using unnest($2::uuid[], $3::int[], $4::uuid[]) as t (segment_id, generation, profile_id)
         where d.workspace_id = $1 and d.segment_id = t.segment_id and d.generation = t.generation
           and d.profile_id = t.profile_id`,
        [scope.workspaceId, ...columns(unset)],
      );
  }

  /** Without scope: a lane is of people of all workspaces; each time names its own. */
  async takeDue(sql: Sql, { lanes, at, limit }: { lanes: number[]; at: Date; limit: number }): Promise<LapsedTime[]> {
    const rows = await sql.query<{ workspace_id: string; segment_id: string; profile_id: string }>(
      `with taken as (
         select d.* from unnest($1::smallint[]) as held (lane)
         cross join lateral (
           select workspace_id, segment_id, generation, profile_id, at from segment_due
           where lane = held.lane and at <= $2 order by segment_due.at limit $3
         ) d
       )
       delete from segment_due d using taken t
       where d.workspace_id = t.workspace_id and d.segment_id = t.segment_id and d.generation = t.generation
         and d.profile_id = t.profile_id
       returning d.workspace_id, d.segment_id, d.profile_id`,
      [lanes, at, Math.ceil(limit / lanes.length)],
    );
    return rows.map((row) => ({ workspaceId: row.workspace_id, profileId: row.profile_id, name: row.segment_id }));
  }

  /** What a build has left behind with people who were merged into these at that moment. */
  async dropPointers(scope: Scope, { sql, profileIds }: { sql: Sql; profileIds: string[] }): Promise<void> {
    if (profileIds.length === 0) return;
    await sql.query(
      `delete from segment_memberships m using profiles p
       where p.workspace_id = $1 and p.merged_into = any($2::uuid[]) and m.workspace_id = $1 and m.profile_id = p.id`,
      [scope.workspaceId, profileIds],
    );
  }
}

function columns(places: Place[]): [string[], number[], string[]] {
  return [
    places.map(({ segmentId }) => segmentId),
    places.map(({ generation }) => generation),
    places.map(({ profileId }) => profileId),
  ];
}

export function keyOf({ segmentId, generation, profileId }: Place): string {
  return `${segmentId} ${generation} ${profileId}`;
}
