import { Injectable } from '@nestjs/common';
import type { Graph } from '@wend/contract';
import { Not } from 'typeorm';
import { Database, rowOf } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { eraseRows } from '../upkeep/index.js';
import { JourneyEntity } from './journey.entity.js';
import { stopReason } from './pause.sql.js';

export type ControlState = 'live' | 'paused' | 'stopped';
export type SummaryRow = {
  id: string;
  name: string;
  state: ControlState | null;
  version: number | null;
  draft_changed: boolean;
  updated_at: Date;
  published_at: Date | null;
  archived_at: Date | null;
  entered: number;
  active: number;
  messages: number;
  failing: number;
  /** The draft's entries. */
  entry_nodes: Graph['nodes'];
};
export type LockedJourney = Pick<
  JourneyEntity,
  'name' | 'draft' | 'revision' | 'publishedVersion' | 'draftEditedAt' | 'draftEditedBy'
> & { archived: boolean };
export type ArchiveFilter = 'false' | 'true' | 'any';

const runMeasures = [
  'run:entered',
  'run:completed',
  'run:exited',
  'run:failed',
  'run:cancelled',
  'run:removed',
  'message:queued',
];
/** More failures than these are counted as so many. */
const mostFailing = 1_000;

/**
 * Figures are kept, not counted; test runs are in none. What the roll-up has not taken yet is added once for all
 * journeys.
 */
const summaries = `
  with fresh as materialized (
    select version_id, measure, sum(count) as count
    from journey_stat_deltas
    where workspace_id = $1 and measure = any($3)
    group by 1, 2
  )
  select j.id, j.name, c.state, j.published_version as version,
    j.revision is distinct from j.published_revision as draft_changed, j.updated_at, j.archived_at,
         v.published_at, t.entered, t.active, t.messages, f.failing,
         (
           select coalesce(jsonb_object_agg(n.key, n.value), '{}')
           from jsonb_each(j.draft -> 'nodes') n
           where n.value ->> 'type' = any($2)
         ) as entry_nodes
    from journeys j
    left join journey_control c on c.workspace_id = j.workspace_id and c.journey_id = j.id
    left join journey_versions v on v.workspace_id = j.workspace_id
      and v.journey_id = j.id
      and v.number = j.published_version
    cross join lateral (
      select coalesce(sum(count) filter (where measure = 'run:entered'), 0)::float8 as entered,
             greatest(
               0,
                 coalesce(
                   sum(case when measure = 'run:entered' then count when measure like 'run:%' then -count end), 0
                 )
             )::float8 as active,
             coalesce(sum(count) filter (where measure = 'message:queued'), 0)::float8 as messages
        from (
          select k.measure, k.count
          from journey_versions w
          join journey_totals k on k.workspace_id = w.workspace_id and k.version_id = w.id and k.measure = any($3)
           where w.workspace_id = j.workspace_id and w.journey_id = j.id
          union all
          select k.measure, k.count
          from journey_versions w
          join fresh k on k.version_id = w.id
          where w.workspace_id = j.workspace_id and w.journey_id = j.id
        ) measured
    ) t
    cross join lateral (
      select count(*)::int as failing from (
        select 1
        from messages m
        where m.workspace_id = j.workspace_id
          and m.journey_id = j.id
          and m.status in ('failed', 'bounced', 'unknown')
          and m.queued_at > now() - interval '24 hours'
          and m.origin <> 'test'
        limit ${mostFailing}
      ) bad
    ) f
   where j.workspace_id = $1`;

@Injectable()
export class JourneyRepository {
  constructor(private readonly database: Database) {}

  /** Most recently changed first. `entryTypes`: node types that people come in by. */
  list(
    scope: Scope,
    { entryTypes, archived }: { entryTypes: string[]; archived: ArchiveFilter },
  ): Promise<SummaryRow[]> {
    return this.database.query<SummaryRow>(
      `${summaries} and ($4 = 'any' or (j.archived_at is not null) = ($4 = 'true')) order by j.updated_at desc, j.id`,
      [scope.workspaceId, entryTypes, runMeasures, archived],
    );
  }

  async summary(scope: Scope, { id, entryTypes }: { id: string; entryTypes: string[] }): Promise<SummaryRow | null> {
    return (
      (
        await this.database.query<SummaryRow>(`${summaries} and j.id = $4`, [
          scope.workspaceId,
          entryTypes,
          runMeasures,
          id,
        ])
      )[0] ?? null
    );
  }

  find(scope: Scope, id: string): Promise<JourneyEntity | null> {
    return this.database.repository(JourneyEntity).findOneBy({ workspaceId: scope.workspaceId, id });
  }

  async insert(
    scope: Scope,
    { name, draft, by, sql = this.database }: { name: string; draft: Graph; by: string; sql?: Sql },
  ): Promise<string> {
    const row = rowOf<JourneyEntity>({ workspaceId: scope.workspaceId, name, draft, draftEditedBy: by });
    const { identifiers } = await sql.repository(JourneyEntity).insert(row);
    return identifiers[0]!['id'] as string;
  }

  /** False when there is no such journey. */
  async rename(
    scope: Scope,
    { id, name, sql = this.database }: { id: string; name: string; sql?: Sql },
  ): Promise<boolean> {
    const { affected } = await sql
      .repository(JourneyEntity)
      .update({ workspaceId: scope.workspaceId, id }, { name, updatedAt: () => 'now()' });
    return affected === 1;
  }

