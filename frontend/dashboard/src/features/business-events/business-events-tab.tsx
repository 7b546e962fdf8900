'use client';

import { api } from '@wend/contract/plain';
import type { AwaitedBusinessEvent, JsonObject } from '@wend/contract';
import { Send, Store } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { LoadMore } from '@/components/ui/load-more';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { useMay } from '@/lib/session';
import { EventRow } from './event-row';
import { SendDialog } from './send-dialog';
import { useBusinessEvents } from './use-business-events';

type Sample = { name: string; properties: JsonObject };

/** What happened to stores, items or matches, and whom it let into which journey. */
export function BusinessEventsTab() {
  const t = useTranslations('business-events.list');
  const found = useBusinessEvents();
  const maySend = useMay(api.sendBusinessEvent.access);
  const [sending, setSending] = useState<Sample | null>(null);
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const awaited = found.data?.pages[0]?.awaited ?? [];
  return (
    <>
      <Section
        title={t('title')}
        description={t('detail')}
        action={
          maySend && found.data ? (
            <Button
              variant="primary"
              icon={<Send size={15} strokeWidth={1.75} aria-hidden />}
              onClick={() => setSending({ name: '', properties: {} })}
            >
              {t('send')}
            </Button>
          ) : null
        }
      >
        {found.isPending ? <ListSkeleton rows={5} /> : null}
        {found.isError && !found.data ? (
          <ErrorState error={found.error} title={t('failed')} onRetry={() => void found.refetch()} />
        ) : null}
        {found.data ? <Awaited awaited={awaited} /> : null}
        {found.data && items.length === 0 ? (
          <EmptyState icon={<Store size={20} strokeWidth={1.75} />} title={t('empty')}>
            {awaited.length > 0 ? t('emptyDetail') : t('emptyNobodyWaits')}
          </EmptyState>
        ) : null}
        <ul aria-label={t('title')} className="divide-y divide-line">
          {items.map((event) => (
            <EventRow key={event.id} event={event} onAgain={maySend ? setSending : null} />
          ))}
        </ul>
        <LoadMore has={found.hasNextPage} busy={found.isFetchingNextPage} onMore={() => void found.fetchNextPage()} />
      </Section>
      {sending ? <SendDialog sample={sending} awaited={awaited} onClose={() => setSending(null)} /> : null}
    </>
  );
}

/** Which events would do something now. */
function Awaited({ awaited }: { awaited: readonly AwaitedBusinessEvent[] }) {
  const t = useTranslations('business-events.list');
  if (awaited.length === 0) return null;
  return (
    <div className="border-b border-line px-4 py-2.5">
      <h3 className="text-xs font-medium text-muted">{t('awaited')}</h3>
      <ul className="mt-1 space-y-1">
        {awaited.map(({ name, journeys }) => (
          <li key={name} className="flex flex-wrap gap-x-2">
            <span className="font-semibold break-words">{name}</span>
            {journeys.map((journey) => (
              <Link
                key={journey.id}
                href={`/journeys/${journey.id}`}
                className="break-words text-muted underline-offset-2 hover:text-ink hover:underline"
              >
                {journey.name}
              </Link>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}
