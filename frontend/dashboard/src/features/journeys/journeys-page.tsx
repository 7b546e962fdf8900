'use client';

import { api } from '@wend/contract/plain';
import { Plus, Route } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { SearchInput } from '@/components/ui/input';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { Segmented } from '@/components/ui/segmented';
import { useMay } from '@/lib/session';
import { useQueryState } from '@/lib/use-query-state';
import { DemoTrafficButton } from './demo-traffic-button';
import { ImportButton } from './import-button';
import { CreateJourneyDialog } from './create-journey-dialog';
import { JourneyTable } from './journey-table';
import { useJourneys } from './use-journeys';

export function JourneysPage() {
  const t = useTranslations('journeys.journeysPage');
  const { get, set } = useQueryState();
  const archived = get('archived') === 'true';
  const journeys = useJourneys({ archived: archived ? 'true' : 'false' });
  const [creating, setCreating] = useState(false);
  const [search, setSearch] = useState('');
  const mayEdit = useMay(api.create.access);
  const all = journeys.data?.items ?? [];
  const found = all.filter(({ name, entries }) =>
    `${name} ${entries.map((entry) => entry.name).join(' ')}`.toLowerCase().includes(search.trim().toLowerCase()),
  );
  const create = mayEdit ? (
    <Button variant="primary" icon={<Plus size={16} strokeWidth={2} />} onClick={() => setCreating(true)}>
      {t('newJourney')}
    </Button>
  ) : null;
  return (
    <>
      <PageHeader
        title={t('journeys')}
        actions={
          <>
            <DemoTrafficButton />
            {mayEdit ? <ImportButton /> : null}
            {create}
          </>
        }
      />
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
          {all.length > 5 ? (
            <SearchInput
              className="w-full sm:w-64"
              placeholder={t('searchJourneys')}
              aria-label={t('searchJourneys')}
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
          ) : null}
        </div>
        <Card>
          {journeys.isPending ? <ListSkeleton rows={4} /> : null}
          {journeys.isError && !journeys.data ? (
            <ErrorState error={journeys.error} title={t('failed')} onRetry={() => void journeys.refetch()} />
          ) : null}
          {journeys.data && all.length === 0 && archived ? (
            <EmptyState
              title={t('nothingArchived')}
              actions={<Button onClick={() => set({ archived: undefined })}>{t('showInUse')}</Button>}
            >
              {t('nothingArchivedDetail')}
            </EmptyState>
          ) : null}
          {journeys.data && all.length === 0 && !archived ? <FirstJourney action={create} /> : null}
          {all.length > 0 && found.length === 0 ? (
            <EmptyState
              title={t('noMatch')}
              actions={<Button onClick={() => setSearch('')}>{t('showAll', { count: all.length })}</Button>}
            />
          ) : null}
          {found.length > 0 ? <JourneyTable journeys={found} /> : null}
        </Card>
      </PageBody>
      {creating ? <CreateJourneyDialog onClose={() => setCreating(false)} /> : null}
    </>
  );
}

const steps = ['draw', 'try', 'publish'] as const;

function FirstJourney({ action }: { action: React.ReactNode }) {
  const t = useTranslations('journeys.journeysPage');
  return (
    <EmptyState
      icon={<Route size={20} strokeWidth={1.75} />}
      title={t('firstTitle')}
      actions={
        <>
          {action}
          <Button asChild>
            <Link href="/settings?tab=start">{t('sendYourFirstEvent')}</Link>
          </Button>
        </>
      }
      className="py-16"
    >
      {t('firstDetail')}
      <ol className="mt-5 grid gap-3 text-left sm:grid-cols-3">
        {steps.map((step, index) => (
          <li key={step} className="rounded-lg border border-line bg-raised p-3">
            <p className="font-semibold text-ink">
              <span className="mr-1.5 font-mono text-xs text-accent">{index + 1}</span>
              {t(`steps.${step}.title`)}
            </p>
            <p className="mt-0.5 text-xs">{t(`steps.${step}.text`)}</p>
          </li>
        ))}
      </ol>
    </EmptyState>
  );
}
