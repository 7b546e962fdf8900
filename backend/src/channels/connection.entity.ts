import type { ConnectionRule, JsonObject } from '@wend/contract';
import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** Settings and sealed secrets of a provider. A channel may have several. */
@Entity('connections')
export class ConnectionEntity {
  @PrimaryColumn({ name: 'workspace_id', type: 'uuid' })
  workspaceId: string;

  @PrimaryGeneratedColumn('uuid')
  id: string;

  /** The name of its provider. */
  @Column({ type: 'text' })
  kind: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'jsonb' })
  settings: JsonObject;

  @Column({ type: 'bytea', nullable: true })
  secrets: Buffer | null;

  @Column({ name: 'secret_names', type: 'text', array: true, default: [] })
  secretNames: string[];

  /** In which order those of a channel are asked: the lowest first. */
  @Column({ type: 'int', default: 0 })
  position: number;

  @Column({ type: 'boolean', default: true })
  enabled: boolean;

  /** Null for any message. */
  @Column({ type: 'jsonb', nullable: true })
  rule: ConnectionRule | null;

  @Column({ name: 'rate_per_second', type: 'double precision', nullable: true })
  ratePerSecond: number | null;

  /** Those before the last rotation, valid until `oldSecretsUntil`. */
  @Column({ name: 'old_secrets', type: 'bytea', nullable: true })
  oldSecrets: Buffer | null;

  @Column({ name: 'old_secrets_until', type: 'timestamptz', nullable: true })
  oldSecretsUntil: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
