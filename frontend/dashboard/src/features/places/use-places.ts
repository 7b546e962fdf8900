'use client';

import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { PlaceInput } from '@wend/contract';
import { call } from '@/lib/api-client';

const key = ['places'] as const;

/** The list, page by page; the one before stays until the next is there. */
export function usePlaces({ search }: { search: string }) {
  const query = search === '' ? {} : { search };
  return useInfiniteQuery({
    queryKey: [...key, query],
    queryFn: ({ pageParam, signal }) =>
      call(api.places, { query: { ...query, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
  });
}

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: key });
}

/** Adds a place, or changes the one with the same external id. */
export function useSavePlace() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (place: PlaceInput) => call(api.savePlaces, { body: { places: [place] } }),
    onSuccess: refresh,
  });
}

export function useRemovePlace() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (id: string) => call(api.removePlace, { params: { id } }),
    onSuccess: refresh,
  });
}

/** With `dryRun` it only counts. */
export function useImportPlaces() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: { csv: string; dryRun: boolean }) => call(api.importPlaces, { body }),
    onSuccess: (_, { dryRun }) => (dryRun ? undefined : refresh()),
  });
}
