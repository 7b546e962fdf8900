'use client';

import { api } from '@wend/contract/plain';
import type { JourneyVersion, LiveFigures } from '@wend/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { call } from '@/lib/api-client';

export const liveKey = (journeyId: string) => ['journeys', journeyId, 'live'] as const;
const pollInterval = 3_000;
/** A stream that says nothing for this long counts as broken. */
const streamSilence = 15_000;

/** Whether figures come by stream now; then nobody needs to ask. One per journey and page. */
const streaming = new Set<string>();
const listeners = new Set<() => void>();

/** The latest figures of a journey. `useLiveStream` (once per layer) keeps them fresh; without a stream each asks every 3 s. */
export function useLive(journeyId: string) {
  const streamed = useSyncExternalStore(subscribe, () => streaming.has(journeyId), () => false);
  return useQuery<LiveFigures>({
    queryKey: liveKey(journeyId),
    queryFn: ({ signal }) => call(api.live, { params: { id: journeyId }, signal }),
    refetchInterval: streamed ? false : pollInterval,
    staleTime: 2_000,
  });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function setStreaming(journeyId: string, on: boolean): void {
  if (streaming.has(journeyId) === on) return;
  if (on) streaming.add(journeyId);
  else streaming.delete(journeyId);
  for (const listener of listeners) listener();
}

/** Follows the stream of figures while the page is seen. When it breaks the browser connects again by itself; meanwhile polling goes on. */
export function useLiveStream(journeyId: string): void {
  const client = useQueryClient();
  useEffect(() => {
    let heard = 0;
    const source = new EventSource(`/api/journeys/${encodeURIComponent(journeyId)}/live/stream`);
    const take = (event: MessageEvent<string>) => {
      const figures = parseFigures(event.data);
      if (!figures) return;
      heard = Date.now();
      setStreaming(journeyId, true);
      client.setQueryData(liveKey(journeyId), figures);
    };
    source.addEventListener('message', take);
    source.addEventListener('live', take);
    source.addEventListener('error', () => setStreaming(journeyId, false));
    const watch = setInterval(() => { if (Date.now() - heard > streamSilence) setStreaming(journeyId, false); }, pollInterval);
    return () => {
      source.close();
      clearInterval(watch);
      setStreaming(journeyId, false);
    };
  }, [client, journeyId]);
}

function parseFigures(text: string): LiveFigures | null {
  try {
    const value = JSON.parse(text) as Partial<LiveFigures> | null;
    return value && typeof value.at === 'string' && typeof value.nodes === 'object' ? (value as LiveFigures) : null;
  } catch {
    return null;
  }
}

/** The published version that people are in: what Live shows. Versions never change. */
export function useVersion({ journeyId, version }: { journeyId: string; version: number | null | undefined }) {
  return useQuery<JourneyVersion>({
    queryKey: ['journeys', journeyId, 'versions', version],
    queryFn: ({ signal }) => call(api.version, { params: { id: journeyId, number: version ?? 0 }, signal }),
    enabled: typeof version === 'number',
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The clock, each second. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
