import type { Entry, Graph, PublishMoves } from '@wend/contract';
import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** What was published, and what test runs were started from: those have no number. Written once. */
@Entity('journey_versions')
export class JourneyVersionEntity {
  @PrimaryColumn({ name: 'workspace_id', type: 'uuid' })
  workspaceId: string;

  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column({ name: 'journey_id', type: 'uuid' })
  journeyId: string;

  @Column({ type: 'int', nullable: true })
  number: number | null;

  @Column({ type: 'jsonb' })
  graph: Graph;

  /** With the steps of its sub-journeys, where it has any. SQL looks steps of runs up in `running`. */
  @Column({ type: 'jsonb', nullable: true })
  expanded: Graph | null;

  @Column({ name: 'program_hash', type: 'text' })
  programHash: string;

  @Column({ type: 'jsonb' })
  entries: Entry[];

  @Column({ type: 'jsonb' })
  reentry: Graph['settings']['reentry'];

  @Column({ name: 'published_at', type: 'timestamptz', default: () => 'now()' })
  publishedAt: Date;

  @Column({ name: 'published_by', type: 'text', nullable: true })
  publishedBy: string | null;

  @Column({ type: 'text', nullable: true })
  note: string | null;

  /** What was chosen for who was inside when it was published; null for what is older than that was asked. */
  @Column({ type: 'text', nullable: true })
  inside: PublishMoves['people'] | null;
}
