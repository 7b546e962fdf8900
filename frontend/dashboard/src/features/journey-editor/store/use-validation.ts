import { useEffect } from 'react';
import type { Issue } from '@wend/contract';
import { whenIdle } from '@/lib/when-idle';
import type { EditorStore } from './editor-store';
import { loadChecks } from './load-checks';
import { askServer } from '../problems/ask-server';
import { withServerIssues } from '../problems/server-check';

const pause = 150;
/** The journey is shown and answers first; what checks it is as large as a tenth of the editor. */
const untilShown = 400;

/**
 * Checks the draft once it is shown and shortly after each change. Cards subscribe to their own issues, so a node's
 * list keeps its identity while it stays the same.
 */
export function useValidation(store: EditorStore): void {
  useEffect(() => {
    const check = () => void validateNow(store).catch(reportError);
    const forget = whenIdle({
      work: () => {
        check();
        void askServer(store).catch(reportError);
      },
      after: untilShown,
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = store.subscribe((state, before) => {
      if (state.graph === before.graph && state.serverCheck === before.serverCheck) return;
      clearTimeout(timer);
      timer = setTimeout(check, pause);
    });
    return () => {
      forget();
      unsubscribe();
      clearTimeout(timer);
    };
  }, [store]);
}

export async function validateNow(store: EditorStore): Promise<void> {
  const { validate } = await loadChecks();
  const { graph, manifestMap: manifests, issuesByNode } = store.getState();
  const issues = withServerIssues({
    graph,
    local: validate(graph, { manifests, now: Date.now() }),
    check: store.getState().serverCheck,
  });
  store.setState({ issues, issuesByNode: groupIssues({ issues, previous: issuesByNode }) });
}

type GroupIssuesOptions = {
  issues: readonly Issue[];
  previous: Readonly<Record<string, readonly Issue[]>>;
};

/** Issues per node; lists that say the same as before are the same objects. */
function groupIssues({ issues, previous }: GroupIssuesOptions): Record<string, readonly Issue[]> {
  const groups: Record<string, Issue[]> = {};
  for (const issue of issues) if (issue.nodeId) (groups[issue.nodeId] ??= []).push(issue);
  return Object.fromEntries(
    Object.entries(groups).map(([id, group]) => {
      const before = previous[id];
      return [id, before && JSON.stringify(before) === JSON.stringify(group) ? before : group];
    }),
  );
}
