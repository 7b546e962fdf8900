'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { IngestItem, IngestSummary } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Section } from '@/components/ui/card';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { call } from '@/lib/api-client';
import { formatNumber } from '@/lib/format';
import { DayBars } from './day-bars';
import { ItemTable } from './item-table';

/** What became of events when nobody watched: why nothing arrives can be seen afterwards. */
export function IngestSummaryCard({ onOpen }: { onOpen: (item: IngestItem) => void }) {
  const t = useTranslations('events.summary');
  const summary = useQuery({
    queryKey: ['ingestion'],
    queryFn: ({ signal }) => call(api.ingestion, { signal }),
    refetchInterval: 10_000,
  });
  return (
    <Section title={t('title')} description={t('detail')}>
      {summary.isPending ? <ListSkeleton rows={3} /> : null}
      {summary.isError && !summary.data ? (
        <ErrorState error={summary.error} title={t('failed')} onRetry={() => void summary.refetch()} />
      ) : null}
      {summary.data ? <Figures summary={summary.data} onOpen={onOpen} /> : null}
    </Section>
  );
}

function Figures({ summary, onOpen }: { summary: IngestSummary; onOpen: (item: IngestItem) => void }) {
  const t = useTranslations('events.summary');
  const { days, reasons, rejections } = summary;
  const total = (outcome: 'accepted' | 'duplicate' | 'rejected') => days.reduce((all, day) => all + day[outcome], 0);
  const all = total('accepted') + total('duplicate') + total('rejected');
  return (
    <>
      <div className="p-4">
        <DayBars
          className="h-20 w-full"
          label={t('chart', { total: formatNumber(all) })}
          days={days.map(({ accepted, duplicate, rejected }) => [accepted, duplicate, rejected])}
          looks={['text-good', 'text-muted', 'text-bad']}
        />
        {all === 0 ? (
          <p className="mt-3 text-muted">{t('nothing')}</p>
        ) : (
          <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1">
            {(['accepted', 'duplicate', 'rejected'] as const).map((outcome) => (
              <li key={outcome} className="flex items-center gap-1.5">
                <span
                  aria-hidden
                  className={`size-2 rounded-full ${{ accepted: 'bg-good', duplicate: 'bg-muted', rejected: 'bg-bad' }[outcome]}`}
                />
                <span className="font-semibold tabular-nums">{formatNumber(total(outcome))}</span> {t(outcome)}
              </li>
            ))}
          </ul>
        )}
      </div>
      {reasons.length > 0 ? (
        <div className="border-t border-line p-4">
          <h3 className="mb-2 text-xs font-medium text-muted">{t('reasons')}</h3>
          <ul className="space-y-1">
            {reasons.map(({ reason, count }) => (
              <li key={reason} className="flex gap-3">
                <span className="w-16 shrink-0 text-right font-semibold tabular-nums">{formatNumber(count)}</span>
                <span className="min-w-0 break-words">{reason}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {rejections.length > 0 ? (
        <div className="border-t border-line">
          <h3 className="px-4 pt-4 pb-1 text-xs font-medium text-muted">{t('rejections')}</h3>
          <div className="max-h-96 overflow-y-auto" tabIndex={0} role="region" aria-label={t('rejections')}>
            <ItemTable items={rejections} label={t('rejections')} onOpen={onOpen} />
          </div>
        </div>
      ) : null}
    </>
  );
}
