import type { Compare, TraceClause } from '@wend/contract';

type ChangesOptions = {
  trace: TraceClause;
  /** When the answer to a comparison may become another one by itself (milliseconds); null is never. */
  own: (compare: Compare) => number | null;
};

/**
 * The earliest time at which the answer may become another one though nothing happens; null is never. Of a group only
 * those clauses count that must change for it to: all that fail where it takes all, every one that holds where one is
 * enough.
 */
export function changesOf({ trace, own }: ChangesOptions): number | null {
  const earliest = earliestOf(trace, own);
  return Number.isFinite(earliest) ? earliest : null;
}

function earliestOf(trace: TraceClause, own: ChangesOptions['own']): number {
  const { rule, result, clauses = [] } = trace;
  if (rule.op === 'compare') return own(rule) ?? Infinity;
  if (rule.op === 'not') return clauses[0] ? earliestOf(clauses[0], own) : Infinity;
  if (result === (rule.op === 'all')) return Math.min(...clauses.map((each) => earliestOf(each, own)));
  const mustChange = clauses.filter((each) => each.result === result);
  return mustChange.length === 0 ? Infinity : Math.max(...mustChange.map((each) => earliestOf(each, own)));
}
