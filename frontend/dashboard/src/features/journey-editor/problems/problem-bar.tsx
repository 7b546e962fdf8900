'use client';

import type { Issue } from '@wend/contract';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Popover } from '@/components/ui/popover';
import { cx } from '@/lib/cx';
import { useEditor, useEditorStore } from '../store/editor-context';
import { goToIssue } from '../store/select';
import { sortIssues } from './sort-issues';

/** What keeps the draft from being published, at the bottom of the canvas; its list leads to each place. */
export function ProblemBar() {
  const t = useTranslations('editor-problems.problemBar');
  const issues = useEditor((state) => state.issues);
  const [open, setOpen] = useState(false);
  const { errors, notes } = sortIssues(issues);
  const first = errors[0] ?? notes[0];
  if (!first) return null;
  const bad = errors.length > 0;
  const Icon = bad ? TriangleAlert : CircleAlert;
  const count = [
    errors.length > 0 ? t('counts', { count: errors.length }) : '',
    notes.length > 0 ? t('noteCounts', { count: notes.length }) : '',
  ]
    .filter(Boolean)
    .join(', ');
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-4 z-10 flex justify-center px-60 max-md:pr-4 max-md:pl-60 max-sm:bottom-3 max-sm:pr-3 max-sm:pl-14">
      <div
        role="status"
        data-testid="problem-bar"
        className="pointer-events-auto flex h-9 max-w-full items-center gap-2 rounded-lg border border-line bg-raised px-3 shadow-float"
      >
        <Icon size={15} strokeWidth={1.75} aria-hidden className={cx('shrink-0', bad ? 'text-bad' : 'text-muted')} />
        <span className="shrink-0 font-semibold">{count}</span>
        <BarText issue={first} />
        <Popover
          label={t('problems')}
          side="top"
          align="center"
          open={open}
          onOpenChange={setOpen}
          className="w-96 p-1.5"
          trigger={
            <button type="button" className="shrink-0 rounded-sm font-semibold text-accent hover:underline">
              {t('show')}
            </button>
          }
        >
          <IssueList issues={[...errors, ...notes]} onGo={() => setOpen(false)} />
        </Popover>
      </div>
    </div>
  );
}

/** Issues as links to their places. */
export function IssueList({ issues, onGo }: { issues: readonly Issue[]; onGo: () => void }) {
  const t = useTranslations('editor-problems.problemBar');
  const store = useEditorStore();
  return (
    <ul className="max-h-80 overflow-y-auto">
      {issues.map((issue, index) => (
        <li key={index}>
          <button
            type="button"
            className="flex w-full gap-2.5 rounded-md px-2 py-1.5 text-left hover:bg-canvas"
            onClick={() => {
              onGo();
              goToIssue({ store, nodeId: issue.nodeId, edgeId: issue.edgeId, path: issue.path });
            }}
          >
            {issue.severity === 'error' ? (
              <TriangleAlert
                size={15}
                strokeWidth={1.75}
                aria-label={t('problem')}
                className="mt-px shrink-0 text-bad"
              />
            ) : (
              <CircleAlert size={15} strokeWidth={1.75} aria-label={t('note')} className="mt-px shrink-0 text-warn" />
            )}
            <span>
              <IssueText issue={issue} />
              {issue.hint && <span className="block text-xs text-muted">{issue.hint}</span>}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** In one line: a long name makes room before what is wrong does. */
function BarText({ issue }: { issue: Issue }) {
  const name = useIssueName(issue);
  return (
    <span className="flex min-w-0 gap-1 text-muted" title={name ? `${name}: ${issue.message}` : issue.message}>
      {name ? <b className="min-w-10 shrink-[1000] truncate font-semibold text-ink">{name}:</b> : null}
      <span className="min-w-0 truncate">{issue.message}</span>
    </span>
  );
}

/** The name of the step that an issue is of, unless the issue says it. */
function useIssueName({ nodeId, message }: Issue): string | null {
  const name = useEditor((state) => (nodeId ? state.graph.nodes[nodeId]?.name : undefined));
  return name && !message.includes(name) ? name : null;
}

function IssueText({ issue }: { issue: Issue }) {
  const name = useIssueName(issue);
  return name ? (
    <>
      <b className="font-semibold text-ink">{name}:</b> {issue.message}
    </>
  ) : (
    issue.message
  );
}
