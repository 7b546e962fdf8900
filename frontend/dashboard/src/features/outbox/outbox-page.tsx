'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { api, channels, messageStatuses } from '@wend/contract/plain';
import type { MessageSummary } from '@wend/contract';
import { Inbox } from 'lucide-react';
import Link from 'next/link';
import { useEffect } from 'react';
import { PageHeader } from '@/components/shell/page-header';
import { Button } from '@/components/ui/button';
import { LoadMore } from '@/components/ui/load-more';
import { EmptyState, ErrorState, ListSkeleton } from '@/components/ui/states';
import { MessageRow } from '@/features/messages/message-row';
import { call } from '@/lib/api-client';
import { cx } from '@/lib/cx';
import { useQueryState } from '@/lib/use-query-state';
import { MessagePane } from './message-pane';
import { OutboxFilters } from './outbox-filters';
import { noFilters } from './filters';
import type { Filters } from './filters';

/** Every message, and the chosen one beside the list (instead of it on a phone). */
export function OutboxPage() {
  const { get, set } = useQueryState();
  const filters: Filters = { channel: channels.find((each) => each === get('channel')), status: messageStatuses.find((each) => each === get('status')), journeyId: get('journey'), test: get('test') === 'true' ? 'true' : undefined, search: get('search') };
  const selected = get('message');
  const messages = useMessages(filters);
  const items = messages.data?.pages.flatMap((page) => page.items) ?? [];
  const newest = messages.isPlaceholderData ? undefined : items[0]?.id;
  useEffect(() => {
    // Beside the list there is room for one from the start; on a phone it would hide the list.
    if (selected === undefined && newest !== undefined && matchMedia('(min-width: 64rem)').matches) set({ message: newest });
  }, [selected, newest, set]);
  const empty = selected === undefined && messages.isSuccess && items.length === 0;
  return (
    <>
      <PageHeader title="Outbox" className={cx(selected && 'max-lg:hidden')} actions={<OutboxFilters filters={filters} onChange={({ journeyId, ...rest }) => set({ ...rest, journey: journeyId, message: undefined })} />} />
      <div className="flex min-h-0 flex-1">
        <section aria-label="Messages" className={cx('min-h-0 w-full overflow-y-auto border-line', empty ? 'py-8' : 'bg-surface lg:w-96 lg:shrink-0 lg:border-r', selected && 'max-lg:hidden')}>
          <MessageList messages={messages} items={items} filtered={Object.values(filters).some(Boolean)} selected={selected} hrefOf={(id) => hrefOf({ filters, id })} onClear={() => set({ ...noFilters, journey: undefined })} />
        </section>
        {empty ? null : (
          <section aria-label="Message" className={cx('flex min-h-0 min-w-0 flex-1 flex-col', !selected && 'max-lg:hidden')}>
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
    // Without the parameter the api answers with both.
    queryFn: ({ pageParam, signal }) => call(api.messages, { query: { ...filters, test: filters.test ?? 'false', limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
    refetchInterval: 5_000,
  });
}

function hrefOf({ filters, id }: { filters: Filters; id?: string }): string {
  const { journeyId, ...rest } = filters;
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...rest, journey: journeyId, message: id })) if (value) search.set(name, value);
  return search.size > 0 ? `/outbox?${search}` : '/outbox';
}

type MessageListProps = { messages: ReturnType<typeof useMessages>; items: readonly MessageSummary[]; filtered: boolean; selected: string | undefined; hrefOf: (id: string) => string; onClear: () => void };

function MessageList({ messages, items, filtered, selected, hrefOf: href, onClear }: MessageListProps) {
  if (messages.isPending) return <ListSkeleton rows={10} />;
  if (messages.isError && items.length === 0) return <ErrorState error={messages.error} title="The messages could not be loaded" onRetry={() => void messages.refetch()} />;
  if (items.length === 0 && filtered) return <EmptyState title="No message matches" actions={<Button onClick={onClear}>Show all messages</Button>}>Try other words, another channel or state.</EmptyState>;
  if (items.length === 0) return <EmptyState icon={<Inbox size={20} strokeWidth={1.75} />} title="Nothing was sent yet" actions={<Button asChild><Link href="/journeys">To the journeys</Link></Button>}>Messages of live journeys appear here the moment they are queued. Without a provider they stay here and reach nobody.</EmptyState>;
  return (
    <>
      {items.map((message) => <MessageRow key={message.id} message={message} href={href(message.id)} selected={message.id === selected} replace={selected !== undefined} />)}
      <LoadMore has={messages.hasNextPage} busy={messages.isFetchingNextPage} onMore={() => void messages.fetchNextPage()} />
    </>
  );
}
