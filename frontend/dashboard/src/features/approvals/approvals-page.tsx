'use client';

import { CircleCheck, Stamp } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { LoadMore } from '@/components/ui/load-more';
import { Segmented } from '@/components/ui/segmented';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { useQueryState } from '@/lib/use-query-state';
import { ApprovalCard } from './approval-card';
import { JourneyFilter } from './journey-filter';
import { useApprovals } from './use-approvals';
import type { ApprovalFilter } from './use-approvals';

/** What journeys ask, and what was answered. */
export function ApprovalsPage() {
  const t = useTranslations('approvals.page');
  const { get, set } = useQueryState();
  const state = get('state') === 'closed' ? 'closed' : 'open';
  const journeyId = get('journey') ?? undefined;
  return (
    <>
      <PageHeader title={t('title')} />
      <PageBody>
        <div className="mb-4 flex flex-wrap items-center gap-2">
          <Segmented
            label={t('which')}
            value={state}
            onChange={(next) => set({ state: next === 'closed' ? 'closed' : undefined })}
            options={[
              { value: 'open', label: t('open') },
              { value: 'closed', label: t('closed') },
            ]}
          />
          <JourneyFilter value={journeyId} onChange={(journey) => set({ journey })} />
        </div>
        <ApprovalList state={state} journeyId={journeyId} onAll={() => set({ journey: undefined })} />
      </PageBody>
    </>
  );
}

function ApprovalList({ onAll, ...filter }: ApprovalFilter & { onAll: () => void }) {
  const t = useTranslations('approvals.page');
  const found = useApprovals(filter);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  if (found.isPending)
    return (
      <Card>
        <ListSkeleton rows={3} />
      </Card>
    );
  if (found.isError && !found.data)
    return <ErrorState error={found.error} title={t('failed')} onRetry={() => void found.refetch()} />;
  if (items.length === 0) {
    const open = filter.state === 'open';
    const Icon = open ? CircleCheck : Stamp;
    return (
      <EmptyState
        icon={<Icon size={20} strokeWidth={1.75} />}
        title={open ? t('nothing') : t('nothingClosed')}
        actions={filter.journeyId === undefined ? null : <Button onClick={onAll}>{t('allJourneys')}</Button>}
      >
        {open ? t('nothingDetail') : t('nothingClosedDetail')}
      </EmptyState>
    );
  }
  return (
    <Card>
      <ul className="divide-y divide-line" aria-label={filter.state === 'open' ? t('open') : t('closed')}>
        {items.map((approval) => (
          <ApprovalCard key={approval.id} approval={approval} />
        ))}
      </ul>
      <LoadMore has={found.hasNextPage} busy={found.isFetchingNextPage} onMore={() => void found.fetchNextPage()} />
    </Card>
  );
}
