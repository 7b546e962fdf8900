import { Injectable } from '@nestjs/common';
import { Database, rowOf } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { AuditEntryEntity } from './audit-entry.entity.js';

type NewEntry = Pick<AuditEntryEntity, 'actor' | 'action' | 'subject' | 'detail'>;

@Injectable()
export class AuditEntryRepository {
  constructor(private readonly database: Database) {}

  async insert(
    scope: Scope,
    { entry, sql = this.database }: { entry: NewEntry; sql?: Sql | undefined },
  ): Promise<void> {
    const row = rowOf<AuditEntryEntity>({ ...entry, workspaceId: scope.workspaceId });
    await sql.repository(AuditEntryEntity).insert(row);
  }
}
