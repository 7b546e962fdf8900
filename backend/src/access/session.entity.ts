import { Column, Entity, PrimaryColumn } from 'typeorm';

/** `id` is the SHA-256 of the cookie's token: a stolen table signs nobody in. */
@Entity('sessions')
export class SessionEntity {
  @PrimaryColumn({ type: 'bytea' })
  id: Buffer;

  @Column({ name: 'workspace_id', type: 'uuid' })
  workspaceId: string;

  @Column({ name: 'member_id', type: 'uuid' })
  memberId: string;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;
}
