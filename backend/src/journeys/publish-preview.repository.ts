import { Injectable } from '@nestjs/common';
import type { Graph } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

/** Where people stand. */
export type Standing = { versionId: string; version: number; node: string | null; people: number };
/** How a sample of who could enter is drawn: by what lets people in. */
export type WaysIn = { segments: string[]; events: string[] };
/** Who stands `at` a step and has had a message of another. */
export type Had = { at: string | null; node: string; people: number };
/** Of how many people, and how many of them lack each of what was asked for, in its order. */
export type Missing = { people: number; empty: number[] };

/** So many of those who could enter are looked at. */
const sampleOf = 1_000;
/** Of an event that people come in by, so many of the last are looked at for different people. */
const lastEvents = 5_000;

/** Figures of the people whom a new version concerns. Test runs are in none. */
@Injectable()
export class PublishPreviewRepository {
  constructor(private readonly database: Database) {}

  /** Who is in the journey now, by version and step: counted from an index. */
  async standing(scope: Scope, journeyId: string): Promise<Standing[]> {
    return this.database.query<Standing>(
      `select v.id as "versionId", v.number as version, e.node, count(*)::int as people
        from journey_versions v
        join enrollments e on e.workspace_id = v.workspace_id and e.version_id = v.id
        where v.workspace_id = $1 and v.journey_id = $2 and v.number is not null
          and e.ended_at is null and e.origin <> 'test'
        group by v.id, v.number, e.node
        order by v.number desc`,
      [scope.workspaceId, journeyId],
    );
  }

  /** What runs of these versions follow. */
  async graphs(scope: Scope, versionIds: string[]): Promise<Map<string, Graph>> {
    const rows = await this.database.query<{ id: string; graph: Graph }>(
      'select v.id, v.running as graph from journey_versions v where v.workspace_id = $1 and v.id = any($2::uuid[])',
      [scope.workspaceId, versionIds],
    );
    return new Map(rows.map(({ id, graph }) => [id, graph]));
  }

  /** Of the people in these versions. */
  missingInside(scope: Scope, { versionIds, traits }: { versionIds: string[]; traits: string[][] }): Promise<Missing> {
    return this.missing({
      people: `select distinct e.profile_id
        from enrollments e
        where e.workspace_id = $1 and e.version_id = any($2::uuid[]) and e.ended_at is null and e.origin <> 'test'`,
      values: [scope.workspaceId, versionIds],
      traits,
    });
  }

  /** How many runs in these versions were begun without a value at each of these paths. */
  async missingBrought(
    scope: Scope,
    { versionIds, paths }: { versionIds: string[]; paths: string[][] },
  ): Promise<number[]> {
    if (versionIds.length === 0 || paths.length === 0) return [];
    const places = paths.map(
      (_, index) =>
        `count(*) filter (where coalesce(coalesce(v.properties, e.entry_data) #>> $${index + 3}::text[], '') = '')::int`,
    );
    const [row] = await this.database.query<{ empty: number[] }>(
      `select array[${places.join(', ')}]::int[] as empty
        from enrollments e
        left join events v on v.workspace_id = $1 and v.id = e.entry_event_id and v.received_at = e.entry_received_at
        where e.workspace_id = $1 and e.version_id = any($2::uuid[]) and e.ended_at is null and e.origin <> 'test'`,
      [scope.workspaceId, versionIds, ...paths],
      { assembled: true },
    );
    return row?.empty ?? [];
  }

  /** Of those who did one of the events last, or are in one of the segments: at most 1,000. */
  missingComing(scope: Scope, { segments, events, traits }: WaysIn & { traits: string[][] }): Promise<Missing> {
    return this.missing({
      people: `select profile_id from (
          (select m.profile_id
            from segment_members m
            where m.workspace_id = $1 and m.segment_id = any($2::uuid[])
            limit ${sampleOf})
          union
          select last.profile_id
          from unnest($3::text[]) as name
          cross join lateral (
            select v.profile_id
            from events v
            where v.workspace_id = $1 and v.name = name.name and (v.origin <> 'test') is true
            order by v.time desc limit ${lastEvents}
          ) last
        ) coming limit ${sampleOf}`,
      values: [scope.workspaceId, segments, events],
      traits,
    });
  }

  /** Of the newest 1,000 people. */
  missingAnywhere(scope: Scope, traits: string[][]): Promise<Missing> {
    return this.missing({
      people: `select p.id as profile_id
        from profiles p
        where p.workspace_id = $1 and p.merged_into is null and not p.test
        order by p.created_at desc limit ${sampleOf}`,
      values: [scope.workspaceId],
      traits,
    });
  }

  /** How many people at each step of these versions have had a message of each of these. */
  had(scope: Scope, { versionIds, nodes }: { versionIds: string[]; nodes: string[] }): Promise<Had[]> {
    return this.database.query<Had>(
      `select e.node as at, m.node, count(distinct m.profile_id)::int as people
        from enrollments e
        join messages m on m.workspace_id = e.workspace_id and m.enrollment_id = e.id
        where e.workspace_id = $1 and e.version_id = any($2::uuid[]) and e.ended_at is null and e.origin <> 'test'
          and m.node = any($3::text[]) and m.status in ('sending', 'sent', 'delivered', 'opened', 'clicked', 'unknown')
        group by e.node, m.node`,
      [scope.workspaceId, versionIds, nodes],
    );
  }

  /** One pass over the people, whatever is asked of them. */
  private async missing({
    people,
    values,
    traits,
  }: {
    people: string;
    values: unknown[];
    traits: string[][];
  }): Promise<Missing> {
    const places = traits.map((trait, index) => {
      const path = `$${values.length + index + 1}::text[]`;
      return trait.length === 1 && trait[0] === 'external_id'
        ? `count(*) filter (where coalesce(p.external_id, '') = '' and ${path} is not null)::int`
        : `count(*) filter (where coalesce(p.traits #>> ${path}, '') = '')::int`;
    });
    const [row] = await this.database.query<{ people: number; empty: number[] }>(
      `with asked as materialized (${people})
       select count(*)::int as people, array[${places.join(', ')}]::int[] as empty
        from asked
        join profiles p on p.workspace_id = $1 and p.id = asked.profile_id`,
      [...values, ...traits],
      { assembled: true },
    );
    return row!;
  }
}
