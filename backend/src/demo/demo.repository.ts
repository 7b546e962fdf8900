import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

const seeded = 'demo.seeded';

export type DemoRun = { id: string; enteredAt: number; ended: boolean; offsetMs: number };

@Injectable()
export class DemoRepository {
  constructor(private readonly database: Database) {}

  async isDemo({ workspaceId }: Scope): Promise<boolean> {
    return (await this.database.query('select 1 from workspaces where id = $1 and demo', [workspaceId])).length > 0;
  }

  /** Whether the demo's people were made once: what was deleted or changed since then stays as it is. */
  async isSeeded({ workspaceId }: Scope): Promise<boolean> {
    return (
      (
        await this.database.query('select 1 from audit_log where workspace_id = $1 and action = $2 limit 1', [
          workspaceId,
          seeded,
        ])
      ).length > 0
    );
  }

  async markSeeded({ workspaceId }: Scope): Promise<void> {
    await this.database.query(
      "insert into audit_log (workspace_id, actor, action, subject) values ($1, 'demo', $2, $3)",
      [workspaceId, seeded, `workspace:${workspaceId}`],
    );
  }

  /** The run that a person's entry event began. */
  async run(scope: Scope, { messageId, journeyId }: { messageId: string; journeyId: string }): Promise<DemoRun | null> {
    const [row] = await this.database.query<{ id: string; entered_at: Date; ended_at: Date | null; offset: number }>(
      `select r.id, r.entered_at, r.ended_at, r.run_offset_ms::float8 as offset
         from enrollments r
         join events e on e.workspace_id = r.workspace_id
           and e.id = r.entry_event_id
           and e.received_at = r.entry_received_at
        where r.workspace_id = $1 and r.journey_id = $3 and e.message_id = $2`,
      [scope.workspaceId, messageId, journeyId],
    );
    return row
      ? { id: row.id, enteredAt: row.entered_at.getTime(), ended: row.ended_at !== null, offsetMs: row.offset }
      : null;
  }

  /** How many steps the run has committed, and whether it waits for one of these events. */
  async listening(
    scope: Scope,
    { enrollmentId, events }: { enrollmentId: string; events: string[] },
  ): Promise<{ step: number; listens: boolean }> {
    const [row] = await this.database.query<{ step: number; listens: boolean }>(
      `select e.step,
           exists (
             select 1 from waits w where w.workspace_id = $1 and w.enrollment_id = $2 and w.event_name = any($3::text[])
           ) as listens
         from enrollments e where e.workspace_id = $1 and e.id = $2`,
      [scope.workspaceId, enrollmentId, events],
    );
    return row ?? { step: 0, listens: false };
  }

  /** The message that a node of the run has sent last, once it can be read. */
  async readableMessage(
    scope: Scope,
    { enrollmentId, node }: { enrollmentId: string; node: string },
  ): Promise<string | null> {
    const [row] = await this.database.query<{ id: string }>(
      `select id
        from messages
        where workspace_id = $1
          and enrollment_id = $2
          and node = $3
          and provider = 'sandbox'
          and status in ('sent', 'delivered', 'opened', 'clicked')
        order by visit desc
        limit 1`,
      [scope.workspaceId, enrollmentId, node],
    );
    return row?.id ?? null;
  }

  /** Takes back a key that was made for one burst of traffic. */
  async removeKey(scope: Scope, id: string): Promise<void> {
    await this.database.query('delete from api_keys where workspace_id = $1 and id = $2', [scope.workspaceId, id]);
  }

  async keyExists(scope: Scope, hash: Buffer): Promise<boolean> {
    return (
      (
        await this.database.query(
          'select 1 from api_keys where workspace_id = $1 and hash = $2 and revoked_at is null',
          [scope.workspaceId, hash],
        )
      ).length > 0
    );
  }
}
