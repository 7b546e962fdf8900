'use client';

import { BellRing, CircleCheck, SlidersHorizontal } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { LoadMore } from '@/components/ui/load-more';
import { Segmented } from '@/components/ui/segmented';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { useQueryState } from '@/lib/use-query-state';
import { AlarmCard } from './alarm-card';
import { useAlarms } from './use-alarms';

/** What is wrong now, and what was. */
export function AlarmsPage() {
  const t = useTranslations('alarms.page');
  const { get, set } = useQueryState();
  const state = get('state') === 'past' ? 'past' : 'open';
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          <Button asChild>
            <Link href="/settings?tab=alarms">
              <SlidersHorizontal size={15} strokeWidth={1.75} aria-hidden />
              {t('settings')}
            </Link>
          </Button>
        }
      />
      <PageBody>
        <Segmented
          label={t('which')}
          className="mb-4"
          value={state}
          onChange={(next) => set({ state: next === 'past' ? 'past' : undefined })}
          options={[
            { value: 'open', label: t('open') },
            { value: 'past', label: t('past') },
          ]}
        />
        <AlarmList state={state} />
      </PageBody>
    </>
  );
}

function AlarmList({ state }: { state: 'open' | 'past' }) {
  const t = useTranslations('alarms.page');
  const found = useAlarms(state);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  if (found.isPending)
    return (
      <Card>
        <ListSkeleton rows={3} />
      </Card>
    );
  if (found.isError && !found.data)
    return <ErrorState error={found.error} title={t('failed')} onRetry={() => void found.refetch()} />;
  if (items.length === 0)
    return state === 'open' ? (
      <EmptyState icon={<CircleCheck size={20} strokeWidth={1.75} />} title={t('nothing')}>
        {t('nothingDetail')}
      </EmptyState>
    ) : (
      <EmptyState icon={<BellRing size={20} strokeWidth={1.75} />} title={t('nothingPast')}>
        {t('nothingPastDetail')}
      </EmptyState>
    );
  return (
    <Card>
      <ul className="divide-y divide-line" aria-label={state === 'open' ? t('open') : t('past')}>
        {items.map((alarm) => (
          <AlarmCard key={alarm.id} alarm={alarm} />
        ))}
      </ul>
      <LoadMore has={found.hasNextPage} busy={found.isFetchingNextPage} onMore={() => void found.fetchNextPage()} />
    </Card>
  );
}
