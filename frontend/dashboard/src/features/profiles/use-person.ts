import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Json, TimelineKind } from '@wend/contract';
import { api } from '@wend/contract/plain';
import { call } from '@/lib/api-client';

/** `enabled`: false once the person is being deleted. */
export function usePerson(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ['profile', id],
    queryFn: ({ signal }) => call(api.profile, { params: { id }, signal }),
    enabled,
    refetchInterval: 10_000,
  });
}

type Edit = {
  traits?: Record<string, Json>;
  /** What the traits were when they were looked at. */
  expected?: Record<string, Json>;
  consents?: Record<string, 'subscribed' | 'unsubscribed'>;
};

/** Changes a person, and loads them anew, also when somebody else was first. */
export function useEditPerson(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (edit: Edit) => call(api.editProfile, { params: { id }, body: edit as never }),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['profile', id] }),
        queries.invalidateQueries({ queryKey: ['timeline', id] }),
        queries.invalidateQueries({ queryKey: ['profiles'] }),
      ]),
  });
}

export function useTimeline(id: string, kinds: readonly TimelineKind[]) {
  return useInfiniteQuery({
    queryKey: ['timeline', id, kinds],
    queryFn: ({ pageParam, signal }) =>
      call(api.profileTimeline, {
        params: { id },
        query: { limit: 50, kinds: kinds.join(','), ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : 10_000),
  });
}

export function useSegmentsOf(id: string) {
  return useQuery({
    queryKey: ['profile', id, 'segments'],
    queryFn: ({ signal }) => call(api.segmentsOfProfile, { params: { id }, signal }),
    refetchInterval: 10_000,
  });
}
