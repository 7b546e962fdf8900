'use client';

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { ImportDelimiter, ImportDetail, ImportSettings } from '@wend/contract';
import { call } from '@/lib/api-client';

const key = ['imports'] as const;
/** While rows are worked through. */
const busyMs = 800;

export function isBusy(state: ImportDetail['state'] | undefined): boolean {
  return state === 'checking' || state === 'importing';
}

export function useImports() {
  return useInfiniteQuery({
    queryKey: [...key, 'list'],
    queryFn: ({ pageParam, signal }) =>
      call(api.imports, { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some((each) => isBusy(each.state))) ? 2_000 : false,
  });
}

export function useImport(id: string) {
  return useQuery({
    queryKey: [...key, 'one', id],
    queryFn: ({ signal }) => call(api.import, { params: { id }, signal }),
    refetchInterval: ({ state }) => (isBusy(state.data?.state) ? busyMs : false),
  });
}

/** Each answers with how the import stands afterwards, which the page then shows. */
export function useImportActions(id: string) {
  const client = useQueryClient();
  const onSuccess = (detail: ImportDetail) => {
    client.setQueryData([...key, 'one', id], detail);
    void client.invalidateQueries({ queryKey: [...key, 'list'] });
  };
  return {
    read: useMutation({
      mutationFn: (body: { delimiter: ImportDelimiter; header: boolean }) =>
        call(api.readImport, { params: { id }, body }),
      onSuccess,
    }),
    check: useMutation({
      mutationFn: (body: ImportSettings) => call(api.checkImport, { params: { id }, body }),
      onSuccess,
    }),
    start: useMutation({
      mutationFn: (body: ImportSettings) => call(api.startImport, { params: { id }, body }),
      onSuccess,
    }),
    cancel: useMutation({ mutationFn: () => call(api.cancelImport, { params: { id } }), onSuccess }),
    remove: useMutation({
      mutationFn: () => call(api.removeImport, { params: { id } }),
      onSuccess: () => client.invalidateQueries({ queryKey: [...key, 'list'] }),
    }),
  };
}

/** Segments that people can be put into. */
export function useManualSegments() {
  return useQuery({
    queryKey: ['segments', 'manual'],
    queryFn: ({ signal }) => call(api.segments, { query: { kind: 'manual', limit: 200 }, signal }),
  });
}
