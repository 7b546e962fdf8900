'use client';

import { api } from '@wend/contract/plain';
import { ChartPie, ChevronDown, ListChecks, ListFilter, Plus } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { SearchInput } from '@/components/ui/input';
import { LoadMore } from '@/components/ui/load-more';
import { Menu } from '@/components/ui/menu';
import { Segmented } from '@/components/ui/segmented';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { useMay } from '@/lib/session';
import { useDebounced } from '@/lib/use-debounced';
import { useQueryState } from '@/lib/use-query-state';
import { SegmentTable } from './segment-table';
import { useSegments } from './use-segments';

/** All segments of the workspace. */
export function SegmentsPage() {
  const t = useTranslations('segments.list');
  const { get, set } = useQueryState();
  const archived = get('archived') === 'true';
  const [search, setSearch] = useState(get('search') ?? '');
  const rested = useDebounced(search.trim());
  useEffect(() => set({ search: rested }), [rested, set]);
  const segments = useSegments({ archived, search: rested });
  const mayEdit = useMay(api.createSegment.access);
  const items = segments.data?.pages.flatMap((page) => page.items) ?? [];
  const isEmpty = segments.data !== undefined && items.length === 0;
  return (
    <>
      <PageHeader title={t('title')} actions={mayEdit ? <NewSegment /> : null} />
      <PageBody>
        <div className="mb-3 flex flex-wrap items-center gap-2">
          <Segmented
            label={t('show')}
            value={archived ? 'archived' : 'used'}
            onChange={(value) => set({ archived: value === 'archived' ? 'true' : undefined })}
            options={[
              { value: 'used', label: t('inUse') },
              { value: 'archived', label: t('archived') },
            ]}
          />
          <SearchInput
            className="w-full sm:w-64"
            placeholder={t('search')}
            aria-label={t('search')}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
        <Card>
          {segments.isPending ? <ListSkeleton rows={5} /> : null}
          {segments.isError && items.length === 0 ? (
            <ErrorState error={segments.error} title={t('failed')} onRetry={() => void segments.refetch()} />
          ) : null}
          {isEmpty && rested !== '' ? (
            <EmptyState
              title={t('noMatch', { search: rested })}
              actions={<Button onClick={() => setSearch('')}>{t('clearSearch')}</Button>}
            />
          ) : null}
          {isEmpty && rested === '' && archived ? (
            <EmptyState
              title={t('nothingArchived')}
              actions={<Button onClick={() => set({ archived: undefined })}>{t('showInUse')}</Button>}
            >
              {t('nothingArchivedDetail')}
            </EmptyState>
          ) : null}
          {isEmpty && rested === '' && !archived ? (
            <EmptyState
              icon={<ChartPie size={20} strokeWidth={1.75} />}
              title={t('none')}
              actions={mayEdit ? <NewSegment /> : null}
              className="py-16"
            >
              {t('noneDetail')}
            </EmptyState>
          ) : null}
          {items.length > 0 ? <SegmentTable segments={items} /> : null}
          <LoadMore
            has={segments.hasNextPage}
            busy={segments.isFetchingNextPage}
            onMore={() => void segments.fetchNextPage()}
          />
        </Card>
      </PageBody>
    </>
  );
}

function NewSegment() {
  const t = useTranslations('segments.list');
  const router = useRouter();
  const icon = { size: 15, strokeWidth: 1.75 } as const;
  return (
    <span className="inline-flex">
      <Button variant="primary" asChild className="rounded-r-none">
        <Link href="/segments/new">
          <Plus size={16} strokeWidth={2} aria-hidden />
          {t('new')}
        </Link>
      </Button>
      <Menu
        items={[
          {
            label: t('newRule'),
            icon: <ListFilter {...icon} />,
            onSelect: () => router.push('/segments/new'),
          },
          {
            label: t('newManual'),
            icon: <ListChecks {...icon} />,
            onSelect: () => router.push('/segments/new?kind=manual'),
          },
        ]}
      >
        <Button variant="primary" aria-label={t('kinds')} className="rounded-l-none border-l-on-accent/30! px-1.5!">
          <ChevronDown size={14} strokeWidth={2} aria-hidden />
        </Button>
      </Menu>
    </span>
  );
}
