'use client';

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { AlarmKind } from '@wend/contract/plain';
import type { SaveAlarmSettings, SaveAlarmTarget } from '@wend/contract';
import { call } from '@/lib/api-client';

const key = ['alarms'] as const;
const refreshMs = 30_000;

/** Open ones, or those that are over, page by page. */
export function useAlarms(state: 'open' | 'past') {
  return useInfiniteQuery({
    queryKey: [...key, 'list', state],
    queryFn: ({ pageParam, signal }) =>
      call(api.alarms, { query: { state, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    refetchInterval: refreshMs,
  });
}

/** How many are open and not muted; undefined until it is known. */
export function useAlarmCount(): number | undefined {
  const { data } = useQuery({
    queryKey: [...key, 'count'],
    queryFn: ({ signal }) => call(api.alarmCount, { signal }),
    refetchInterval: refreshMs,
    staleTime: refreshMs,
    retry: false,
  });
  return data?.open;
}

export function useAlarmSettings() {
  return useQuery({
    queryKey: [...key, 'settings'],
    queryFn: ({ signal }) => call(api.alarmSettings, { signal }),
  });
}

function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: key });
}

/** For so many hours from now; 0: no longer. */
export function useMuteAlarm() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ id, hours }: { id: string; hours: number }) =>
      call(api.muteAlarm, { params: { id }, body: { hours } }),
    onSuccess: refresh,
  });
}

export function useMuteKind() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: { kind: AlarmKind; hours: number }) => call(api.muteAlarmKind, { body }),
    onSuccess: refresh,
  });
}

export function useSaveAlarmSettings() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: SaveAlarmSettings) => call(api.saveAlarmSettings, { body }),
    onSuccess: refresh,
  });
}

export function useRemoveOverride() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (id: string) => call(api.removeAlarmOverride, { params: { id } }),
    onSuccess: refresh,
  });
}

/** Adds somebody who is told, or changes one; a webhook that was added comes with the secret that was made for it. */
export function useSaveTarget(id: string | null) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async (body: SaveAlarmTarget): Promise<{ secret: string | null }> => {
      if (id === null) return call(api.addAlarmTarget, { body });
      await call(api.saveAlarmTarget, { params: { id }, body });
      return { secret: null };
    },
    onSuccess: refresh,
  });
}

export function useRemoveTarget() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (id: string) => call(api.removeAlarmTarget, { params: { id } }),
    onSuccess: refresh,
  });
}

export function useTestTarget() {
  return useMutation({ mutationFn: (id: string) => call(api.testAlarmTarget, { params: { id } }) });
}
