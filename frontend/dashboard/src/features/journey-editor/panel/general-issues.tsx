import type { Issue } from '@wend/contract';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { cx } from '@/lib/cx';
import { isEnd } from '../problems/sort-issues';

/** Problems of a node that belong to none of its fields. */
export function GeneralIssues({ issues, quiet }: { issues: readonly Issue[]; quiet: boolean }) {
  const general = issues.filter((issue) => !issue.path && !isEnd(issue) && !(quiet && issue.severity === 'warning'));
  if (general.length === 0) return null;
  return (
    <ul className="space-y-1.5">
      {general.map((issue, index) => (
        <li
          key={index}
          className={cx(
            'flex gap-2 rounded-lg px-3 py-2',
            issue.severity === 'error' ? 'bg-bad-soft text-bad' : 'bg-canvas text-muted',
          )}
        >
          {issue.severity === 'error' ? (
            <TriangleAlert size={15} strokeWidth={1.75} className="mt-px shrink-0" aria-hidden />
          ) : (
            <CircleAlert size={15} strokeWidth={1.75} className="mt-px shrink-0" aria-hidden />
          )}
          <span>
            {issue.message} {issue.hint}
          </span>
        </li>
      ))}
    </ul>
  );
}
