'use client';

import type { SegmentDay } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Section } from '@/components/ui/card';
import { Segmented } from '@/components/ui/segmented';
import { EmptyState, ErrorState, Skeleton } from '@/components/ui/states';
import { Cell, HeadCell, Row, Table } from '@/components/ui/table';
import { formatNumber } from '@/lib/format';
import { GrowthChart } from './growth-chart';
import { useSegmentGrowth } from './use-segments';

const spans = ['30', '90', '365'] as const;
type Span = (typeof spans)[number];

/** Who came and went, day by day. */
export function GrowthTab({ id }: { id: string }) {
  const t = useTranslations('segments.growth');
  const [span, setSpan] = useState<Span>('30');
  const growth = useSegmentGrowth(id, Number(span));
  const days = growth.data?.items ?? [];
  return (
    <Section
      title={t('title')}
      description={t('detail')}
      action={
        <Segmented<Span>
          label={t('span')}
          value={span}
          onChange={setSpan}
          options={spans.map((value) => ({ value, label: t('days', { count: Number(value) }) }))}
        />
      }
    >
      {growth.isPending ? <Skeleton className="m-4 h-52" /> : null}
      {growth.isError && !growth.data ? (
        <ErrorState error={growth.error} title={t('failed')} onRetry={() => void growth.refetch()} />
      ) : null}
      {growth.data && days.length === 0 ? <EmptyState title={t('none')}>{t('noneDetail')}</EmptyState> : null}
      {days.length > 0 ? (
        <>
          <div className="p-4">
            <GrowthChart days={days} />
          </div>
          <details className="border-t border-line">
            <summary className="px-4 py-2.5 font-medium text-accent">{t('table')}</summary>
            <DayTable days={days} />
          </details>
        </>
      ) : null}
    </Section>
  );
}

function DayTable({ days }: { days: readonly SegmentDay[] }) {
  const t = useTranslations('segments.growth');
  return (
    <div className="max-h-80 overflow-y-auto" tabIndex={0} role="region" aria-label={t('table')}>
      <Table label={t('title')}>
        <thead>
          <tr>
            <HeadCell>{t('date')}</HeadCell>
            <HeadCell numeric>{t('entered')}</HeadCell>
            <HeadCell numeric>{t('left')}</HeadCell>
            <HeadCell numeric>{t('size')}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {[...days].reverse().map((day) => (
            <Row key={day.day}>
              <Cell className="font-mono text-xs">{day.day}</Cell>
              <Cell numeric>{formatNumber(day.entered)}</Cell>
              <Cell numeric>{formatNumber(day.left)}</Cell>
              <Cell numeric>{formatNumber(day.size)}</Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </div>
  );
}
