import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Rule } from '@wend/contract';
import { api } from '@wend/contract/plain';
import { call } from '@/lib/api-client';

export const sorts = ['newest', 'seen'] as const;
export type Sort = (typeof sorts)[number];
/** Which people a list shows. */
export type PeopleQuery = { search: string; segment: string; rule: Rule | null; sort: Sort };

const askedOf = ({ search, segment, rule }: Omit<PeopleQuery, 'sort'>) => ({
  search,
  segment,
  rule: rule === null ? '' : JSON.stringify(rule),
});

/** The people of a filter, page by page. */
export function usePeople({ sort, ...filter }: PeopleQuery) {
  const asked = askedOf(filter);
  return useInfiniteQuery({
    queryKey: ['profiles', asked, sort],
    queryFn: ({ pageParam, signal }) =>
      call(api.profiles, { query: { ...asked, sort, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    // A list that is being read further down is left in peace.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : 15_000),
  });
}

/** How many they are, counted to 10,000. */
export function usePeopleCount(filter: Omit<PeopleQuery, 'sort'>) {
  const asked = askedOf(filter);
  return useQuery({
    queryKey: ['profile-count', asked],
    queryFn: ({ signal }) => call(api.profileCount, { query: asked, signal }),
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });
}
