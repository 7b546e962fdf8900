'use client';

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { Channel, SuppressionReason, SuppressionSettings } from '@wend/contract';
import { call } from '@/lib/api-client';

const key = ['suppressions'] as const;

export type SuppressionFilters = {
  search: string;
  channel: Channel | undefined;
  reason: SuppressionReason | undefined;
  state: 'active' | 'released';
};

/** The list, page by page; the one before stays until the next is there. */
export function useSuppressions({ search, channel, reason, state }: SuppressionFilters) {
  const query = { state, ...(search !== '' && { search }), ...(channel && { channel }), ...(reason && { reason }) };
  return useInfiniteQuery({
    queryKey: [...key, 'list', query],
    queryFn: ({ pageParam, signal }) =>
      call(api.suppressions, { query: { ...query, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
  });
}

export function useSuppressionCounts() {
  return useQuery({
    queryKey: [...key, 'counts'],
    queryFn: ({ signal }) => call(api.suppressionCounts, { signal }),
  });
}

export function useSuppression(id: string) {
  return useQuery({
    queryKey: [...key, 'one', id],
    queryFn: ({ signal }) => call(api.suppression, { params: { id }, signal }),
  });
}

export function useSuppressionSettings() {
  return useQuery({
    queryKey: [...key, 'settings'],
    queryFn: ({ signal }) => call(api.suppressionSettings, { signal }),
  });
}

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: key });
}

export function useSuppress() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: { channel: Channel; address: string; detail?: string }) => call(api.suppress, { body }),
    onSuccess: refresh,
  });
}

/** With `dryRun` it only counts. */
export function useImportSuppressions() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: { channel: Channel; csv: string; dryRun: boolean }) => call(api.importSuppressions, { body }),
    onSuccess: (_, { dryRun }) => (dryRun ? undefined : refresh()),
  });
}

export function useRelease(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (reason: string) => call(api.releaseSuppression, { params: { id }, body: { reason } }),
    onSuccess: refresh,
  });
}

export function useSaveSuppressionSettings() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: SuppressionSettings) => call(api.saveSuppressionSettings, { body }),
    onSuccess: refresh,
  });
}
