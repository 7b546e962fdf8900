import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

/** The frame of the right panel in every layer. */
export function SidePanel({ children }: { children: ReactNode }) {
  const t = useTranslations('editor-shell.sidePanel');
  return (
    <aside
      aria-label={t('details')}
      data-testid="side-panel"
      className="flex w-(--panel) shrink-0 flex-col overflow-y-auto border-l border-line bg-surface max-md:w-full max-md:overflow-visible max-md:border-t max-md:border-l-0"
    >
      {children}
    </aside>
  );
}
