import type { JsonObject } from '@wend/contract';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Who changed what. Written once. */
@Entity('audit_log')
export class AuditEntryEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column({ name: 'workspace_id', type: 'uuid' })
  workspaceId: string;

  @Column({ type: 'text' })
  actor: string;

  @Column({ type: 'text' })
  action: string;

  @Column({ type: 'text' })
  subject: string;

  @Column({ type: 'jsonb', default: {} })
  detail: JsonObject;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  at: Date;
}
