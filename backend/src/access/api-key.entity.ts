import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A program's credential; `hash` is the SHA-256 of the secret, `prefix` what may be shown of it. */
@Entity('api_keys')
export class ApiKeyEntity {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column({ name: 'workspace_id', type: 'uuid' })
  workspaceId: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'text' })
  prefix: string;

  @Column({ type: 'bytea' })
  hash: Buffer;

  /** Also such as are offered no longer. */
  @Column({ type: 'text', array: true })
  scopes: string[];

  /** The member whose role bounds it, who may be gone; null: made for the workspace itself. */
  @Column({ name: 'made_by', type: 'uuid', nullable: true })
  madeBy: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt: Date | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt: Date | null;
}
