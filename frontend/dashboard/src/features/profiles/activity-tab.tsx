'use client';

import type { ProfileDetail } from '@wend/contract';
import { timelineKinds } from '@wend/contract/plain';
import type { TimelineKind } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { LoadMore } from '@/components/ui/load-more';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { useQueryState } from '@/lib/use-query-state';
import { EventTimeline } from './event-timeline';
import { useTimeline } from './use-person';

/** A person's time line, of all kinds or of some. */
export function ActivityTab({ profile }: { profile: ProfileDetail }) {
  const t = useTranslations('profiles.activity');
  const { get, set } = useQueryState();
  const asked = (get('kinds') ?? '').split(',');
  const kinds = timelineKinds.filter((kind) => asked.includes(kind));
  const timeline = useTimeline(profile.id, kinds);
  const items = timeline.data?.pages.flatMap((page) => page.items) ?? [];
  const toggle = (kind: TimelineKind) => {
    const next = kinds.includes(kind) ? kinds.filter((each) => each !== kind) : [...kinds, kind];
    set({ kinds: next.length === timelineKinds.length ? '' : next.join(',') });
  };
  return (
    <>
      <div role="group" aria-label={t('kinds')} className="mb-3 flex flex-wrap gap-1.5">
        {timelineKinds.map((kind) => (
          <button
            key={kind}
            type="button"
            aria-pressed={kinds.includes(kind)}
            onClick={() => toggle(kind)}
            className="h-7 rounded-full border border-line-strong bg-raised px-3 text-xs font-medium text-muted transition-colors hover:text-ink aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
          >
            {t(`of.${kind}`)}
          </button>
        ))}
      </div>
      <Card>
        {timeline.isPending ? <ListSkeleton rows={6} /> : null}
        {timeline.isError && items.length === 0 ? (
          <ErrorState error={timeline.error} title={t('failed')} onRetry={() => void timeline.refetch()} />
        ) : null}
        {timeline.data && items.length === 0 ? (
          kinds.length > 0 ? (
            <EmptyState
              title={t('noneOfKind')}
              actions={<Button onClick={() => set({ kinds: '' })}>{t('showAll')}</Button>}
            />
          ) : (
            <EmptyState title={t('none')}>{t('noneDetail')}</EmptyState>
          )
        ) : null}
        {items.length > 0 ? <EventTimeline items={items} zone={profile.timeZone} /> : null}
        <LoadMore
          has={timeline.hasNextPage}
          busy={timeline.isFetchingNextPage}
          onMore={() => void timeline.fetchNextPage()}
        />
      </Card>
    </>
  );
}
