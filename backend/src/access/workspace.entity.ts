import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** The tenant: everything belongs to one. */
@Entity('workspaces')
export class WorkspaceEntity {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ name: 'time_zone', type: 'text', default: 'UTC' })
  timeZone: string;

  @Column({ type: 'text', default: 'en' })
  language: string;

  /** Where its people are, unless they say otherwise (ISO 3166-1): numbers without their country's code are read so. */
  @Column({ type: 'text', nullable: true })
  country: string | null;

  /** The host of links in text messages; null: they stay as they are written. */
  @Column({ name: 'link_domain', type: 'text', nullable: true })
  linkDomain: string | null;

  /** Openings that only a privacy proxy tells of count as a person's. */
  @Column({ name: 'count_proxy_opens', type: 'boolean', default: false })
  countProxyOpens: boolean;

  /** Its own opt-out words, beside those of the languages; null: only those. Read and written by the room of replies. */
  @Column({ name: 'reply_words', type: 'jsonb', nullable: true })
  replyWords: Record<string, unknown> | null;

  @Column({ type: 'boolean', default: false })
  demo: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;
}
