'use client';

import { api } from '@wend/contract/plain';
import type { JourneySummary } from '@wend/contract';
import {
  Archive,
  ArchiveRestore,
  CirclePause,
  CirclePlay,
  CircleStop,
  Copy,
  Download,
  Ellipsis,
  Pencil,
  Trash2,
} from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { IconButton } from '@/components/ui/icon-button';
import { Menu } from '@/components/ui/menu';
import type { MenuItem } from '@/components/ui/menu';
import { useMay } from '@/lib/session';
import { ArchiveJourneyDialog, DeleteJourneyDialog, RenameJourneyDialog, StopJourneyDialog } from './journey-dialogs';
import { PauseJourneyDialog, ResumeJourneyDialog } from './pause-dialogs';
import { useArchiveJourney, useJourneyCopies } from './use-journeys';

const icon = { size: 15, strokeWidth: 1.75 } as const;

/** What can be done with a journey in the list. */
export function JourneyMenu({ journey }: { journey: JourneySummary }) {
  const t = useTranslations('journeys.journeyMenu');
  const [dialog, setDialog] = useState<'rename' | 'archive' | 'delete' | 'pause' | 'resume' | 'stop' | null>(null);
  const mayEdit = useMay(api.rename.access);
  const { duplicate, exportFile } = useJourneyCopies();
  const restore = useArchiveJourney();
  const close = () => setDialog(null);
  const { id, status } = journey;
  const editing: MenuItem[] = [
    { label: t('rename'), icon: <Pencil {...icon} />, onSelect: () => setDialog('rename') },
    { label: t('duplicate'), icon: <Copy {...icon} />, onSelect: () => duplicate.mutate(journey) },
  ];
  const controlling: MenuItem[] = [
    ...(status === 'live'
      ? [
          {
            label: t('pause'),
            icon: <CirclePause {...icon} />,
            onSelect: () => setDialog('pause'),
          },
        ]
      : []),
    ...(status === 'paused'
      ? [
          {
            label: t('resume'),
            icon: <CirclePlay {...icon} />,
            onSelect: () => setDialog('resume'),
          },
        ]
      : []),
    ...(status === 'live' || status === 'paused'
      ? [{ label: t('stop'), icon: <CircleStop {...icon} />, onSelect: () => setDialog('stop') }]
      : []),
  ];
  const putAway: MenuItem[] = [
    journey.archivedAt === null
      ? { label: t('archive'), icon: <Archive {...icon} />, onSelect: () => setDialog('archive') }
      : {
          label: t('restore'),
          icon: <ArchiveRestore {...icon} />,
          onSelect: () => restore.mutate({ id, archive: false }),
        },
    // What people have been in stays.
    ...(journey.entered === 0 && journey.messages === 0
      ? [{ label: t('delete'), icon: <Trash2 {...icon} />, danger: true, onSelect: () => setDialog('delete') }]
      : []),
  ];
  const items: MenuItem[] = [
    ...(mayEdit ? editing : []),
    { label: t('exportFile'), icon: <Download {...icon} />, onSelect: () => exportFile.mutate(journey) },
    ...(mayEdit && controlling.length > 0 ? (['separator', ...controlling] as MenuItem[]) : []),
    ...(mayEdit ? (['separator', ...putAway] as MenuItem[]) : []),
  ];
  return (
    <>
      <Menu items={items}>
        <IconButton label={t('actions', { name: journey.name })}>
          <Ellipsis size={16} strokeWidth={1.75} />
        </IconButton>
      </Menu>
      {dialog === 'rename' ? <RenameJourneyDialog journey={journey} onClose={close} /> : null}
      {dialog === 'archive' ? <ArchiveJourneyDialog journey={journey} onClose={close} /> : null}
      {dialog === 'delete' ? <DeleteJourneyDialog journey={journey} onClose={close} /> : null}
      {dialog === 'pause' ? <PauseJourneyDialog journey={journey} onClose={close} /> : null}
      {dialog === 'resume' ? <ResumeJourneyDialog journey={journey} onClose={close} /> : null}
      {dialog === 'stop' ? <StopJourneyDialog journey={journey} active={journey.active} onClose={close} /> : null}
    </>
  );
}
