'use client';

import { api } from '@wend/contract/plain';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Issue, PublishMoves, PublishPreview } from '@wend/contract';
import { CircleAlert, CircleStop, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Skeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { ApiProblem, call } from '@/lib/api-client';
import { useErrorWords } from '@/lib/error-words';
import { IssueList } from '../problems/problem-bar';
import { usePublishedVersion } from '../shell/save-note';
import { useAutosave } from '../shell/use-autosave';
import { useEditor, useEditorStore } from '../store/editor-context';
import type { EditorStore } from '../store/editor-store';
import { sortIssues } from '../problems/sort-issues';
import { askServer } from '../problems/ask-server';
import { noteServerIssues } from '../problems/server-check';
import { validateNow } from '../store/use-validation';
import { graphWords } from '../panel/graph-words';
import { ClassWords } from './class-words';
import { ChangeList } from '../compare/change-list';
import { PeopleInside } from './people-inside';
import { PreviewNotes } from './preview-notes';
import { differenceOf, publishedWords, publishWords } from './publish-words';

/** Says what is in the way or what will change, then publishes. */
export function PublishDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('editor-publish.publishDialog');
  const texts = useTranslations('editor-publish.words');
  const issues = useEditor((state) => state.issues);
  const version = useEditor((state) => state.version);
  const status = useEditor((state) => state.status);
  const unchanged = useDifference() === 'none';
  const words = publishWords(texts, { version, status, unchanged });
  const checked = useChecked();
  const { errors, notes, ends } = sortIssues(issues);
  const blocked = errors.length > 0;
  const [chosen, setMoves] = useState<PublishMoves | null>(null);
  const preview = usePreview({ enabled: checked && !blocked, moves: chosen });
  const moves = useMovesOffered({ preview: preview.data, chosen, onOffer: setMoves });
  const [note, setNote] = useState('');
  const publish = usePublish({ preview: preview.data, moves: chosen, note, onDone: onClose });
  if (!checked) return null;
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={blocked ? t('blocked') : words.title}
      description={blocked ? t('blockedBy', { count: errors.length }) : words.description}
      onSubmit={() => publish.mutate()}
      footer={
        <>
          <Button autoFocus={blocked} onClick={onClose}>
            {blocked ? t('back') : t('cancel')}
          </Button>
          {!blocked && (
            <Button
              type="submit"
              variant="primary"
              disabled={!preview.data || preview.isPlaceholderData || preview.isError}
              busy={publish.isPending || preview.isFetching}
              data-testid="confirm-publish"
            >
              {t('publish')}
            </Button>
          )}
        </>
      }
    >
      {blocked ? (
        <div className="-mx-2">
          <IssueList issues={errors} onGo={onClose} />
        </div>
      ) : (
        <>
          {unchanged ? null : <Changes />}
          {preview.data ? <PreviewNotes preview={preview.data} /> : null}
          {preview.data ? <PeopleInside preview={preview.data} moves={moves} onChange={setMoves} /> : null}
          {preview.isPending ? <p className="mt-4 text-muted">{t('looking')}</p> : null}
          <FormError error={preview.error} className="mt-3" />
          {preview.isError && chosen !== null ? (
            <Button className="mt-2" onClick={() => setMoves({ people: 'pinned' })}>
              {t('leavePeople')}
            </Button>
          ) : null}
          {unchanged ? null : (
            <Field label={t('note')} help={t('noteHelp')} className="mt-4">
              {(control) => (
                <Input {...control} value={note} maxLength={1_000} onChange={(event) => setNote(event.target.value)} />
              )}
            </Field>
          )}
          <ClassWords />
          <NoProviderNote issues={notes} />
          {notes.length > 0 && (
            <Folded
              words={t('notes', { count: notes.length })}
              icon={<CircleAlert size={15} strokeWidth={1.75} className="text-warn" aria-hidden />}
            >
              <IssueList issues={notes} onGo={onClose} />
            </Folded>
          )}
          {ends.length > 0 && (
            <Folded
              words={t('ends', { count: ends.length })}
              icon={<CircleStop size={15} strokeWidth={1.75} className="text-muted" aria-hidden />}
            >
              <IssueList issues={ends} onGo={onClose} />
            </Folded>
          )}
          <FormError error={publish.error} className="mt-3" />
        </>
      )}
    </Dialog>
  );
}

function Folded({ words, icon, children }: { words: string; icon: ReactNode; children: ReactNode }) {
  return (
    <details className="mt-4 rounded-lg border border-line">
      <summary className="flex h-9 items-center gap-2 px-3 font-medium">
        {icon}
        {words}
      </summary>
      <div className="border-t border-line p-1">{children}</div>
    </details>
  );
}

/** The one note that must not stay folded away: these messages reach nobody. */
function NoProviderNote({ issues }: { issues: readonly Issue[] }) {
  const t = useTranslations('editor-publish.publishDialog');
  const count = issues.filter((issue) => issue.code === 'no-provider').length;
  if (count === 0) return null;
  return (
    <p role="note" className="mt-4 flex gap-2 rounded-lg bg-warn-soft px-3 py-2">
      <TriangleAlert size={15} strokeWidth={1.75} className="mt-px shrink-0 text-warn" aria-hidden />
      <span>
        {t.rich('noProvider', {
          count,
          link: (chunks) => (
            <Link className="font-medium text-accent hover:underline" href="/settings?tab=channels">
              {chunks}
            </Link>
          ),
        })}
      </span>
    </p>
  );
}

