'use client';

import { api } from '@wend/contract/plain';
import type { JourneySummary } from '@wend/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleStop, Download, Keyboard, LayoutGrid, Pause, Play, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import type { MenuItem } from '@/components/ui/menu';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { download, journeyFileName } from '@/lib/journey-file';
import { arrange, commit } from '../store/actions';
import { loadChecks } from '../store/load-checks';
import { useEditor, useEditorStore } from '../store/editor-context';
import type { EditorStore } from '../store/editor-store';
import { clearSelection, revealNodes } from '../store/select';

type Action = 'pause' | 'resume' | 'stop';

/** The menu at the right end of the top bar, with what it opens. */
export function useEditorMenu({ onHelp }: { onHelp: () => void }) {
  const store = useEditorStore();
  const toast = useToast();
  const editable = useEditor((state) => state.editable);
  const status = useEditor((state) => state.status);
  const file = useRef<HTMLInputElement>(null);
  const [stopping, setStopping] = useState(false);
  const control = useControl({ store, onDone: () => setStopping(false) });
  const icon = { size: 15, strokeWidth: 1.75 } as const;
  const items: MenuItem[] = [
    ...(editable ? [{ label: 'Arrange cards', icon: <LayoutGrid {...icon} />, onSelect: () => void arrange(store).catch((error: unknown) => toast.fail('The cards were not arranged', error)) }] : []),
    { label: 'Keyboard shortcuts', icon: <Keyboard {...icon} />, shortcut: '?', onSelect: onHelp },
    'separator',
    { label: 'Export journey', icon: <Download {...icon} />, onSelect: () => void exportFile(store).catch((error: unknown) => toast.fail('The journey was not exported', error)) },
    ...(editable ? [{ label: 'Import into this draft…', icon: <Upload {...icon} />, onSelect: () => file.current?.click() }] : []),
    ...(editable && status !== 'draft' ? ['separator' as const] : []),
    ...(editable && status === 'live' ? [{ label: 'Pause journey', icon: <Pause {...icon} />, onSelect: () => control.mutate('pause') }] : []),
    ...(editable && (status === 'paused') ? [{ label: 'Resume journey', icon: <Play {...icon} />, onSelect: () => control.mutate('resume') }] : []),
    ...(editable && (status === 'live' || status === 'paused') ? [{ label: 'Stop journey…', icon: <CircleStop {...icon} />, danger: true, onSelect: () => setStopping(true) }] : []),
  ];
  const dialogs = (
    <>
      <input ref={file} type="file" accept="application/json,.json" aria-label="Journey file to import" className="hidden" onChange={(event) => {
        const chosen = event.target.files?.[0];
        event.target.value = '';
        if (chosen) importFile({ store, file: chosen }).then((name) => toast.say(`“${name}” is now the draft`, { detail: 'Undo brings back the draft from before.' })).catch((error: unknown) => toast.fail('The file was not imported', error));
      }} />
      <ConfirmDialog open={stopping} onOpenChange={setStopping} title="Stop this journey?" action="Stop journey" danger busy={control.isPending} error={control.error} onConfirm={() => control.mutate('stop')}>
        Everyone who is in it leaves it now, and nobody else enters. Messages that wait to be sent are not sent. Publishing again lets people enter anew.
      </ConfirmDialog>
    </>
  );
  return { items, dialogs };
}

function useControl({ store, onDone }: { store: EditorStore; onDone: () => void }) {
  const toast = useToast();
  const queries = useQueryClient();
  return useMutation<JourneySummary, Error, Action>({
    mutationFn: (action) => call(api.control, { params: { id: store.getState().journeyId }, body: { action } }),
    onSuccess: (journey, action) => {
      store.setState({ status: journey.status, version: journey.version });
      void queries.invalidateQueries({ queryKey: ['journeys'] });
      toast.say({ pause: 'The journey is paused', resume: 'The journey goes on', stop: 'The journey is stopped' }[action]);
      onDone();
    },
    onError: (error, action) => { if (action !== 'stop') toast.fail(action === 'pause' ? 'The journey could not be paused' : 'The journey could not be resumed', error); },
  });
}

async function exportFile(store: EditorStore): Promise<void> {
  const { exportJourney } = await loadChecks();
  const { name, graph } = store.getState();
  download({ name: journeyFileName(name), text: exportJourney({ name, graph }) });
}

async function importFile({ store, file }: { store: EditorStore; file: File }): Promise<string> {
  const { importJourney } = await loadChecks();
  const { name, graph } = importJourney(await file.text());
  commit({ store, graph, label: `Import ${name}` });
  clearSelection(store);
  revealNodes({ store, ids: Object.keys(graph.nodes).slice(0, 1) });
  return name;
}