  /**
   * Saves a draft on top of `revision`. A draft that is saved already keeps its revision, so that a request whose
   * answer was lost can be sent again; one that is what the published version holds is its revision, so that an edit
   * that was taken back leaves no change to publish. Null when somebody saved another one meanwhile, or the journey
   * does not exist.
   */
  async saveDraft(
    scope: Scope,
    {
      id,
      draft,
      revision,
      by,
      sql = this.database,
    }: { id: string; draft: Graph; revision: number; by: string; sql?: Pick<Sql, 'query'> },
  ): Promise<{ revision: number; savedAt: Date } | null> {
    const [row] = await sql.query<{ revision: number; updated_at: Date }>(
      `update journeys j
              set draft = $3, revision = revision + (draft <> $3)::int,
                updated_at = case when draft <> $3 then now() else updated_at end,
                draft_edited_at = case when draft <> $3 then now() else draft_edited_at end,
                draft_edited_by = case when draft <> $3 then $5 else draft_edited_by end,
              published_revision = case
                when draft <> $3
                  and exists (
                    select
                    from journey_versions v
                    where v.workspace_id = $1 and v.journey_id = $2 and v.number = j.published_version and v.graph = $3
                  )
                                        then revision + 1 else published_revision end
        where workspace_id = $1 and id = $2 and (revision = $4 or draft = $3) returning revision, updated_at`,
      [scope.workspaceId, id, JSON.stringify(draft), revision, by],
    );
    return row ? { revision: row.revision, savedAt: row.updated_at } : null;
  }

  /** Locks the journey until the transaction ends: publishing, control and deletion go one after the other. */
  async lock(scope: Scope, { id, sql }: { id: string; sql: Sql }): Promise<LockedJourney | null> {
    const journey = await sql.repository(JourneyEntity).findOne({
      where: { workspaceId: scope.workspaceId, id },
      lock: { mode: 'for_no_key_update' },
    });
    return journey && { ...journey, archived: journey.archivedAt !== null };
  }

  async markPublished(
    scope: Scope,
    { id, version, revision, sql }: { id: string; version: number; revision: number; sql: Sql },
  ): Promise<void> {
    await sql
      .repository(JourneyEntity)
      .update(
        { workspaceId: scope.workspaceId, id },
        { publishedVersion: version, publishedRevision: revision, updatedAt: () => 'now()' },
      );
  }

  /** The draft says what is published. */
  async markUnchanged(scope: Scope, { id, revision, sql }: { id: string; revision: number; sql: Sql }): Promise<void> {
    await sql
      .repository(JourneyEntity)
      .update(
        { workspaceId: scope.workspaceId, id, publishedRevision: Not(revision) },
        { publishedRevision: revision },
      );
  }

  async setArchived(scope: Scope, { id, archived, sql }: { id: string; archived: boolean; sql: Sql }): Promise<void> {
    await sql.query(
      `update journeys
        set archived_at = case when $3 then coalesce(archived_at, now()) end, updated_at = now()
        where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id, archived],
    );
  }

  /**
   * Whether anybody but testers was ever in it, or was sent something. Nobody can come in before the transaction ends.
   */
  async hasHistory(scope: Scope, { id, sql }: { id: string; sql: Sql }): Promise<boolean> {
    // Who enters refers to the row: they wait, or we wait for them and see them.
    await sql.query('select 1 from journeys where workspace_id = $1 and id = $2 for update', [scope.workspaceId, id]);
    const [row] = await sql.query<{ any: boolean }>(
      `select exists (select 1 from enrollments where workspace_id = $1 and journey_id = $2 and origin <> 'test')
          or exists (select 1 from messages where workspace_id = $1 and journey_id = $2 and origin <> 'test') as any`,
      [scope.workspaceId, id],
    );
    return row!.any;
  }

  /** Runs that have not ended, test runs apart. */
  async countActive(scope: Scope, { id, sql }: { id: string; sql: Sql }): Promise<{ people: number; tests: number }> {
    const [row] = await sql.query<{ people: number; tests: number }>(
      `select count(*) filter (where origin <> 'test')::int as people,
           count(*) filter (where origin = 'test')::int as tests
         from enrollments where workspace_id = $1 and journey_id = $2 and ended_at is null`,
      [scope.workspaceId, id],
    );
    return row!;
  }

  /**
   * Asks the runs that a stop has not ended yet to end. Without it they would go on when a stopped journey is published
   * again. The control row must be locked already: commits lock it before the run, too.
   */
  async cancelLeftovers(scope: Scope, { id, sql }: { id: string; sql: Sql }): Promise<void> {
    await sql.query(
      `update enrollments e
        set cancel_reason = ${stopReason('e')}
        where workspace_id = $1 and journey_id = $2 and ended_at is null and cancel_reason is null and origin <> 'test'`,
      [scope.workspaceId, id],
    );
  }

  /**
   * Deletes the journey with its test runs and their messages. The caller has made sure that nobody else was ever in
   * it.
   */
  async remove(scope: Scope, { id, sql }: { id: string; sql: Sql }): Promise<void> {
    await eraseRows(scope, { owner: 'journey', ids: [id], sql });
  }
}
