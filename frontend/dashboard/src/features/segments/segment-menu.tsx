'use client';

import { api } from '@wend/contract/plain';
import type { SegmentSummary } from '@wend/contract';
import { Archive, ArchiveRestore, Copy, Ellipsis, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { IconButton } from '@/components/ui/icon-button';
import { Menu } from '@/components/ui/menu';
import { useMay } from '@/lib/session';
import { DeleteSegmentDialog } from './delete-segment';
import { useSegmentAction } from './use-segments';

const icon = { size: 15, strokeWidth: 1.75 } as const;

type SegmentMenuProps = {
  segment: SegmentSummary;
  /** After it was deleted, where its page stays open. */
  onRemoved?: () => void;
};

/** What can be done with a segment as a whole. */
export function SegmentMenu({ segment, onRemoved }: SegmentMenuProps) {
  const t = useTranslations('segments.menu');
  const router = useRouter();
  const [deleting, setDeleting] = useState(false);
  const act = useSegmentAction();
  const { id, archivedAt } = segment;
  if (!useMay(api.updateSegment.access)) return null;
  return (
    <>
      <Menu
        items={[
          {
            label: t('duplicate'),
            icon: <Copy {...icon} />,
            onSelect: () =>
              act.mutate({ id, action: 'duplicate' }, { onSuccess: (copy) => router.push(`/segments/${copy.id}`) }),
          },
          archivedAt === null
            ? {
                label: t('archive'),
                icon: <Archive {...icon} />,
                onSelect: () => act.mutate({ id, action: 'archive' }),
              }
            : {
                label: t('restore'),
                icon: <ArchiveRestore {...icon} />,
                onSelect: () => act.mutate({ id, action: 'restore' }),
              },
          'separator',
          { label: t('delete'), icon: <Trash2 {...icon} />, danger: true, onSelect: () => setDeleting(true) },
        ]}
      >
        <IconButton label={t('actions', { name: segment.name })}>
          <Ellipsis size={16} strokeWidth={1.75} />
        </IconButton>
      </Menu>
      {deleting ? (
        <DeleteSegmentDialog segment={segment} onClose={() => setDeleting(false)} onRemoved={onRemoved} />
      ) : null}
    </>
  );
}
