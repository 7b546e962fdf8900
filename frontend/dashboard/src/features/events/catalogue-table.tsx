'use client';

import type { CatalogueItem, TypeShare } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { RelativeTime } from '@/components/ui/relative-time';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { formatNumber } from '@/lib/format';
import { DayBars } from './day-bars';
import { Flags } from './flags';

type CatalogueTableProps = { items: readonly CatalogueItem[]; onOpen: (item: CatalogueItem) => void };

export function CatalogueTable({ items, onOpen }: CatalogueTableProps) {
  const t = useTranslations('events.list');
  const summary = useTranslations('events.detail');
  const traits = items[0]?.kind === 'trait';
  return (
    <Table label={traits ? t('traits') : t('events')}>
      <thead>
        <tr>
          <HeadCell>{t('name')}</HeadCell>
          {traits ? <HeadCell className="max-md:hidden">{t('types')}</HeadCell> : null}
          <HeadCell numeric className="w-44">
            {t('volume')}
          </HeadCell>
          <HeadCell className="max-md:hidden">{t('lastSeen')}</HeadCell>
          <HeadCell className="max-lg:hidden">{t('usedBy')}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <Row key={item.name} className="relative">
            <Cell className="w-full max-w-0 min-w-44">
              <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
                <button
                  type="button"
                  className="max-w-full truncate text-left font-semibold after:absolute after:inset-0"
                  onClick={() => onOpen(item)}
                >
                  {item.name}
                </button>
                <Flags item={item} />
              </div>
              {item.description ? <p className="truncate text-xs text-muted">{item.description}</p> : null}
            </Cell>
            {traits ? (
              <Cell className="whitespace-nowrap text-muted max-md:hidden">
                <Types types={item.types.slice(0, 2)} />
              </Cell>
            ) : null}
            <Cell numeric>
              <div className="flex items-center justify-end gap-3">
                <DayBars
                  className="h-6 w-20 max-sm:hidden"
                  label={summary('chart', { total: formatNumber(item.last30Days) })}
                  days={item.days.map((count) => [count])}
                />
                <span className="w-14">{formatNumber(item.last30Days)}</span>
              </div>
            </Cell>
            <Cell className="whitespace-nowrap text-muted max-md:hidden">
              {item.lastSeenAt ? <RelativeTime at={item.lastSeenAt} className="relative z-10" /> : t('never')}
            </Cell>
            <Cell className="whitespace-nowrap text-muted max-lg:hidden">{t('uses', { count: item.usedBy })}</Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

/** Types with their shares; one alone needs none. */
export function Types({ types }: { types: readonly TypeShare[] }) {
  const t = useTranslations('events.types');
  if (types.length === 0) return <>–</>;
  return (
    <>
      {types
        .map(({ type, share }) =>
          types.length === 1 && share === 1 ? t(type) : t('share', { type: t(type), share: percent(share) }),
        )
        .join(', ')}
    </>
  );
}

function percent(share: number): string {
  return share < 0.01 ? '<1%' : `${Math.round(share * 100)}%`;
}
