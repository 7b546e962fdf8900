'use client';

import { Copy, Ellipsis, Group as GroupIcon, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { IconButton } from '@/components/ui/icon-button';
import { Menu } from '@/components/ui/menu';

export type RuleActions = { onRemove: () => void; onDuplicate: () => void; onGroup: () => void };

/** What can be done with a condition or a group. */
export function ActionButtons({
  onRemove,
  onDuplicate,
  onGroup,
  label,
  removeLabel,
}: RuleActions & { label: string; removeLabel: string }) {
  const t = useTranslations('editor-rules.groupEditor');
  const icon = { size: 15, strokeWidth: 1.75 } as const;
  return (
    <span className="ml-auto flex shrink-0">
      <Menu
        items={[
          { label: t('duplicate'), icon: <Copy {...icon} />, onSelect: onDuplicate },
          { label: t('putInGroup'), icon: <GroupIcon {...icon} />, onSelect: onGroup },
        ]}
      >
        <IconButton size="sm" label={label}>
          <Ellipsis size={14} />
        </IconButton>
      </Menu>
      <IconButton size="sm" label={removeLabel} onClick={onRemove}>
        <X size={14} />
      </IconButton>
    </span>
  );
}
