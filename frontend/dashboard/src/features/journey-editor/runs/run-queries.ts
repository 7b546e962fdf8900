'use client';

import { api } from '@wend/contract/plain';
import type { EnrollmentDetail, EnrollmentSummary, FastForward } from '@wend/contract';
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call } from '@/lib/api-client';
import type { RunFilter } from './run-url';

export const runKeys = {
  list: (journeyId: string) => ['journeys', journeyId, 'runs'] as const,
  run: (id: string) => ['runs', id] as const,
  fastForward: (id: string) => ['runs', id, 'fast-forward'] as const,
};

const pageSize = 30;

/** Pages of runs, newest first. */
export function useRuns({ journeyId, filter, search = '' }: { journeyId: string; filter: RunFilter; search?: string }) {
  return useInfiniteQuery({
    queryKey: [...runKeys.list(journeyId), filter, search],
    queryFn: ({ pageParam, signal }) =>
      call(api.enrollments, {
        params: { id: journeyId },
        signal,
        query: {
          limit: pageSize,
          origin: filter.origin,
          ...(filter.node ? { [filter.ever ? 'visited' : 'node']: filter.node } : {}),
          ...(filter.port ? { port: filter.port } : {}),
          ...(filter.outcome ? { outcome: filter.outcome } : {}),
          ...(filter.reason ? { reason: filter.reason } : {}),
          ...(filter.goal ? { goal: filter.goal } : {}),
          ...(filter.version ? { version: filter.version } : {}),
          ...(filter.status ? { status: filter.status } : {}),
          ...(search ? { search } : {}),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
}

type UseFewRunsOptions = {
  journeyId: string;
  node: string | null;
  status: EnrollmentSummary['status'] | null;
  version: number | null;
  limit: number;
};

/** The newest few runs that stand in a node, or of the whole journey. */
export function useFewRuns({ journeyId, node, status, version, limit }: UseFewRunsOptions) {
  return useQuery({
    queryKey: [...runKeys.list(journeyId), 'few', node, status, version, limit],
    queryFn: ({ signal }) =>
      call(api.enrollments, {
        params: { id: journeyId },
        signal,
        query: { limit, ...(node ? { node } : {}), ...(status ? { status } : {}), ...(version ? { version } : {}) },
      }),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });
}

/**
 * A run with its record. Asked for again while it goes on: each second in a test run, every three while time passes in
 * it (its record may be long), else every five.
 */
export function useRun(id: string | null) {
  return useQuery<EnrollmentDetail>({
    queryKey: runKeys.run(id ?? ''),
    queryFn: ({ signal }) => call(api.enrollment, { params: { id: id ?? '' }, signal }),
    enabled: id !== null,
    refetchInterval: ({ state }) =>
      !state.data || state.data.endedAt !== null
        ? settledInterval(state.data)
        : state.data.origin !== 'test'
          ? 5_000
          : state.data.fastForward?.state === 'running'
            ? 3_000
            : 1_000,
  });
}

/** The time that passes or last passed in a run, asked for twice a second while it does. */
export function useFastForward(detail: EnrollmentDetail): FastForward | null {
  const client = useQueryClient();
  const known = detail.fastForward;
  const passes = known?.state === 'running';
  const progress = useQuery({
    queryKey: runKeys.fastForward(detail.id),
    queryFn: ({ signal }) => call(api.fastForwardProgress, { params: { id: detail.id }, signal }),
    enabled: passes,
    refetchInterval: 500,
  });
  const newest = passes && progress.data?.id === known.id ? progress.data : known;
  const over = passes && newest?.state !== 'running';
  // What time brought about is in the run's record.
  useEffect(() => {
    if (over) void client.invalidateQueries({ queryKey: runKeys.run(detail.id), exact: true });
  }, [over, client, detail.id]);
  return newest;
}

/** After the end messages may still be delivered or opened. */
function settledInterval(detail: EnrollmentDetail | undefined): number | false {
  if (!detail) return false;
  return detail.messages.some((message) => message.status === 'queued' || message.status === 'sending')
    ? 2_000
    : 15_000;
}
