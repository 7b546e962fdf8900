'use client';

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { ConsentState, Topic } from '@wend/contract';
import { call } from '@/lib/api-client';

const key = ['topics'] as const;

/** All topics, archived ones too, in the order in which people are shown them. */
export function useTopics() {
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await call(api.topics, { query: { archived: 'true' }, signal })).items,
  });
}

/** One topic, with where it is used and who has said something of it. */
export function useTopic(topic: string) {
  return useQuery({
    queryKey: [...key, topic],
    queryFn: ({ signal }) => call(api.topic, { params: { key: topic }, signal }),
  });
}

export type TopicDraft = Pick<Topic, 'key' | 'name' | 'description' | 'channels' | 'starts' | 'texts'>;

/** Adds a topic, or changes what can be changed of one that is there. */
export function useSaveTopic(isNew: boolean) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key: topic, starts, ...rest }: TopicDraft) =>
      isNew
        ? call(api.createTopic, { body: { key: topic, starts, ...rest } })
        : call(api.editTopic, { params: { key: topic }, body: rest }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}

export type TopicMove = 'archive' | 'restore' | 'remove';

/** Archives a topic, offers it again, or deletes it. */
export function useMoveTopic() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ topic, to }: { topic: string; to: TopicMove }) => {
      const params = { key: topic };
      if (to === 'remove') await call(api.removeTopic, { params });
      else await call(to === 'archive' ? api.archiveTopic : api.restoreTopic, { params });
    },
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}

export function useOrderTopics() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (keys: string[]) => call(api.orderTopics, { body: { keys } }),
    onSuccess: ({ items }) => client.setQueryData(key, items),
  });
}

/** What a person wants. */
export function useConsentsOf(id: string) {
  return useQuery({
    queryKey: ['profile', id, 'consents'],
    queryFn: ({ signal }) => call(api.profileConsents, { params: { id }, signal }),
    refetchInterval: 10_000,
  });
}

export function useConsentHistory(id: string) {
  return useInfiniteQuery({
    queryKey: ['profile', id, 'consents', 'history'],
    queryFn: ({ pageParam, signal }) =>
      call(api.consentHistory, {
        params: { id },
        query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
}

type Change =
  | { channel: string; topic: string | null; state: ConsentState }
  /** When a pause ends; null ends it now. */
  | { until: string | null };

/** Writes down what a person wants, or pauses marketing. */
export function useChangeConsents(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: Change) => {
      if ('until' in change) await call(api.pauseProfile, { params: { id }, body: { until: change.until } });
      else await call(api.stateConsents, { params: { id }, body: { consents: [change] } });
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['profile', id] }),
        client.invalidateQueries({ queryKey: ['timeline', id] }),
      ]),
  });
}

export function usePreferencesLink(id: string) {
  return useMutation({ mutationFn: () => call(api.preferencesLink, { params: { id } }) });
}
