'use client';

import { useTranslations } from 'next-intl';
import { PageBody, PageHeader } from '@/components/shell/page-header';
import { Tabs } from '@/components/ui/tabs';
import { BusinessEventsTab } from '@/features/business-events/business-events-tab';
import { useQueryState } from '@/lib/use-query-state';
import { CatalogueTab } from './catalogue-tab';
import { LiveTab } from './live-tab';

const tabs = ['live', 'catalog', 'business'] as const;

/** What arrives, and what is known of it. */
export function EventsPage() {
  const t = useTranslations('events.page');
  const { get, set } = useQueryState();
  const tab = tabs.find((each) => each === get('tab')) ?? 'live';
  return (
    <>
      <PageHeader title={t('title')} />
      <PageBody>
        <Tabs
          label={t('views')}
          value={tab}
          onChange={(next) => set({ tab: next === 'live' ? undefined : next })}
          tabs={[
            { value: 'live', label: t('live'), content: tab === 'live' ? <LiveTab /> : null },
            { value: 'catalog', label: t('catalogue'), content: tab === 'catalog' ? <CatalogueTab /> : null },
            { value: 'business', label: t('business'), content: tab === 'business' ? <BusinessEventsTab /> : null },
          ]}
        />
      </PageBody>
    </>
  );
}
