'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, compareGraphs, countChanges, rolesWith } from '@wend/contract/plain';
import { CloudOff, Copy, FileWarning, GitCompareArrows } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { RelativeTime } from '@/components/ui/relative-time';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useErrorWords } from '@/lib/error-words';
import { download, journeyFileName } from '@/lib/journey-file';
import { exactTime } from '@/lib/time';
import { ChangeList } from '../compare/change-list';
import { editorWords } from '../compare/editor-words';
import { keepMine, takeTheirs } from '../store/autosave';
import type { DraftBackup, UnreadableBackup } from '../store/draft-backup';
import { useEditor, useEditorStore } from '../store/editor-context';
import { discardCopy, restoreCopy } from '../store/restore';
import { useAutosave } from './use-autosave';

/** Says why the draft is not saved, what else there is of it in this browser, and offers the way out. */
export function SaveBanner() {
  const t = useTranslations('editor-shell.saveBanner');
  const roles = useTranslations('common.roles');
  const saveState = useEditor((state) => state.saveState);
  const saveError = useEditor((state) => state.saveError);
  const editable = useEditor((state) => state.editable);
  const copies = useEditor((state) => state.copies);
  const otherTabs = useEditor((state) => state.otherTabs);
  const backedUp = useEditor((state) => state.backedUp);
  if (!editable)
    return (
      <div role="status" className="border-b border-line bg-canvas px-4 py-2 text-muted">
        {t('readOnly', {
          roles: rolesWith('journeys.edit')
            .map((role) => roles(role).toLowerCase())
            .join(', '),
        })}
      </div>
    );
  return (
    <>
      {otherTabs > 0 && <OtherTabs count={otherTabs} />}
      {copies.map((copy) => (
        <KeptCopy key={copy.key} copy={copy} />
      ))}
      {saveState === 'conflict' && <Conflict />}
      {saveState === 'error' && <Failed error={saveError} backedUp={backedUp} />}
    </>
  );
}

const strip = 'flex flex-wrap items-center gap-3 border-b border-line px-4 py-2';

function OtherTabs({ count }: { count: number }) {
  const t = useTranslations('editor-shell.saveBanner');
  return (
    <div role="status" data-testid="other-tabs" className={`${strip} bg-canvas text-muted`}>
      <Copy size={16} aria-hidden />
      <p className="flex-1">{t('otherTabs', { count })}</p>
    </div>
  );
}

/** Unsaved changes of an earlier visit that did not come back by themselves. */
function KeptCopy({ copy }: { copy: DraftBackup | UnreadableBackup }) {
  const t = useTranslations('editor-shell.saveBanner');
  const store = useEditorStore();
  const { backups } = useAutosave();
  const name = useEditor((state) => state.name);
  const readable = 'graph' in copy;
  if (!backups) return null;
  const save = () =>
    download({
      name: journeyFileName(t('fileName', { name })),
      text: readable
        ? JSON.stringify({ format: 'wend/journey', version: 1, name, graph: copy.graph }, null, 2)
        : copy.text,
    });
  return (
    <div role="status" data-testid="kept-copy" className={`${strip} bg-warn-soft text-warn`}>
      <FileWarning size={16} aria-hidden />
      <p className="flex-1">
        {readable
          ? copy.at > 0
            ? t('keptFrom', { at: exactTime(new Date(copy.at).toISOString()) })
            : t('kept')
          : t('unreadable')}
      </p>
      {readable && (
        <Button size="sm" onClick={() => restoreCopy({ store, backups, copy })}>
          {t('restore')}
        </Button>
      )}
      <Button size="sm" onClick={save}>
        {t('download')}
      </Button>
      <Button size="sm" onClick={() => discardCopy({ store, backups, key: copy.key })}>
        {t('discard')}
      </Button>
    </div>
  );
}

function Failed({ error, backedUp }: { error: unknown; backedUp: boolean }) {
  const t = useTranslations('editor-shell.saveBanner');
  const autosave = useAutosave();
  const reason = useErrorWords()(error);
  return (
    <div role="alert" className={`${strip} bg-warn-soft text-warn`}>
      <CloudOff size={16} aria-hidden />
      <p className="flex-1">{backedUp ? t('failedKept', { reason }) : t('failedUnkept', { reason })}</p>
      <Button size="sm" onClick={() => void autosave.flush()}>
        {t('retry')}
      </Button>
    </div>
  );
}

