import type { Graph, JourneyCaps } from '@wend/contract';
import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** A journey and its one draft. `revision` grows with each change of the draft. */
@Entity('journeys')
export class JourneyEntity {
  @PrimaryColumn({ name: 'workspace_id', type: 'uuid' })
  workspaceId: string;

  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column({ type: 'text' })
  name: string;

  @Column({ type: 'jsonb' })
  draft: Graph;

  @Column({ type: 'int', default: 1 })
  revision: number;

  @Column({ name: 'published_version', type: 'int', nullable: true })
  publishedVersion: number | null;

  @Column({ name: 'published_revision', type: 'int', nullable: true })
  publishedRevision: number | null;

  @Column({ name: 'draft_edited_at', type: 'timestamptz', default: () => 'now()' })
  draftEditedAt: Date;

  /** As `actorName` writes it; null for drafts from before it was noted. */
  @Column({ name: 'draft_edited_by', type: 'text', nullable: true })
  draftEditedBy: string | null;

  @Column({ type: 'smallint', default: 3 })
  priority: number;

  /** What it says of limits in place of its workspace (delivery-rules). */
  @Column({ type: 'jsonb', nullable: true })
  caps: JourneyCaps | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()' })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', default: () => 'now()' })
  updatedAt: Date;

  @Column({ name: 'archived_at', type: 'timestamptz', nullable: true })
  archivedAt: Date | null;
}
