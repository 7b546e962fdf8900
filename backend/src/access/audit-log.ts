import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import type { Sql } from '../platform/database/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { AuditEntryRepository } from './audit-entry.repository.js';

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
  constructor(private readonly entries: AuditEntryRepository) {}

  record(caller: Caller, { action, subject, detail = {}, sql }: AuditEntry & { sql?: Sql }): Promise<void> {
    return this.entries.insert(caller, { entry: { actor: actorName(caller), action, subject, detail }, sql });
  }
}