/**
 * Another tab, person or program saved first. Whatever is chosen, the other draft or the own one stays within reach: as
 * a step back, or as a journey of its own.
 */
function Conflict() {
  const t = useTranslations('editor-shell.saveBanner');
  const store = useEditorStore();
  const autosave = useAutosave();
  const toast = useToast();
  const queries = useQueryClient();
  const errorWords = useErrorWords();
  const [busy, setBusy] = useState(false);
  const [comparing, setComparing] = useState(false);
  const journeyId = useEditor((state) => state.journeyId);
  const graph = useEditor((state) => state.graph);
  const theirs = useQuery({
    queryKey: ['draft-conflict', journeyId],
    queryFn: ({ signal }) => call(api.get, { params: { id: journeyId }, signal }),
    gcTime: 0,
    staleTime: 0,
  });
  const run = (work: () => Promise<void>) => {
    setBusy(true);
    work()
      .catch((error: unknown) => toast.fail(t('choiceFailed'), error))
      .finally(() => {
        setBusy(false);
        setComparing(false);
        // A third one may have saved since: what is shown is asked for anew.
        if (store.getState().saveState === 'conflict') void theirs.refetch();
      });
  };
  const latest = () => call(api.get, { params: { id: journeyId } });
  const take = async () => {
    takeTheirs({ store, autosave, theirs: await latest() });
    toast.say(t('theirsLoaded'), { detail: t('theirsLoadedDetail') });
  };
  const copy = async () => {
    const journey = await latest();
    const { name } = await call(api.create, {
      body: { name: t('copyName', { name: journey.name.slice(0, 100) }), graph: store.getState().graph },
    });
    takeTheirs({ store, autosave, theirs: journey });
    void queries.invalidateQueries({ queryKey: ['journeys'] });
    toast.say(t('copied', { name }), { detail: t('copiedDetail') });
  };
  // On top of what was shown only.
  const keep = async () => {
    if (theirs.data) await keepMine({ store, autosave, theirs: theirs.data });
  };
  const edited = theirs.data?.draftEdited;
  const choices = (
    <>
      <Button size="sm" disabled={busy || !theirs.data} onClick={() => run(take)}>
        {t('loadTheirs')}
      </Button>
      <Button size="sm" disabled={busy || !theirs.data} onClick={() => run(copy)}>
        {t('copyMine')}
      </Button>
      <Button size="sm" disabled={busy || !theirs.data} onClick={() => run(keep)}>
        {t('saveMine')}
      </Button>
    </>
  );
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-3 border-b border-line bg-warn-soft px-4 py-2 text-warn"
      data-testid="conflict"
    >
      <GitCompareArrows size={16} aria-hidden />
      <p className="flex-1">
        {theirs.isError
          ? errorWords(theirs.error)
          : edited?.by
            ? t.rich('conflict', {
                by: edited.you ? t('yourself') : editorWords(edited.by, t('apiKey')),
                at: () => <RelativeTime at={edited.at} />,
              })
            : t('conflictSomebody')}
      </p>
      {theirs.isError && (
        <Button size="sm" onClick={() => void theirs.refetch()}>
          {t('retry')}
        </Button>
      )}
      <Button size="sm" disabled={!theirs.data} onClick={() => setComparing(true)}>
        {t('difference')}
      </Button>
      {choices}
      {theirs.data && (
        <Dialog
          open={comparing}
          onOpenChange={setComparing}
          title={t('differenceTitle')}
          description={t('differenceDetail')}
          wide
          footer={
            <>
              <Button size="sm" onClick={() => setComparing(false)}>
                {t('close')}
              </Button>
              {choices}
            </>
          }
        >
          {countChanges(compareGraphs({ before: theirs.data.draft, after: graph })) === 0 ? (
            <p className="text-muted">{t('sameAsTheirs')}</p>
          ) : (
            <ChangeList before={theirs.data.draft} after={graph} />
          )}
        </Dialog>
      )}
    </div>
  );
}
