'use client';

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { Rule, SegmentDetail } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';

const segmentsKey = ['segments'] as const;
const keyOf = (id: string) => ['segment', id] as const;

/** Segments, last changed first, kept current while the page is open. */
export function useSegments({ archived, search }: { archived: boolean; search: string }) {
  return useInfiniteQuery({
    queryKey: [...segmentsKey, { archived, search }],
    queryFn: ({ pageParam, signal }) =>
      call(api.segments, {
        query: {
          archived: archived ? 'true' : 'false',
          search,
          limit: 50,
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
    refetchInterval: 10_000,
  });
}

/** A build that is still under way. */
export function isBuilding({ build }: Pick<SegmentDetail, 'build'>): boolean {
  return build !== null && ['waiting', 'building', 'telling'].includes(build.state);
}

/** One segment; while its rule is built its progress is asked for each second. */
export function useSegment(id: string) {
  return useQuery({
    queryKey: keyOf(id),
    queryFn: ({ signal }) => call(api.segment, { params: { id }, signal }),
    refetchInterval: ({ state }) => (state.data && isBuilding(state.data) ? 1_000 : 10_000),
  });
}

/** Who a rule that need not be saved holds for; null asks nothing. What was known stays while the next is asked. */
export function useSegmentPreview(rule: Rule | null) {
  return useQuery({
    queryKey: ['segment-preview', JSON.stringify(rule)],
    queryFn: ({ signal }) => call(api.previewSegment, { body: { rule: rule!, sizeOnly: false }, signal }),
    enabled: rule !== null,
    placeholderData: (before) => before,
    retry: false,
    staleTime: 30_000,
  });
}

type Fields = { name: string; description: string; rule: Rule | null; tell: boolean };

/** Makes a segment, or changes one: `of` is what was loaded. */
export function useSaveSegment(of: SegmentDetail | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, description, rule, tell }: Fields) =>
      of === null
        ? call(api.createSegment, { body: { name, description, rule, tell } })
        : call(api.updateSegment, {
            params: { id: of.id },
            body: { name, description, ...(rule ? { rule } : {}), revision: of.revision, tell },
          }),
    onSuccess: (segment) => {
      client.setQueryData(keyOf(segment.id), segment);
      return client.invalidateQueries({ queryKey: segmentsKey });
    },
  });
}

export type SegmentAction = 'duplicate' | 'archive' | 'restore' | 'cancelBuild' | 'retryBuild';
const routes = {
  archive: api.archiveSegment,
  restore: api.restoreSegment,
  cancelBuild: api.cancelSegmentBuild,
  retryBuild: api.retrySegmentBuild,
} as const;

/** What can be done with a whole segment and gives one back. */
export function useSegmentAction() {
  const t = useTranslations('segments.actions');
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: ({ id, action }: { id: string; action: SegmentAction }) =>
      action === 'duplicate'
        ? call(api.duplicateSegment, { params: { id }, body: {} })
        : call(routes[action], { params: { id } }),
    onSuccess: (segment, { action }) => {
      toast.say(t(`done.${action}`, { name: segment.name }));
      client.setQueryData(keyOf(segment.id), segment);
      return client.invalidateQueries({ queryKey: segmentsKey });
    },
    onError: (error, { action }) => toast.fail(t(`failed.${action}`), error),
  });
}

export function useRemoveSegment() {
  const t = useTranslations('segments.actions');
  const client = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: ({ id }: { id: string; name: string }) => call(api.removeSegment, { params: { id } }),
    onSuccess: (_, { name }) => {
      toast.say(t('done.remove', { name }));
      return client.invalidateQueries({ queryKey: segmentsKey });
    },
  });
}

/** Journeys and segments that read it. */
export function useSegmentUses(id: string, enabled = true) {
  return useQuery({
    queryKey: [...keyOf(id), 'uses'],
    queryFn: ({ signal }) => call(api.segmentUses, { params: { id }, signal }),
    enabled,
  });
}

/** Who is in it, last come first. */
export function useSegmentMembers(id: string, search: string) {
  return useInfiniteQuery({
    queryKey: [...keyOf(id), 'members', search],
    queryFn: ({ pageParam, signal }) =>
      call(api.segmentMembers, {
        params: { id },
        query: { search, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
    refetchInterval: 10_000,
  });
}

type People = { profileIds?: string[]; externalIds?: string[]; tell: boolean };

/** Puts people into a manual segment, or takes them out. */
export function useChangeMembers(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ people, way }: { people: People; way: 'add' | 'remove' }) =>
      call(way === 'add' ? api.addSegmentMembers : api.removeSegmentMembers, { params: { id }, body: people }),
    onSuccess: () => client.invalidateQueries({ queryKey: keyOf(id) }),
  });
}

/** Whether a person is in, and why. */
export function useWhyInSegment(id: string, profileId: string | null) {
  return useQuery({
    queryKey: [...keyOf(id), 'why', profileId],
    queryFn: ({ signal }) => call(api.whyInSegment, { params: { id }, query: { profileId: profileId! }, signal }),
    enabled: profileId !== null,
  });
}

export function useSegmentGrowth(id: string, days: number) {
  return useQuery({
    queryKey: [...keyOf(id), 'growth', days],
    queryFn: ({ signal }) => call(api.segmentGrowth, { params: { id }, query: { days }, signal }),
    placeholderData: (before) => before,
    refetchInterval: 30_000,
  });
}
