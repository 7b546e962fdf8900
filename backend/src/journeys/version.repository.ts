import { Injectable } from '@nestjs/common';
import type { EntryTrigger, Graph, Program } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { ControlState } from './journey.repository.js';

export type VersionRow = { number: number; graph: Graph; program_hash: string; published_at: Date; published_by: string | null };
export type NewVersion = { journeyId: string; number: number | null; graph: Graph; program: Program; programHash: string; trigger: EntryTrigger; publishedBy: string | null };

/** Published versions, their programs, who may come in, and whether runs may go on. */
@Injectable()
export class VersionRepository {
  constructor(private readonly database: Database) {}

  async find(scope: Scope, { journeyId, number }: { journeyId: string; number: number }): Promise<VersionRow | null> {
    const [row] = await this.database.query<VersionRow>(
      'select number, graph, program_hash, published_at, published_by from journey_versions where workspace_id = $1 and journey_id = $2 and number = $3',
      [scope.workspaceId, journeyId, number],
    );
    return row ?? null;
  }

  /** The journey must be locked. */
  async nextNumber(scope: Scope, { journeyId, sql }: { journeyId: string; sql: Sql }): Promise<number> {
    const [row] = await sql.query<{ next: number }>('select coalesce(max(number), 0) + 1 as next from journey_versions where workspace_id = $1 and journey_id = $2', [scope.workspaceId, journeyId]);
    return row!.next;
  }

  /** Stores the program, unless an equal one is there, and the version. Returns the version's id. */
  async insert(scope: Scope, { version, sql }: { version: NewVersion; sql: Sql }): Promise<string> {
    const { journeyId, number, graph, program, programHash, trigger, publishedBy } = version;
    await sql.query('insert into programs (workspace_id, hash, format, program) values ($1, $2, $3, $4) on conflict do nothing', [scope.workspaceId, programHash, program.format, JSON.stringify(program)]);
    const [row] = await sql.query<{ id: string }>(
      `insert into journey_versions (workspace_id, journey_id, number, graph, program_hash, trigger, reentry, published_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
      [scope.workspaceId, journeyId, number, JSON.stringify(graph), programHash, JSON.stringify(trigger), JSON.stringify(graph.settings.reentry), publishedBy],
    );
    return row!.id;
  }

  /** From now on this event lets people into this version, and into no other of the journey. */
  async openEntry(scope: Scope, { journeyId, versionId, event, sql }: { journeyId: string; versionId: string; event: string; sql: Sql }): Promise<void> {
    await sql.query(
      `insert into journey_entries (workspace_id, event_name, journey_id, version_id) values ($1, $2, $3, $4)
       on conflict (workspace_id, journey_id) do update set event_name = excluded.event_name, version_id = excluded.version_id`,
      [scope.workspaceId, event, journeyId, versionId],
    );
  }

  async closeEntry(scope: Scope, { journeyId, sql }: { journeyId: string; sql: Sql }): Promise<void> {
    await sql.query('delete from journey_entries where workspace_id = $1 and journey_id = $2', [scope.workspaceId, journeyId]);
  }

  async controlState(scope: Scope, { journeyId, sql }: { journeyId: string; sql: Sql }): Promise<ControlState | null> {
    const [row] = await sql.query<{ state: ControlState }>('select state from journey_control where workspace_id = $1 and journey_id = $2', [scope.workspaceId, journeyId]);
    return row?.state ?? null;
  }

  /** Waits for the commits under way, which read the row FOR SHARE. A stop leaves the runs to the sweeper, which asks them to end. */
  async setControl(scope: Scope, { journeyId, state, sql }: { journeyId: string; state: ControlState; sql: Sql }): Promise<void> {
    await sql.query(
      `insert into journey_control (workspace_id, journey_id, state, ending) values ($1, $2, $3, $3 = 'stopped')
       on conflict (workspace_id, journey_id) do update set state = excluded.state, ending = excluded.ending, epoch = journey_control.epoch + 1, changed_at = now()`,
      [scope.workspaceId, journeyId, state],
    );
  }

  /** Tells the sweeper, when the transaction commits, that held runs of the journey may go on. */
  async notifyResume(scope: Scope, { journeyId, sql }: { journeyId: string; sql: Sql }): Promise<void> {
    await sql.query("select pg_notify('wend_resume', $1)", [JSON.stringify({ workspaceId: scope.workspaceId, journeyId })]);
  }
}
