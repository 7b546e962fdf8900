'use client';

import type { JourneySummary } from '@wend/contract';
import { CircleStop, Download, Keyboard, LayoutGrid, Pause, Play, Upload } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRef, useState } from 'react';
import type { MenuItem } from '@/components/ui/menu';
import { useToast } from '@/components/ui/toast';
import { StopJourneyDialog } from '@/features/journeys/journey-dialogs';
import { PauseJourneyDialog, ResumeJourneyDialog } from '@/features/journeys/pause-dialogs';
import { download, journeyFileName } from '@/lib/journey-file';
import { arrange, commit } from '../store/actions';
import { loadChecks } from '../store/load-checks';
import { useEditor, useEditorStore } from '../store/editor-context';
import type { EditorStore } from '../store/editor-store';
import { clearSelection, revealNodes } from '../store/select';

/** The menu at the right end of the top bar, with what it opens. */
export function useEditorMenu({ onHelp }: { onHelp: () => void }) {
  const t = useTranslations('editor-shell.useEditorMenu');
  const store = useEditorStore();
  const toast = useToast();
  const editable = useEditor((state) => state.editable);
  const status = useEditor((state) => state.status);
  const file = useRef<HTMLInputElement>(null);
  const [stopping, setStopping] = useState(false);
  const [pausing, setPausing] = useState<'pause' | 'resume' | null>(null);
  const id = useEditor((state) => state.journeyId);
  const name = useEditor((state) => state.name);
  const done = ({ status: now, version }: JourneySummary) => store.setState({ status: now, version });
  const Asking = pausing === 'pause' ? PauseJourneyDialog : ResumeJourneyDialog;
  const icon = { size: 15, strokeWidth: 1.75 } as const;
  const items: MenuItem[] = [
    ...(editable
      ? [
          {
            label: t('arrange'),
            icon: <LayoutGrid {...icon} />,
            onSelect: () => void arrange(store).catch((error: unknown) => toast.fail(t('arrangeFailed'), error)),
          },
        ]
      : []),
    { label: t('keyboardShortcuts'), icon: <Keyboard {...icon} />, shortcut: '?', onSelect: onHelp },
    'separator',
    {
      label: t('exportJourney'),
      icon: <Download {...icon} />,
      onSelect: () => void exportFile(store).catch((error: unknown) => toast.fail(t('exportFailed'), error)),
    },
    ...(editable
      ? [{ label: t('importIntoDraft'), icon: <Upload {...icon} />, onSelect: () => file.current?.click() }]
      : []),
    ...(editable && status !== 'draft' ? ['separator' as const] : []),
    ...(editable && status === 'live'
      ? [{ label: t('pauseJourney'), icon: <Pause {...icon} />, onSelect: () => setPausing('pause') }]
      : []),
    ...(editable && status === 'paused'
      ? [{ label: t('resumeJourney'), icon: <Play {...icon} />, onSelect: () => setPausing('resume') }]
      : []),
    ...(editable && (status === 'live' || status === 'paused')
      ? [{ label: t('stopJourney'), icon: <CircleStop {...icon} />, danger: true, onSelect: () => setStopping(true) }]
      : []),
  ];
  const dialogs = (
    <>
      <input
        ref={file}
        type="file"
        accept="application/json,.json"
        aria-label={t('importFile')}
        className="hidden"
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          event.target.value = '';
          if (chosen)
            importFile({ store, file: chosen })
              .then((name) => toast.say(t('imported', { name }), { detail: t('importedDetail') }))
              .catch((error: unknown) => toast.fail(t('importFailed'), error));
        }}
      />
      {stopping ? <StopJourneyDialog journey={{ id, name }} onClose={() => setStopping(false)} onDone={done} /> : null}
      {pausing ? <Asking journey={{ id, name }} onClose={() => setPausing(null)} onDone={done} /> : null}
    </>
  );
  return { items, dialogs };
}

async function exportFile(store: EditorStore): Promise<void> {
  const { exportJourney } = await loadChecks();
  const { name, graph } = store.getState();
  download({ name: journeyFileName(name), text: exportJourney({ name, graph }) });
}

async function importFile({ store, file }: { store: EditorStore; file: File }): Promise<string> {
  const { importJourney } = await loadChecks();
  const { name, graph } = importJourney(await file.text());
  commit({ store, graph, label: { text: 'import', values: { name } } });
  clearSelection(store);
  revealNodes({ store, ids: Object.keys(graph.nodes).slice(0, 1) });
  return name;
}
