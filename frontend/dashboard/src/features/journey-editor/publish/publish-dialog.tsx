'use client';

import { api } from '@wend/contract/plain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowRightLeft, CircleAlert, Minus, Pencil, Plus, Settings2 } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { FormError } from '@/components/ui/field';
import { Skeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { ApiProblem, call } from '@/lib/api-client';
import { IssueList } from '../problems/problem-bar';
import { usePublishedVersion } from '../shell/save-note';
import { useAutosave } from '../shell/use-autosave';
import { useEditor, useEditorStore } from '../store/editor-context';
import { groupIssues, validateNow } from '../store/use-validation';
import { compareGraphs, countChanges } from './compare-graphs';
import type { GraphChanges } from './compare-graphs';

/** Says what is in the way or what will change, then publishes. */
export function PublishDialog({ onClose }: { onClose: () => void }) {
  const issues = useEditor((state) => state.issues);
  const version = useEditor((state) => state.version);
  const publish = usePublish({ onDone: onClose });
  const checked = useChecked();
  const errors = issues.filter((issue) => issue.severity === 'error');
  const warnings = issues.filter((issue) => issue.severity === 'warning');
  const blocked = errors.length > 0;
  if (!checked) return null;
  return (
    <Dialog
      open onOpenChange={(open) => { if (!open) onClose(); }} title={blocked ? 'This draft cannot be published yet' : `Publish version ${(version ?? 0) + 1}`}
      description={blocked ? (errors.length === 1 ? 'One problem is in the way.' : `${errors.length} problems are in the way.`) : version === null ? 'From then on people who fit the entry come in.' : 'People who enter from then on get this version. Those who are in the journey now finish theirs.'}
      onSubmit={() => publish.mutate()}
      footer={<><Button autoFocus={blocked} onClick={onClose}>{blocked ? 'Back to the draft' : 'Cancel'}</Button>{!blocked && <Button autoFocus type="submit" variant="primary" busy={publish.isPending} data-testid="confirm-publish">Publish</Button>}</>}
    >
      {blocked ? <div className="-mx-2"><IssueList issues={errors} onGo={onClose} /></div> : (
        <>
          <Changes />
          {warnings.length > 0 && (
            <details className="mt-4 rounded-lg border border-line">
              <summary className="flex h-9 items-center gap-2 px-3 font-medium"><CircleAlert size={15} strokeWidth={1.75} className="text-warn" aria-hidden />{warnings.length === 1 ? '1 note' : `${warnings.length} notes`}</summary>
              <div className="border-t border-line p-1"><IssueList issues={warnings} onGo={onClose} /></div>
            </details>
          )}
          <FormError error={publish.error} className="mt-3" />
        </>
      )}
    </Dialog>
  );
}

/** Whether the draft was checked as it is now. */
function useChecked(): boolean {
  const store = useEditorStore();
  const [checked, setChecked] = useState(false);
  // Where the check cannot be loaded the server's is left, which publishing makes in any case.
  useEffect(() => void validateNow(store).catch(reportError).finally(() => setChecked(true)), [store]);
  return checked;
}

function usePublish({ onDone }: { onDone: () => void }) {
  const store = useEditorStore();
  const autosave = useAutosave();
  const queries = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: async () => {
      if (!(await autosave.flush())) throw new Error(store.getState().saveError ?? 'The draft is not saved yet. Wait until it is, then publish.');
      const { journeyId, revision } = store.getState();
      return call(api.publish, { params: { id: journeyId }, body: { revision } });
    },
    onSuccess: ({ version }) => {
      store.setState({ version, status: 'live' });
      void queries.invalidateQueries({ queryKey: ['journeys'] });
      toast.say(`Version ${version} is live`);
      onDone();
    },
    onError: (error) => {
      // The server knows more than the browser: a node's own checks. Its issues take the place of ours until the next change.
      if (error instanceof ApiProblem && error.issues.length > 0) store.setState((state) => ({ issues: error.issues, issuesByNode: groupIssues({ issues: error.issues, previous: state.issuesByNode }) }));
    },
  });
}

function Changes() {
  const version = useEditor((state) => state.version);
  const graph = useEditor((state) => state.graph);
  const published = usePublishedVersion();
  const changes = useMemo(() => (published.data ? compareGraphs({ before: published.data.graph, after: graph }) : null), [published.data, graph]);
  if (version === null) return <p className="text-muted">{Object.keys(graph.nodes).length} nodes, {graph.edges.length} connections. This is its first version.</p>;
  if (published.isError) return <p className="text-muted">What changed could not be worked out: {published.error.message}</p>;
  if (!changes) return <Skeleton className="h-10 w-full" />;
  if (countChanges(changes) === 0) return <p className="text-muted">Nothing differs from version {version}, except where cards lie.</p>;
  return <ChangeList changes={changes} version={version} />;
}

function ChangeList({ changes, version }: { changes: GraphChanges; version: number }) {
  const icon = { size: 14, strokeWidth: 2, 'aria-hidden': true } as const;
  return (
    <section aria-label="Changes">
      <h3 className="mb-1.5 text-xs font-medium text-muted">Changed since version {version}</h3>
      <ul className="max-h-72 space-y-0.5 overflow-y-auto">
        {changes.added.map((node) => <Change key={node.id} icon={<Plus {...icon} className="text-good" />} name={node.name} what="added" />)}
        {changes.changed.map(({ node, fields }) => <Change key={node.id} icon={<Pencil {...icon} className="text-muted" />} name={node.name} what={`changed: ${fields.join(', ')}`} />)}
        {changes.rewired.map((node) => <Change key={`${node.id}-ways`} icon={<ArrowRightLeft {...icon} className="text-muted" />} name={node.name} what="leads elsewhere" />)}
        {changes.removed.map((node) => <Change key={node.id} icon={<Minus {...icon} className="text-bad" />} name={node.name} what="removed" />)}
        {changes.settings && <Change icon={<Settings2 {...icon} className="text-muted" />} name="Journey settings" what="changed" />}
      </ul>
    </section>
  );
}

function Change({ icon, name, what }: { icon: ReactNode; name: string; what: string }) {
  return <li className="flex items-center gap-2.5 py-1">{icon}<span className="min-w-0 truncate"><b className="font-semibold">{name}</b> <span className="text-muted">{what}</span></span></li>;
}
