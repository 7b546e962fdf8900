'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { MessageSummary } from '@wend/contract';
import { Gauge, Inbox } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useEffect, useRef, useState } from 'react';
import { PageHeader } from '@/components/shell/page-header';
import { Button } from '@/components/ui/button';
import { LoadMore } from '@/components/ui/load-more';
import { RelativeTime } from '@/components/ui/relative-time';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { MessageRow } from '@/features/messages/message-row';
import { call } from '@/lib/api-client';
import { cx } from '@/lib/cx';
import { useQueryState } from '@/lib/use-query-state';
import { MessagePane } from './message-pane';
import { OutboxFilters } from './outbox-filters';
import { hrefOf, noFilters, queryOf, readFilters } from './filters';
import { keepPlace } from './keep-place';
import type { Filters } from './filters';

/** Every message, and the chosen one beside the list (instead of it on a phone). */
export function OutboxPage() {
  const t = useTranslations('outbox.outboxPage');
  const { get, set } = useQueryState();
  const filters = readFilters(get);
  const selected = get('message');
  const messages = useMessages(filters);
  const items = messages.data?.pages.flatMap((page) => page.items) ?? [];
  const list = useRef<HTMLElement>(null);
  const place = usePlace({
    items,
    key: hrefOf({ filters }),
    loaded: messages.isSuccess && !messages.isPlaceholderData,
    atTop: () => (list.current?.scrollTop ?? 0) < 8,
  });
  const newest = messages.isPlaceholderData ? undefined : items[0]?.id;
  useEffect(() => {
    // Beside the list there is room for one from the start; on a phone it would hide the list.
    if (selected === undefined && newest !== undefined && matchMedia('(min-width: 64rem)').matches)
      set({ message: newest });
  }, [selected, newest, set]);
  const empty = selected === undefined && messages.isSuccess && items.length === 0;
  return (
    <>
      <PageHeader
        title={t('outbox')}
        className={cx(selected && 'max-lg:hidden')}
        actions={
          <>
            <Button asChild icon={<Gauge size={15} strokeWidth={1.75} />}>
              <Link href="/delivery">{t('delivery')}</Link>
            </Button>
            <OutboxFilters
              filters={filters}
              onChange={(change) => set({ ...change, test: undefined, message: undefined })}
            />
          </>
        }
      />
      <div className="flex min-h-0 flex-1">
        <section
          ref={list}
          aria-label={t('messages')}
          className={cx(
            'min-h-0 w-full overflow-y-auto border-line',
            empty ? 'py-8' : 'bg-surface lg:w-96 lg:shrink-0 lg:border-r',
            selected && 'max-lg:hidden',
          )}
        >
          <MessageList
            messages={messages}
            items={place.shown}
            fresh={place.fresh}
            onFresh={() => {
              place.accept();
              list.current?.scrollTo({ top: 0 });
            }}
            filtered={Object.keys(filters).length > 0}
            selected={selected}
            hrefOf={(id) => hrefOf({ filters, id })}
            onClear={() => set({ ...noFilters, test: undefined })}
          />
        </section>
        {empty ? null : (
          <section
            aria-label={t('message')}
            className={cx('flex min-h-0 min-w-0 flex-1 flex-col', !selected && 'max-lg:hidden')}
          >
            {selected ? <MessagePane key={selected} id={selected} backHref={hrefOf({ filters })} /> : null}
          </section>
        )}
      </div>
    </>
  );
}

function useMessages(filters: Filters) {
  return useInfiniteQuery({
    queryKey: ['messages', filters],
    queryFn: ({ pageParam, signal }) =>
      call(api.messages, {
        query: { ...queryOf(filters), limit: 50, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
    refetchInterval: 5_000,
  });
}

type PlaceOptions = { items: readonly MessageSummary[]; key: string; loaded: boolean; atTop: () => boolean };

/** Keeps the list where its reader is while new messages come; at its top they are shown at once. */
function usePlace({ items, key, loaded, atTop }: PlaceOptions) {
  const [before, setBefore] = useState<{ key: string; items: readonly MessageSummary[] }>({ key, items: [] });
  const place = keepPlace({ before: before.key === key ? before.items : [], items });
  const accept = () => setBefore({ key, items });
  useEffect(() => {
    if (loaded && (place.fresh === 0 || atTop())) setBefore({ key, items });
    // Only what was loaded anew changes where one is.
  }, [items.map(({ id, status }) => `${id}${status}`).join(), key, loaded]);
  return { ...place, accept };
}

type MessageListProps = {
  messages: ReturnType<typeof useMessages>;
  items: readonly MessageSummary[];
  filtered: boolean;
  /** So many came since, above those that are shown. */
  fresh: number;
  onFresh: () => void;
  selected: string | undefined;
  hrefOf: (id: string) => string;
  onClear: () => void;
};

function MessageList({ messages, items, fresh, onFresh, filtered, selected, hrefOf: href, onClear }: MessageListProps) {
  const t = useTranslations('outbox.outboxPage');
  if (messages.isPending) return <ListSkeleton rows={10} />;
  if (messages.isError && items.length === 0)
    return <ErrorState error={messages.error} title={t('failed')} onRetry={() => void messages.refetch()} />;
  const last = messages.data?.pages.at(-1);
  const searchedTo = last?.searchedTo ?? null;
  if (items.length === 0 && filtered && searchedTo === null)
    return (
      <EmptyState title={t('noMatch')} actions={<Button onClick={onClear}>{t('clearFilters')}</Button>}>
        {t('noMatchDetail')}
      </EmptyState>
    );
  if (items.length === 0 && searchedTo === null)
    return (
      <EmptyState
        icon={<Inbox size={20} strokeWidth={1.75} />}
        title={t('noMessages')}
        actions={
          <Button asChild>
            <Link href="/journeys">{t('toJourneys')}</Link>
          </Button>
        }
      >
        {t('noMessagesDetail')}
      </EmptyState>
    );
  return (
    <>
      {fresh > 0 ? (
        <div className="sticky top-2 z-20 flex h-0 justify-center overflow-visible">
          <Button size="sm" variant="primary" className="rounded-full shadow-float" onClick={onFresh}>
            {t('newMessages', { count: fresh, more: String(fresh >= 50) })}
          </Button>
        </div>
      ) : null}
      {items.map((message) => (
        <MessageRow
          key={message.id}
          message={message}
          href={href(message.id)}
          selected={message.id === selected}
          replace={selected !== undefined}
        />
      ))}
      {searchedTo !== null ? (
        <div className="px-4 py-3 text-center text-muted">
          <p>{t.rich('searchedTo', { time: () => <RelativeTime at={searchedTo} /> })}</p>
          <Button className="mt-2" busy={messages.isFetchingNextPage} onClick={() => void messages.fetchNextPage()}>
            {t('keepLooking')}
          </Button>
        </div>
      ) : null}
      <LoadMore
        has={messages.hasNextPage && searchedTo === null}
        busy={messages.isFetchingNextPage}
        onMore={() => void messages.fetchNextPage()}
      />
    </>
  );
}
