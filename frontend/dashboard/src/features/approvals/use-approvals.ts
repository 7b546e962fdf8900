'use client';

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { Approval } from '@wend/contract';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';

const key = ['approvals'] as const;
const refreshMs = 15_000;

export type ApprovalFilter = { state: 'open' | 'closed'; journeyId: string | undefined };

/** What is open, or over, page by page. */
export function useApprovals({ state, journeyId }: ApprovalFilter) {
  return useInfiniteQuery({
    queryKey: [...key, 'list', state, journeyId ?? ''],
    queryFn: ({ pageParam, signal }) =>
      call(api.approvals, {
        query: { state, limit: 50, ...(journeyId ? { journeyId } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: refreshMs,
  });
}

/** How many wait for an answer; undefined until it is known. */
export function useApprovalCount(): number | undefined {
  const { data } = useQuery({
    queryKey: [...key, 'count'],
    queryFn: ({ signal }) => call(api.approvalCount, { signal }),
    refetchInterval: refreshMs,
    staleTime: refreshMs,
    retry: false,
  });
  return data?.open;
}

/** What one run waits to be answered; looked for while it is there to be found. */
export function useApprovalOfRun(enrollmentId: string, { waits }: { waits: boolean }) {
  const { data } = useQuery({
    queryKey: [...key, 'run', enrollmentId],
    queryFn: ({ signal }) => call(api.approvals, { query: { state: 'open', enrollmentId, limit: 1 }, signal }),
    enabled: waits,
    refetchInterval: 1_000,
  });
  return waits ? data?.items[0] : undefined;
}

export type WhoseApprovals = { enrollmentId: string } | { profileId: string };

/** The last that were asked in one run, or about one person in all their runs. */
export function useApprovalsOf(of: WhoseApprovals) {
  const may = useMay(api.approvals.access);
  return useQuery({
    queryKey: [...key, 'of', of],
    queryFn: ({ signal }) => call(api.approvals, { query: { ...of, limit: 20 }, signal }),
    enabled: may,
    refetchInterval: refreshMs,
  });
}

/** `onAnswered` is told also where the question has left the screen meanwhile. */
export function useAnswerApproval({ onAnswered }: { onAnswered: ((answered: Approval) => void) | undefined }) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, choice, note }: { id: string; choice: string; note: string }) =>
      call(api.answerApproval, { params: { id }, body: { choice, note } }),
    onSuccess: (answered) => onAnswered?.(answered),
    // Also where somebody else was quicker.
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
}
