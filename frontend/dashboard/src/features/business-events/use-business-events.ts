'use client';

import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { BusinessEvent, EntryBatch, JsonObject } from '@wend/contract';
import { call } from '@/lib/api-client';

const key = ['business-events'] as const;

/** Whether people of an event are still coming in. */
function isOpen(batch: EntryBatch | null): boolean {
  return batch?.state === 'gathering' || batch?.state === 'running';
}

/** The list, page by page; asked again soon while people come in. */
export function useBusinessEvents() {
  return useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      call(api.businessEvents, { query: { limit: 30, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state }) => {
      const items: BusinessEvent[] = state.data?.pages.flatMap((page) => page.items) ?? [];
      return items.some(({ entries }) => entries.some(({ batch }) => isOpen(batch))) ? 1_500 : 15_000;
    },
  });
}

/** Asks the list again. */
export function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: key });
}

/** How many people an event would let in now, by entry. */
export function useCountPeople() {
  return useMutation({
    mutationFn: (event: { name: string; properties: JsonObject }) =>
      call(api.sendBusinessEvent, { body: { ...event, dryRun: true } }),
  });
}

/** `messageId`: sent again with it, nothing happens. `expectedCount`: how many people were confirmed. */
export function useSendEvent() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (event: { name: string; properties: JsonObject; messageId: string; expectedCount: number }) =>
      call(api.sendBusinessEvent, { body: { ...event, dryRun: false } }),
    onSuccess: refresh,
  });
}
