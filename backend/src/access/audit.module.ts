import { Module } from '@nestjs/common';
import { AuditEntryRepository } from './audit-entry.repository.js';
import { AuditLog } from './audit-log.js';

/** The audit log alone, for processes that nobody signs in to. */
@Module({ providers: [AuditEntryRepository, AuditLog], exports: [AuditLog] })
export class AuditModule {}
