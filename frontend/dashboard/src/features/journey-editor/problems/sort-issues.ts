import type { Issue } from '@wend/contract';

/**
 * A way that ends the journey is drawn on the canvas and told when publishing: it is no problem, and counts nowhere.
 */
export function isEnd(issue: Issue): boolean {
  return issue.code === 'unconnected-port';
}

/** The one way to count issues, so that card, bar and dialog agree. */
export function sortIssues(issues: readonly Issue[]): { errors: Issue[]; notes: Issue[]; ends: Issue[] } {
  return {
    errors: issues.filter((issue) => issue.severity === 'error'),
    notes: issues.filter((issue) => issue.severity === 'warning' && !isEnd(issue)),
    ends: issues.filter((issue) => issue.severity === 'warning' && isEnd(issue)),
  };
}
