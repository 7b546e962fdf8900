'use client';

import type { ProfileDetail } from '@wend/contract';
import { api, rolesWith } from '@wend/contract/plain';
import { Download, Ellipsis, Merge, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { IconButton } from '@/components/ui/icon-button';
import { Menu } from '@/components/ui/menu';
import type { MenuItem } from '@/components/ui/menu';
import { useMay, useSession } from '@/lib/session';
import { EraseDialog } from './erase-dialog';
import { MergeDialog } from './merge-dialog';

/** What is done with a whole person. */
export function PersonMenu({ profile, onErasing }: { profile: ProfileDetail; onErasing: () => void }) {
  const t = useTranslations('profiles.personMenu');
  const [open, setOpen] = useState<'merge' | 'erase' | null>(null);
  const { member } = useSession();
  const mayMerge = useMay(api.mergeProfiles.access);
  const mayErase = useMay(api.eraseProfile.access);
  const items: MenuItem[] = [
    ...(mayMerge ? [{ label: t('merge'), icon: <Merge size={15} />, onSelect: () => setOpen('merge') }] : []),
    ...(rolesWith('profiles.export').includes(member.role)
      ? [
          {
            label: t('export'),
            icon: <Download size={15} />,
            onSelect: () => location.assign(`/api/profiles/${profile.id}/export`),
          },
        ]
      : []),
    ...(mayErase
      ? [
          'separator' as const,
          { label: t('erase'), icon: <Trash2 size={15} />, danger: true, onSelect: () => setOpen('erase') },
        ]
      : []),
  ];
  if (items.length === 0) return null;
  return (
    <>
      <Menu items={items}>
        <IconButton label={t('more')}>
          <Ellipsis size={16} strokeWidth={1.75} />
        </IconButton>
      </Menu>
      {open === 'merge' ? <MergeDialog profile={profile} onClose={() => setOpen(null)} /> : null}
      {open === 'erase' ? <EraseDialog profile={profile} onBegun={onErasing} onClose={() => setOpen(null)} /> : null}
    </>
  );
}
