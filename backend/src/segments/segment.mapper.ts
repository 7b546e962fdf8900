import type { SegmentBuild, SegmentDetail, SegmentSummary } from '@wend/contract';
import type { SegmentRow } from './segment.repository.js';

export function summaryOf(row: SegmentRow): SegmentSummary {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    kind: row.rule === null ? 'manual' : 'rule',
    size: row.size,
    build: buildOf(row),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    archivedAt: row.archived_at?.toISOString() ?? null,
  };
}

export function detailOf(row: SegmentRow): SegmentDetail {
  const isLive = JSON.stringify(row.rule) === JSON.stringify(row.live_rule);
  return {
    ...summaryOf(row),
    rule: row.rule,
    liveRule: isLive ? null : row.live_rule,
    revision: row.revision,
    createdBy: row.created_by,
  };
}

function buildOf({ build }: SegmentRow): SegmentBuild | null {
  if (!build || build.state === 'done') return null;
  return {
    state: build.state,
    done: build.done,
    total: build.total,
    tell: build.tell,
    error: build.error,
    startedAt: new Date(build.created_at).toISOString(),
    finishedAt: build.finished_at === null ? null : new Date(build.finished_at).toISOString(),
  };
}
