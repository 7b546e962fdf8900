import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
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

  record(caller: Caller, entry: AuditEntry & { sql?: Sql }): Promise<void> {
    return this.recordBy(caller, { by: actorName(caller), ...entry });
  }

  /** The same for what Wend does by itself: `by` is no member and no key, such as `breaker`. */
  recordBy(
    scope: Scope,
    { by, action, subject, detail = {}, sql }: AuditEntry & { by: string; sql?: Sql | undefined },
  ): Promise<void> {
    return this.entries.insert(scope, { entry: { actor: by, action, subject, detail }, sql });
  }
}
