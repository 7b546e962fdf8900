'use client';

import { useTranslations } from 'next-intl';
import { formatAgo } from '../runs/format';
import { useLive, useNow } from './use-live';

/** How old the figures are, in the top bar. Quiet for screen readers: it changes each second. */
export function LiveNote({ journeyId }: { journeyId: string }) {
  const t = useTranslations('editor-live.liveNote');
  const time = useTranslations('common.time');
  const { data, isError, dataUpdatedAt } = useLive(journeyId);
  const now = useNow();
  if (isError && !data) return <span className="text-bad">{t('failed')}</span>;
  if (!data) return <span className="text-muted">{t('loadingFigures')}</span>;
  // A draft has no figures that could be old.
  if (data.version === null) return null;
  const age = Math.max(0, now - dataUpdatedAt);
  return (
    <span className={isError || age > 20_000 ? 'text-warn' : 'text-muted'} title={t('age')}>
      {t('updated', { ago: formatAgo(time, age) })}
    </span>
  );
}
