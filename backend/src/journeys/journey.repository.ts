import { Injectable } from '@nestjs/common';
import type { Graph } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { JourneyEntity } from './journey.entity.js';

export type ControlState = 'live' | 'paused' | 'stopped';
export type SummaryRow = {
  id: string; name: string; state: ControlState | null; version: number | null; draft_changed: boolean; updated_at: Date; published_at: Date | null;
  entered: number; active: number; messages: number; entry_event: string | null;
};
export type LockedJourney = { name: string; draft: Graph; revision: number; publishedVersion: number | null };

/** Test runs do not count. */
const summaries = `
  select j.id, j.name, c.state, j.published_version as version, j.revision is distinct from j.published_revision as draft_changed, j.updated_at,
         v.published_at, e.entered, e.active, m.messages,
         (select nullif(n.value -> 'config' ->> 'event', '') from jsonb_each(j.draft -> 'nodes') n where n.value ->> 'type' = any($2) order by n.key limit 1) as entry_event
    from journeys j
    left join journey_control c on c.workspace_id = j.workspace_id and c.journey_id = j.id
    left join journey_versions v on v.workspace_id = j.workspace_id and v.journey_id = j.id and v.number = j.published_version
    cross join lateral (select count(*)::int as entered, count(*) filter (where ended_at is null)::int as active
                          from enrollments where workspace_id = j.workspace_id and journey_id = j.id and origin <> 'test') e
    cross join lateral (select count(*)::int as messages from messages where workspace_id = j.workspace_id and journey_id = j.id and origin <> 'test') m
   where j.workspace_id = $1`;

@Injectable()
export class JourneyRepository {
  constructor(private readonly database: Database) {}

  /** Most recently changed first. `entryTypes`: node types whose `config.event` says how people come in. */
  list(scope: Scope, { entryTypes }: { entryTypes: string[] }): Promise<SummaryRow[]> {
    return this.database.query<SummaryRow>(`${summaries} order by j.updated_at desc, j.id`, [scope.workspaceId, entryTypes]);
  }

  async summary(scope: Scope, { id, entryTypes }: { id: string; entryTypes: string[] }): Promise<SummaryRow | null> {
    return (await this.database.query<SummaryRow>(`${summaries} and j.id = $3`, [scope.workspaceId, entryTypes, id]))[0] ?? null;
  }

  find(scope: Scope, id: string): Promise<JourneyEntity | null> {
    return this.database.repository(JourneyEntity).findOneBy({ workspaceId: scope.workspaceId, id });
  }

  async insert(scope: Scope, { name, draft }: { name: string; draft: Graph }): Promise<string> {
    const [row] = await this.database.query<{ id: string }>('insert into journeys (workspace_id, name, draft) values ($1, $2, $3) returning id', [scope.workspaceId, name, JSON.stringify(draft)]);
    return row!.id;
  }

  /** False when there is no such journey. */
  async rename(scope: Scope, { id, name }: { id: string; name: string }): Promise<boolean> {
    const { affected } = await this.database.repository(JourneyEntity).update({ workspaceId: scope.workspaceId, id }, { name, updatedAt: () => 'now()' });
    return affected === 1;
  }

  /**
   * Saves a draft on top of `revision`. A draft that is saved already keeps its revision, so that a request whose answer was lost
   * can be sent again. Null when somebody saved another one meanwhile, or the journey does not exist.
   */
  async saveDraft(scope: Scope, { id, draft, revision }: { id: string; draft: Graph; revision: number }): Promise<{ revision: number; savedAt: Date } | null> {
    const [row] = await this.database.query<{ revision: number; updated_at: Date }>(
      `update journeys set draft = $3, revision = revision + (draft <> $3)::int, updated_at = case when draft <> $3 then now() else updated_at end
        where workspace_id = $1 and id = $2 and (revision = $4 or draft = $3) returning revision, updated_at`,
      [scope.workspaceId, id, JSON.stringify(draft), revision],
    );
    return row ? { revision: row.revision, savedAt: row.updated_at } : null;
  }

  /** Locks the journey until the transaction ends: publishing, control and deletion go one after the other. */
  async lock(scope: Scope, { id, sql }: { id: string; sql: Sql }): Promise<LockedJourney | null> {
    const [row] = await sql.query<LockedJourney>(
      'select name, draft, revision, published_version as "publishedVersion" from journeys where workspace_id = $1 and id = $2 for no key update',
      [scope.workspaceId, id],
    );
    return row ?? null;
  }

  async markPublished(scope: Scope, { id, version, revision, sql }: { id: string; version: number; revision: number; sql: Sql }): Promise<void> {
    await sql.query('update journeys set published_version = $3, published_revision = $4, updated_at = now() where workspace_id = $1 and id = $2', [scope.workspaceId, id, version, revision]);
  }

  /** Runs that have not ended, test runs apart. */
  async countActive(scope: Scope, { id, sql }: { id: string; sql: Sql }): Promise<{ people: number; tests: number }> {
    const [row] = await sql.query<{ people: number; tests: number }>(
      `select count(*) filter (where origin <> 'test')::int as people, count(*) filter (where origin = 'test')::int as tests
         from enrollments where workspace_id = $1 and journey_id = $2 and ended_at is null`,
      [scope.workspaceId, id],
    );
    return row!;
  }

  /**
   * Asks the runs that a stop has not ended yet to end. Without it they would go on when a stopped journey is published again.
   * The control row must be locked already: commits lock it before the run, too.
   */
  async cancelLeftovers(scope: Scope, { id, reason, sql }: { id: string; reason: string; sql: Sql }): Promise<void> {
    await sql.query(
      `update enrollments set cancel_reason = $3 where workspace_id = $1 and journey_id = $2 and ended_at is null and cancel_reason is null and origin <> 'test'`,
      [scope.workspaceId, id, reason],
    );
  }

  /** Deletes the journey with its runs, messages and figures. The caller has made sure that nobody is in it. */
  async remove(scope: Scope, { id, sql }: { id: string; sql: Sql }): Promise<void> {
    const values = [scope.workspaceId, id];
    for (const table of ['steps', 'visits', 'waits', 'timers', 'test_traits']) {
      await sql.query(`delete from ${table} t using enrollments e where e.workspace_id = $1 and e.journey_id = $2 and t.workspace_id = $1 and t.enrollment_id = e.id`, values);
    }
    await sql.query('delete from message_events t using messages m where m.workspace_id = $1 and m.journey_id = $2 and t.workspace_id = $1 and t.message_id = m.id', values);
    await sql.query('delete from messages where workspace_id = $1 and journey_id = $2', values);
    for (const table of ['journey_stats', 'journey_stat_deltas']) {
      await sql.query(`delete from ${table} t using journey_versions v where v.workspace_id = $1 and v.journey_id = $2 and t.workspace_id = $1 and t.version_id = v.id`, values);
    }
    await sql.query('delete from journeys where workspace_id = $1 and id = $2', values);
  }
}
