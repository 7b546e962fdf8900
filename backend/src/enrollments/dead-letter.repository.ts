import { Injectable } from '@nestjs/common';
import { laneOf } from '../events/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';

@Injectable()
export class DeadLetterRepository {
  constructor(private readonly database: Database) {}

  async list(scope: Scope): Promise<{ id: string; event_name: string; error: string; at: Date }[]> {
    return this.database.query(
      'select id::text, event_name, error, at from dead_letters where workspace_id = $1 order by id desc limit 200',
      [scope.workspaceId],
    );
  }

  /** Back into the queue, at the end of its person's lane. False when there is no such dead letter. */
  async retry(scope: Scope, id: string): Promise<boolean> {
    return this.database.transaction(async (sql) => {
      const [letter] = await sql.query<{ event_id: string; received_at: Date; run_offset_ms: string }>(
        'delete from dead_letters where workspace_id = $1 and id = $2 returning event_id, received_at, run_offset_ms',
        [scope.workspaceId, id],
      );
      if (!letter) return false;
      await sql.query(
        `insert into event_queue (lane, position, workspace_id, event_id, received_at, run_offset_ms)
         select ${laneOf('e.profile_id')}, nextval('event_position'),
           e.workspace_id, e.id, e.received_at, $4
         from events e
         where e.workspace_id = $1 and e.id = $2 and e.received_at = $3`,
        [scope.workspaceId, letter.event_id, letter.received_at, letter.run_offset_ms],
      );
      await sql.query(`select pg_notify('wend_events', '')`);
      return true;
    });
  }
}
