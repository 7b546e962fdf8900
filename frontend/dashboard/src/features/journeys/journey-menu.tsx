'use client';

import { api } from '@wend/contract/plain';
import type { JourneySummary } from '@wend/contract';
import { CirclePause, CirclePlay, CircleStop, Copy, Download, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '@/components/ui/icon-button';
import { Menu } from '@/components/ui/menu';
import type { MenuItem } from '@/components/ui/menu';
import { useMay } from '@/lib/session';
import { DeleteJourneyDialog, RenameJourneyDialog, StopJourneyDialog } from './journey-dialogs';
import { useControlJourney, useJourneyCopies } from './use-journeys';

const icon = { size: 15, strokeWidth: 1.75 } as const;

/** What can be done with a journey in the list. */
export function JourneyMenu({ journey }: { journey: JourneySummary }) {
  const [dialog, setDialog] = useState<'rename' | 'delete' | 'stop' | null>(null);
  const mayEdit = useMay(api.rename.access);
  const { duplicate, exportFile } = useJourneyCopies();
  const control = useControlJourney();
  const close = () => setDialog(null);
  const { id, status } = journey;
  const editing: MenuItem[] = [
    { label: 'Rename…', icon: <Pencil {...icon} />, onSelect: () => setDialog('rename') },
    { label: 'Duplicate', icon: <Copy {...icon} />, onSelect: () => duplicate.mutate(journey) },
  ];
  const controlling: MenuItem[] = [
    ...(status === 'live' ? [{ label: 'Pause', icon: <CirclePause {...icon} />, onSelect: () => control.mutate({ id, action: 'pause' }) }] : []),
    ...(status === 'paused' ? [{ label: 'Resume', icon: <CirclePlay {...icon} />, onSelect: () => control.mutate({ id, action: 'resume' }) }] : []),
    ...(status === 'live' || status === 'paused' ? [{ label: 'Stop…', icon: <CircleStop {...icon} />, onSelect: () => setDialog('stop') }] : []),
  ];
  const items: MenuItem[] = [
    ...(mayEdit ? editing : []),
    { label: 'Export to a file', icon: <Download {...icon} />, onSelect: () => exportFile.mutate(journey) },
    ...(mayEdit && controlling.length > 0 ? (['separator', ...controlling] as MenuItem[]) : []),
    ...(mayEdit ? (['separator', { label: 'Delete…', icon: <Trash2 {...icon} />, danger: true, onSelect: () => setDialog('delete') }] as MenuItem[]) : []),
  ];
  return (
    <>
      <Menu items={items}><IconButton label={`Actions for ${journey.name}`}><Ellipsis size={16} strokeWidth={1.75} /></IconButton></Menu>
      {dialog === 'rename' ? <RenameJourneyDialog journey={journey} onClose={close} /> : null}
      {dialog === 'delete' ? <DeleteJourneyDialog journey={journey} onClose={close} /> : null}
      {dialog === 'stop' ? <StopJourneyDialog journey={journey} onClose={close} /> : null}
    </>
  );
}
