'use client';

import { rolesWith } from '@wend/contract/plain';
import { CloudOff, Copy, FileWarning, GitCompareArrows } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { useToast } from '@/components/ui/toast';
import { useErrorWords } from '@/lib/error-words';
import { download, journeyFileName } from '@/lib/journey-file';
import { exactTime } from '@/lib/time';
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

function Conflict() {
  const t = useTranslations('editor-shell.saveBanner');
  const store = useEditorStore();
  const autosave = useAutosave();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const run = (work: () => Promise<void>) => {
    setBusy(true);
    work()
      .catch((error: unknown) => toast.fail(t('choiceFailed'), error))
      .finally(() => setBusy(false));
  };
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-3 border-b border-line bg-warn-soft px-4 py-2 text-warn"
      data-testid="conflict"
    >
      <GitCompareArrows size={16} aria-hidden />
      <p className="flex-1">{t('conflict')}</p>
      <Button size="sm" disabled={busy} onClick={() => run(() => takeTheirs({ store, autosave }))}>
        {t('loadTheirs')}
      </Button>
      <Button size="sm" disabled={busy} onClick={() => run(() => keepMine({ store, autosave }))}>
        {t('saveMine')}
      </Button>
    </div>
  );
}
