'use client';

import { useTranslations } from 'next-intl';
import { Dialog } from '@/components/ui/dialog';

const groups = [
  { title: 'moving', keys: ['arrows', 'shiftArrow', 'enter', 'escape', 'fit', 'zoom', 'area'] },
  { title: 'editing', keys: ['add', 'delete', 'undo', 'redo', 'clipboard', 'duplicate', 'all'] },
] as const;

export function ShortcutsDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations('editor-shell.shortcutsDialog');
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('keyboardShortcuts')} description={t('mac')}>
      {groups.map((group) => (
        <section key={group.title} className="mb-4 last:mb-0">
          <h3 className="mb-1 text-xs font-medium text-muted">{t(group.title)}</h3>
          <dl className="divide-y divide-line">
            {group.keys.map((key) => (
              <div key={key} className="flex items-center justify-between gap-4 py-1.5">
                <dt>{t(`does.${key}`)}</dt>
                <dd className="shrink-0">
                  <kbd className="rounded-sm border border-line-strong bg-canvas px-1.5 py-0.5 font-mono text-2xs">
                    {t(`keys.${key}`)}
                  </kbd>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
