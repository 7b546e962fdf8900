'use client';

import { api, nameTooLong } from '@wend/contract/plain';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ellipsis, Redo2, Undo2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Menu } from '@/components/ui/menu';
import { Segmented } from '@/components/ui/segmented';
import { JourneyStatusBadge } from '@/components/ui/status-badge';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { cx } from '@/lib/cx';
import { layers, TestRun } from '../layers';
import type { LayerSlots } from '../layers';
import { PublishDialog } from '../publish/publish-dialog';
import { redo, undo } from '../store/actions';
import { useEditor, useEditorStore } from '../store/editor-context';
import type { Layer } from '../store/editor-store';
import { redoLabel, undoLabel } from '../store/history';
import { SaveNote } from './save-note';
import { useAutosave } from './use-autosave';
import { useEditorMenu } from './use-editor-menu';
import { useLayer } from './use-layer';

/** Where one is, what state it has, which layer is shown, and what can be done. */
export function TopBar({ layer, slots, onHelp }: { layer: Layer; slots: LayerSlots | null; onHelp: () => void }) {
  const t = useTranslations('editor-shell.topBar');
  const { setLayer } = useLayer();
  const autosave = useAutosave();
  const journeyId = useEditor((state) => state.journeyId);
  const editable = useEditor((state) => state.editable);
  const [publishing, setPublishing] = useState(false);
  const menu = useEditorMenu({ onHelp });
  const options = (['build', 'live', 'replay', 'versions'] as const)
    .filter((each) => each === 'build' || layers[each])
    .map((value) => ({ value, label: t(value) }));
  return (
    <header className="flex min-h-(--top-bar) shrink-0 items-center gap-3 border-b border-line bg-surface px-4 max-lg:flex-wrap max-lg:py-2 max-sm:gap-2 max-sm:px-3">
      <div className="flex min-w-0 flex-1 items-center gap-3 max-sm:basis-full">
        <div className="flex min-w-0 items-baseline gap-1.5">
          <Link href="/journeys" prefetch={false} className="shrink-0 text-muted hover:text-ink max-sm:hidden">
            {t('journeys')} <span aria-hidden>/</span>
          </Link>
          <JourneyName />
        </div>
        <StatusBadge />
        <span className="truncate text-muted max-xl:hidden">
          {slots ? slots.Note && <slots.Note journeyId={journeyId} /> : <SaveNote />}
        </span>
      </div>
      {options.length > 1 && (
        <Segmented label={t('view')} value={layer} onChange={setLayer} options={options} className="shrink-0" />
      )}
      <div className="flex flex-1 items-center justify-end gap-2.5 max-sm:gap-1.5">
        {slots?.Actions && <slots.Actions journeyId={journeyId} />}
        {layer === 'build' && editable && (
          <span className="contents max-sm:hidden">
            <UndoButtons />
          </span>
        )}
        {TestRun && editable && <TestRun journeyId={journeyId} saveFirst={autosave.flush} />}
        {editable && (
          <Button variant="primary" onClick={() => setPublishing(true)}>
            {t('publish')}
          </Button>
        )}
        <Menu items={menu.items}>
          <IconButton label={t('more')}>
            <Ellipsis size={16} strokeWidth={1.75} />
          </IconButton>
        </Menu>
      </div>
      {menu.dialogs}
      {publishing && <PublishDialog onClose={() => setPublishing(false)} />}
    </header>
  );
}

function StatusBadge() {
  const status = useEditor((state) => state.status);
  const version = useEditor((state) => state.version);
  return <JourneyStatusBadge status={status} version={status === 'draft' ? null : version} />;
}

function UndoButtons() {
  const t = useTranslations('editor-shell.topBar');
  const store = useEditorStore();
  const change = useTranslations('editor-store.change');
  const back = useEditor((state) => undoLabel(state.history));
  const forth = useEditor((state) => redoLabel(state.history));
  return (
    <>
      <IconButton
        variant="secondary"
        label={back ? t('undo', { change: change(back.text, back.values) }) : t('nothingToUndo')}
        shortcut="Ctrl Z"
        aria-disabled={back === null}
        onClick={() => undo(store)}
      >
        <Undo2 size={15} strokeWidth={1.75} />
      </IconButton>
      <IconButton
        variant="secondary"
        label={forth ? t('redo', { change: change(forth.text, forth.values) }) : t('nothingToRedo')}
        shortcut="Ctrl Y"
        aria-disabled={forth === null}
        onClick={() => redo(store)}
      >
        <Redo2 size={15} strokeWidth={1.75} />
      </IconButton>
    </>
  );
}

/** The name, edited in place. */
function JourneyName() {
  const t = useTranslations('editor-shell.topBar');
  const store = useEditorStore();
  const toast = useToast();
  const queries = useQueryClient();
  const name = useEditor((state) => state.name);
  const journeyId = useEditor((state) => state.journeyId);
  const editable = useEditor((state) => state.editable);
  const [draft, setDraft] = useState<string | null>(null);
  const rename = useMutation({
    mutationFn: (next: string) => call(api.rename, { params: { id: journeyId }, body: { name: next } }),
    onSuccess: (journey) => {
      store.setState({ name: journey.name });
      void queries.invalidateQueries({ queryKey: ['journeys'] });
    },
    onError: (error, _next) => {
      store.setState({ name });
      toast.fail(t('renameFailed'), error);
    },
  });
  const tooLong = nameTooLong(draft ?? '');
  const finish = () => {
    const next = draft?.trim();
    // What is too long stays to be shortened: cutting it would change it in silence.
    if (tooLong) return;
    setDraft(null);
    if (!next || next === name) return;
    store.setState({ name: next });
    rename.mutate(next);
  };
  if (draft === null) {
    return (
      <h1 className="min-w-0 truncate text-lg">
        {editable ? (
          <button
            type="button"
            title={t('rename')}
            className="max-w-full truncate rounded-sm font-semibold hover:bg-canvas"
            onClick={() => setDraft(name)}
          >
            {name}
          </button>
        ) : (
          name
        )}
      </h1>
    );
  }
  return (
    <span className="relative">
      <input
        autoFocus
        aria-label={t('name')}
        aria-invalid={tooLong ? true : undefined}
        aria-describedby={tooLong ? 'journey-name-error' : undefined}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onFocus={(event) => event.target.select()}
        onBlur={finish}
        onKeyDown={(event) => {
          if (event.key === 'Enter') finish();
          else if (event.key === 'Escape') setDraft(null);
        }}
        className={cx(
          '-my-1 h-7 w-64 rounded-sm border bg-raised px-1.5 text-lg font-semibold',
          tooLong ? 'border-bad' : 'border-line-strong',
        )}
      />
      {tooLong && (
        <span
          id="journey-name-error"
          role="alert"
          className="absolute top-full left-0 z-20 mt-1.5 w-max max-w-80 rounded-md border border-line bg-raised px-2 py-1 text-xs text-bad shadow-over"
        >
          {tooLong}
        </span>
      )}
    </span>
  );
}
