import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Sql } from '../platform/database/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';

export type AuditEntry = {
  /** What was done, such as `journey.publish`. */
  action: string;
  /** What it was done to, such as `journey:<id>`. */
  subject: string;
  detail?: JsonObject;
};

/** Who changed what. Pass the transaction of the change as `sql`, so that neither is there without the other. */
@Injectable()
export class AuditLog {
  constructor(private readonly database: Database) {}

  async record(caller: Caller, { action, subject, detail = {}, sql = this.database }: AuditEntry & { sql?: Sql }): Promise<void> {
    await sql.query('insert into audit_log (workspace_id, actor, action, subject, detail) values ($1, $2, $3, $4, $5)', [
      caller.workspaceId, actorName(caller), action, subject, JSON.stringify(detail),
    ]);
  }
}
