import type { ExitCriterion } from './graph.js';
import { consentMove, segmentMove } from './person-moves.js';
import type { EventFilter } from './person-moves.js';

export const exitKinds = ['event', 'segment', 'consent'] as const;
export type ExitKind = (typeof exitKinds)[number];

/** What an exit criterion looks at; criteria from before there were several kinds name an event. */
export function exitKindOf({ kind }: Pick<ExitCriterion, 'kind'>): ExitKind {
  return kind ?? 'event';
}

/** The event that ends a run by a criterion. */
export function exitEventOf(criterion: ExitCriterion): EventFilter {
  switch (criterion.kind) {
    case 'segment':
      return segmentMove(criterion);
    case 'consent':
      return consentMove({ ...criterion, on: 'withdrawn' });
    default: {
      const { event, where } = criterion;
      return { event, ...(where ? { where } : {}) };
    }
  }
}
