import { Injectable } from '@nestjs/common';
import type { Entry, Reentry } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import type { WindowStep } from './window.js';

type Step = { workspace_id: string; journey_id: string; node: string; opening: number; open: boolean };

/** Entries that open windows, and the windows of those that were closed. */
@Injectable()
export class WindowStepRepository {
  constructor(private readonly database: Database) {}

  /** Entries of open journeys that open windows, as they are published now. */
  async steps({ workspaceId }: Scope, sql: Sql = this.database): Promise<WindowStep[]> {
    const rows = await sql.query<Omit<WindowStep, 'entry'> & { entries: Entry[]; reentry: Reentry }>(
      `select s.journey_id, s.node, s.opening, v.id as version_id, v.entries, v.reentry
       from entry_window_steps s
       join journeys j on j.workspace_id = s.workspace_id and j.id = s.journey_id
       join journey_versions v on v.workspace_id = j.workspace_id and v.journey_id = j.id
         and v.number = j.published_version
       where s.workspace_id = $1 and s.open`,
      [workspaceId],
    );
    return rows.flatMap(({ entries, ...step }) =>
      entries.filter(({ node }) => node === step.node).map((entry) => ({ ...step, entry })),
    );
  }

  /** Of this kind of entry the journey has exactly `nodes` from now on, of those it had `before`. Who is there goes on. */
  async replace(
    { workspaceId }: Scope,
    {
      sql,
      kind,
      journeyId,
      nodes,
      before,
    }: { sql: Sql; kind: string; journeyId: string; nodes: readonly string[]; before: readonly string[] },
  ): Promise<void> {
    await sql.query(
      `update entry_window_steps set open = false
       where workspace_id = $1 and journey_id = $2 and kind = $5
         and node = any($3::text[]) and node <> all($4::text[])`,
      [workspaceId, journeyId, before, nodes, kind],
    );
    await sql.query(
      `insert into entry_window_steps as s (workspace_id, journey_id, node, kind)
       select $1, $2, node, $4 from unnest($3::text[]) node order by node
       on conflict (workspace_id, journey_id, node) do update
       set open = true, kind = excluded.kind, opening = s.opening + 1, sweeping = true
       where not s.open or s.kind <> excluded.kind`,
      [workspaceId, journeyId, nodes, kind],
    );
  }

  /** The windows of all entries of the journey count for nothing any more. False: there are none. */
  async close({ workspaceId }: Scope, { sql, journeyId }: { sql: Sql; journeyId: string }): Promise<boolean> {
    const rows = await sql.query(
      'update entry_window_steps set open = false where workspace_id = $1 and journey_id = $2 and open returning 1',
      [workspaceId, journeyId],
    );
    return rows.length > 0;
  }

  /** One whose windows of an earlier time have to go. Without scope: of all workspaces. */
  async lockBusy(sql: Sql): Promise<Step | null> {
    const [row] = await sql.query<Step>(
      `select workspace_id, journey_id, node, opening, open from entry_window_steps
       where sweeping or not open order by workspace_id limit 1 for update skip locked`,
    );
    return row ?? null;
  }

  /** Takes some of them away; when none is left, so is the need. */
  async sweep({ workspaceId }: Scope, { sql, step, limit }: { sql: Sql; step: Step; limit: number }): Promise<void> {
    const { journey_id: journeyId, node, open } = step;
    const before = open ? step.opening : step.opening + 1;
    const gone = await sql.query(
      `delete from entry_windows
       where workspace_id = $1 and id = any(array(
         select id from entry_windows
         where workspace_id = $1 and journey_id = $2 and node = $3 and opening < $4 limit $5 for update skip locked
       )) returning 1`,
      [workspaceId, journeyId, node, before, limit],
    );
    if (gone.length > 0) return;
    const left = `exists (
      select from entry_windows w
      where w.workspace_id = s.workspace_id and w.journey_id = s.journey_id and w.node = s.node and w.opening < $4
    )`;
    await sql.query(
      open
        ? `update entry_window_steps s set sweeping = false
           where workspace_id = $1 and journey_id = $2 and node = $3 and not ${left}`
        : `delete from entry_window_steps s where workspace_id = $1 and journey_id = $2 and node = $3 and not ${left}`,
      [workspaceId, journeyId, node, before],
    );
  }
}