/** Whether the draft was checked as it is now, here and by the server. */
function useChecked(): boolean {
  const store = useEditorStore();
  const autosave = useAutosave();
  const [checked, setChecked] = useState(false);
  // Where the check cannot be loaded the server's is left, which publishing makes in any case.
  useEffect(() => {
    const check = async () => {
      await autosave.flush();
      await askServer(store);
    };
    void check()
      .catch(reportError)
      .then(() => validateNow(store))
      .catch(reportError)
      .finally(() => setChecked(true));
  }, [store, autosave]);
  return checked;
}

/** What the server says publishing would do to the draft that it has now, with the token to publish it by. */
function usePreview({ enabled, moves }: { enabled: boolean; moves: PublishMoves | null }) {
  const t = useTranslations('editor-publish.publishDialog');
  const store = useEditorStore();
  const autosave = useAutosave();
  const journeyId = useEditor((state) => state.journeyId);
  return useQuery({
    queryKey: ['publish-preview', journeyId, moves],
    enabled,
    // What was chosen is looked at anew; until then the last look stays.
    placeholderData: keepPreviousData,
    queryFn: async () => {
      if (!(await autosave.flush())) {
        const { saveState, saveError } = store.getState();
        throw saveError ?? new Error(saveState === 'conflict' ? t('conflict') : t('notSaved'));
      }
      try {
        const preview = await call(api.previewPublish, {
          params: { id: journeyId },
          body: moves ? { moves } : {},
        });
        // Somebody else’s draft is not what is shown here.
        if (preview.revision !== store.getState().revision) {
          store.setState({ saveState: 'conflict' });
          throw new Error(t('conflict'));
        }
        return preview;
      } catch (error) {
        noteIssues(store, error);
        throw error;
      }
    },
    retry: false,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

/** What is chosen for people inside: first what was chosen the last time, where anybody is inside. */
function useMovesOffered({
  preview,
  chosen,
  onOffer,
}: {
  preview: PublishPreview | undefined;
  chosen: PublishMoves | null;
  onOffer: (moves: PublishMoves) => void;
}): PublishMoves {
  const offered = preview?.inside.people && preview.moves.underWay === null ? preview.inside.default : undefined;
  useEffect(() => {
    if (chosen === null && offered === 'follow') onOffer({ people: 'follow' });
  }, [chosen, offered, onOffer]);
  return chosen ?? { people: 'pinned' };
}

/**
 * The server knows more than the browser: a node's own checks. Its issues take the place of ours until the next change.
 */
function noteIssues(store: EditorStore, error: unknown): void {
  if (!(error instanceof ApiProblem) || error.issues.length === 0) return;
  noteServerIssues({ store, graph: store.getState().graph, issues: error.issues });
  void validateNow(store).catch(reportError);
}

function usePublish({
  preview,
  moves,
  note,
  onDone,
}: {
  preview: PublishPreview | undefined;
  moves: PublishMoves | null;
  note: string;
  onDone: () => void;
}) {
  const t = useTranslations('editor-publish.publishDialog');
  const store = useEditorStore();
  const words = useTranslations('editor-publish.words');
  const queries = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: () => {
      if (!preview) throw new Error(t('notSaved'));
      const { journeyId } = store.getState();
      // What was chosen is offered the next time; where nobody is inside nothing was.
      const stay = preview.inside.people > 0 ? { people: 'pinned' as const } : undefined;
      return call(api.publish, {
        params: { id: journeyId },
        body: { token: preview.token, note, moves: moves ?? stay },
      });
    },
    onSuccess: ({ version, unchanged }) => {
      const { status } = store.getState();
      // A paused journey stays paused.
      store.setState({ version, status: status === 'paused' ? status : 'live' });
      void queries.invalidateQueries({ queryKey: ['journeys'] });
      toast.say(publishedWords(words, { version, status, unchanged }));
      onDone();
    },
    onError: (error) => {
      noteIssues(store, error);
      // What was shown is not so any more: it is looked at anew, to be published by another click.
      if (error instanceof ApiProblem && error.code === 'publish-token-outdated')
        void queries.invalidateQueries({ queryKey: ['publish-preview'] });
    },
  });
}

/** How the draft differs from what is published; undefined while that is not known. */
function useDifference(): ReturnType<typeof differenceOf> | undefined {
  const graph = useEditor((state) => state.graph);
  const published = usePublishedVersion().data?.graph;
  return useMemo(() => (published ? differenceOf({ before: published, after: graph }) : undefined), [published, graph]);
}

function Changes() {
  const t = useTranslations('editor-publish.publishDialog');
  const version = useEditor((state) => state.version);
  const graph = useEditor((state) => state.graph);
  const size = useTranslations('editor-panel.graphWords');
  const errorWords = useErrorWords();
  const published = usePublishedVersion();
  const difference = useDifference();
  if (version === null) return <p className="text-muted">{t('firstVersion', { size: graphWords(size, graph) })}</p>;
  if (published.isError)
    return <p className="text-muted">{t('compareFailed', { reason: errorWords(published.error) })}</p>;
  if (!published.data) return <Skeleton className="h-10 w-full" />;
  if (difference === 'positions') return <p className="text-muted">{t('onlyPositions', { version })}</p>;
  if (difference !== 'changes') return <p className="text-muted">{t('onlyUnseen', { version })}</p>;
  return (
    <section aria-label={t('changes')}>
      <h3 className="mb-1.5 text-xs font-medium text-muted">{t('changedSince', { version })}</h3>
      <div className="max-h-72 overflow-y-auto">
        <ChangeList before={published.data.graph} after={graph} />
      </div>
    </section>
  );
}
