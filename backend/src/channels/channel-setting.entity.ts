import type { Channel } from '@wend/contract';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Whether a channel is in the sandbox; one without a row is not. */
@Entity('channel_settings')
export class ChannelSettingEntity {
  @PrimaryColumn({ name: 'workspace_id', type: 'uuid' })
  workspaceId: string;

  @PrimaryColumn({ type: 'text' })
  channel: Channel;

  @Column({ type: 'boolean' })
  sandbox: boolean;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;
}
