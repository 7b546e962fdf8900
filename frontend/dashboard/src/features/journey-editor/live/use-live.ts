'use client';

import { api } from '@wend/contract/plain';
import type { JourneyVersion, LiveFigures } from '@wend/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { call } from '@/lib/api-client';
import { parseVersion } from '../runs/run-url';

const liveKey = ({ journeyId, version }: LiveQuery) => ['journeys', journeyId, 'live', version] as const;
/** `version` null: all of them. */
type LiveQuery = { journeyId: string; version: number | null };
const pollInterval = 3_000;
/** A stream that says nothing for this long counts as broken. */
const streamSilence = 15_000;

/** The version whose figures the address asks for; null for all. */
function useChosenVersion(): number | null {
  return parseVersion(useSearchParams());
}

/** Whether figures come by stream now; then nobody needs to ask. One per question and page. */
const streaming = new Set<string>();
const listeners = new Set<() => void>();

/**
 * The latest figures of a journey. `useLiveStream` (once per layer) keeps them fresh; without a stream each asks every
 * 3 s.
 */
export function useLive(journeyId: string) {
  const version = useChosenVersion();
  const streamed = useSyncExternalStore(
    subscribe,
    () => streaming.has(streamOf({ journeyId, version })),
    () => false,
  );
  return useQuery<LiveFigures>({
    queryKey: liveKey({ journeyId, version }),
    queryFn: ({ signal }) =>
      call(api.live, { params: { id: journeyId }, query: version === null ? {} : { version }, signal }),
    refetchInterval: streamed ? false : pollInterval,
    staleTime: 2_000,
  });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function streamOf({ journeyId, version }: LiveQuery): string {
  return `/api/journeys/${encodeURIComponent(journeyId)}/live/stream${version === null ? '' : `?version=${version}`}`;
}

function setStreaming(stream: string, on: boolean): void {
  if (streaming.has(stream) === on) return;
  if (on) streaming.add(stream);
  else streaming.delete(stream);
  for (const listener of listeners) listener();
}

/**
 * Follows the stream of figures while the page is seen. When it breaks the browser connects again by itself; meanwhile
 * polling goes on.
 */
export function useLiveStream(journeyId: string): void {
  const client = useQueryClient();
  const version = useChosenVersion();
  useEffect(() => {
    const stream = streamOf({ journeyId, version });
    let heard = 0;
    const source = new EventSource(stream);
    const take = (event: MessageEvent<string>) => {
      const figures = parseFigures(event.data);
      if (!figures) return;
      heard = Date.now();
      setStreaming(stream, true);
      client.setQueryData(liveKey({ journeyId, version }), figures);
    };
    source.addEventListener('message', take);
    source.addEventListener('live', take);
    source.addEventListener('error', () => setStreaming(stream, false));
    const watch = setInterval(() => {
      if (Date.now() - heard > streamSilence) setStreaming(stream, false);
    }, pollInterval);
    return () => {
      source.close();
      clearInterval(watch);
      setStreaming(stream, false);
    };
  }, [client, journeyId, version]);
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
