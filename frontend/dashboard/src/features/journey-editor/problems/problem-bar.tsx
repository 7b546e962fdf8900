'use client';

import type { Issue } from '@wend/contract';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Popover } from '@/components/ui/popover';
import { cx } from '@/lib/cx';
import { useEditor, useEditorStore } from '../store/editor-context';
import { goToIssue } from '../store/select';

/** What keeps the draft from being published, at the bottom of the canvas; its list leads to each place. */
export function ProblemBar() {
  const issues = useEditor((state) => state.issues);
  const [open, setOpen] = useState(false);
  const errors = issues.filter((issue) => issue.severity === 'error');
  // That some way out ends the journey is said when publishing, and drawn on the canvas; it needs no bar.
  const first = errors[0] ?? issues.find((issue) => issue.code !== 'unconnected-port');
  if (!first) return null;
  const bad = errors.length > 0;
  const Icon = bad ? TriangleAlert : CircleAlert;
  const count = bad ? `${errors.length} ${errors.length === 1 ? 'problem' : 'problems'}` : `${issues.length} ${issues.length === 1 ? 'note' : 'notes'}`;
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-4 z-10 flex justify-center px-48 max-md:pr-4 max-md:pl-60 max-sm:bottom-3 max-sm:pr-3 max-sm:pl-14">
      <div role="status" data-testid="problem-bar" className="pointer-events-auto flex h-9 max-w-full items-center gap-2 rounded-lg border border-line bg-raised px-3 shadow-float">
        <Icon size={15} strokeWidth={1.75} aria-hidden className={cx('shrink-0', bad ? 'text-bad' : 'text-muted')} />
        <span className="shrink-0 font-semibold">{count}</span>
        <span className="truncate text-muted"><IssueText issue={first} /></span>
        <Popover
          label="Problems" side="top" align="center" open={open} onOpenChange={setOpen} className="w-96 p-1.5"
          trigger={<button type="button" className="shrink-0 rounded-sm font-semibold text-accent hover:underline">Show</button>}
        >
          <IssueList issues={issues} onGo={() => setOpen(false)} />
        </Popover>
      </div>
    </div>
  );
}

/** Issues as links to their places. */
export function IssueList({ issues, onGo }: { issues: readonly Issue[]; onGo: () => void }) {
  const store = useEditorStore();
  return (
    <ul className="max-h-80 overflow-y-auto">
      {issues.map((issue, index) => (
        <li key={index}>
          <button type="button" className="flex w-full gap-2.5 rounded-md px-2 py-1.5 text-left hover:bg-canvas" onClick={() => { onGo(); goToIssue({ store, nodeId: issue.nodeId, edgeId: issue.edgeId, path: issue.path }); }}>
            {issue.severity === 'error' ? <TriangleAlert size={15} strokeWidth={1.75} aria-label="Problem" className="mt-px shrink-0 text-bad" /> : <CircleAlert size={15} strokeWidth={1.75} aria-label="Note" className="mt-px shrink-0 text-warn" />}
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

function IssueText({ issue }: { issue: Issue }) {
  const name = useEditor((state) => (issue.nodeId ? state.graph.nodes[issue.nodeId]?.name : undefined));
  return name && !issue.message.includes(name) ? <><b className="font-semibold text-ink">{name}:</b> {issue.message}</> : issue.message;
}
