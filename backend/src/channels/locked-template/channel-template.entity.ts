import type { Channel, TemplateDefinition } from '@wend/contract';
import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** How the messages of a channel are sent, written once by a developer; `definition` says of which kind it is. */
@Entity('channel_templates')
export class ChannelTemplateEntity {
  @PrimaryColumn({ name: 'workspace_id', type: 'uuid' })
  workspaceId: string;

  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column({ type: 'text' })
  channel: Channel;

  /** Null: any connection of the channel that sends by such templates. */
  @Column({ name: 'connection_id', type: 'uuid', nullable: true })
  connectionId: string | null;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'jsonb' })
  definition: TemplateDefinition;

  @Column({ type: 'int', default: 1 })
  revision: number;

  @Column({ name: 'archived_at', type: 'timestamptz', nullable: true })
  archivedAt: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
