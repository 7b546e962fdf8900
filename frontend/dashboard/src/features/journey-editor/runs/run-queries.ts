'use client';

import { api } from '@wend/contract/plain';
import type { EnrollmentDetail, EnrollmentSummary } from '@wend/contract';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { call } from '@/lib/api-client';
import type { RunFilter } from './run-url';

export const runKeys = {
  list: (journeyId: string) => ['journeys', journeyId, 'runs'] as const,
  run: (id: string) => ['runs', id] as const,
};

const pageSize = 30;

/** Pages of runs, newest first. */
export function useRuns({ journeyId, filter, search = '' }: { journeyId: string; filter: RunFilter; search?: string }) {
  return useInfiniteQuery({
    queryKey: [...runKeys.list(journeyId), filter, search],
    queryFn: ({ pageParam, signal }) => call(api.enrollments, { params: { id: journeyId }, signal, query: {
      limit: pageSize, origin: filter.origin,
      ...(filter.node ? { [filter.ever ? 'visited' : 'node']: filter.node } : {}), ...(filter.status ? { status: filter.status } : {}), ...(search ? { search } : {}), ...(pageParam ? { cursor: pageParam } : {}),
    } }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
}

/** The newest few runs that stand in a node, or of the whole journey. */
export function useFewRuns({ journeyId, node, status, limit }: { journeyId: string; node: string | null; status: EnrollmentSummary['status'] | null; limit: number }) {
  return useQuery({
    queryKey: [...runKeys.list(journeyId), 'few', node, status, limit],
    queryFn: ({ signal }) => call(api.enrollments, { params: { id: journeyId }, signal, query: { limit, ...(node ? { node } : {}), ...(status ? { status } : {}) } }),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });
}

/** A run with its record. Asked for again while it goes on: each second in a test run, else every five. */
export function useRun(id: string | null) {
  return useQuery<EnrollmentDetail>({
    queryKey: runKeys.run(id ?? ''),
    queryFn: ({ signal }) => call(api.enrollment, { params: { id: id ?? '' }, signal }),
    enabled: id !== null,
    refetchInterval: ({ state }) => (!state.data || state.data.endedAt !== null ? settledInterval(state.data) : state.data.origin === 'test' ? 1_000 : 5_000),
  });
}

/** After the end messages may still be delivered or opened. */
function settledInterval(detail: EnrollmentDetail | undefined): number | false {
  if (!detail) return false;
  return detail.messages.some((message) => message.status === 'queued' || message.status === 'sending') ? 2_000 : 15_000;
}
