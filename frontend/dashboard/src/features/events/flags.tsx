'use client';

import type { CatalogueItem } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Badge } from '@/components/ui/badge';
import { Tip } from '@/components/ui/tooltip';
import { formatNumber } from '@/lib/format';

/** Whether somebody should look at a name. */
export function needsAttention({ flags }: CatalogueItem): boolean {
  return flags.unexpected || flags.isNew || flags.changed.length > 0 || flags.typoOf !== null;
}

/** What is to be said of a name, in pills. */
export function Flags({ item }: { item: CatalogueItem }) {
  const t = useTranslations('events.flags');
  const { typoOf, unexpected, isNew, changed } = item.flags;
  return (
    <span className="flex flex-wrap gap-1">
      {typoOf ? (
        <Tip label={t('typoDetail', { own: formatNumber(item.last30Days), count: formatNumber(typoOf.last30Days) })}>
          <span tabIndex={0} className="relative z-10 rounded-full">
            <Badge tone="warn">{t('typo', { name: typoOf.name })}</Badge>
          </span>
        </Tip>
      ) : null}
      {unexpected ? <Badge tone="warn">{t('unexpected')}</Badge> : null}
      {changed.length > 0 ? (
        <Tip label={changed.join(', ')}>
          <span tabIndex={0} className="relative z-10 rounded-full">
            <Badge tone="bad">{t('changed', { count: changed.length })}</Badge>
          </span>
        </Tip>
      ) : null}
      {isNew ? <Badge tone="accent">{t('new')}</Badge> : null}
      {item.expected ? <Badge tone="good">{t('expected')}</Badge> : null}
      {item.builtIn ? <Badge>{t('builtIn')}</Badge> : null}
      {item.hidden ? <Badge>{t('hidden')}</Badge> : null}
    </span>
  );
}
