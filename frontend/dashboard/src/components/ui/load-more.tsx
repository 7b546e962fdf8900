'use client';

import { useTranslations } from 'next-intl';
import { Button } from './button';

/** The end of a list that has more pages. */
export function LoadMore({ has, busy, onMore }: { has: boolean; busy: boolean; onMore: () => void }) {
  const t = useTranslations('common.loadMore');
  if (!has) return null;
  return (
    <div className="border-t border-line p-3 text-center">
      <Button busy={busy} onClick={onMore}>
        {t('loadMore')}
      </Button>
    </div>
  );
}
