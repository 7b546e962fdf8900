'use client';

import { enrollmentStatuses } from '@wend/contract/plain';
import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';

/** `ever`: who came to the node at any time; else who is there now. */
export type RunFilter = { node: string | null; ever: boolean; status: RunStatus | null; origin: 'people' | 'test' };
export type RunStatus = (typeof enrollmentStatuses)[number];
export const everyRun: RunFilter = { node: null, ever: false, status: null, origin: 'people' };

/** What the address says about runs: which one is replayed, and how the list is filtered. */
export function useRunUrl(): { run: string | null; filter: RunFilter } {
  const search = useSearchParams();
  const text = search.toString();
  return useMemo(() => parseRunUrl(new URLSearchParams(text)), [text]);
}

export function parseRunUrl(search: URLSearchParams): { run: string | null; filter: RunFilter } {
  return {
    run: search.get('run'),
    filter: { node: search.get('node'), ever: search.has('node') && search.get('ever') === '1', status: enrollmentStatuses.find((each) => each === search.get('status')) ?? null, origin: search.get('origin') === 'test' ? 'test' : 'people' },
  };
}

const ownParameters = ['layer', 'run', 'node', 'ever', 'status', 'origin'];

/** The present address with the Replay layer open on a run, or on a list of runs; everything that is not ours stays. */
export function replaySearch({ search, run = null, filter = everyRun }: { search: string; run?: string | null; filter?: RunFilter }): string {
  const next = new URLSearchParams(search);
  for (const name of ownParameters) next.delete(name);
  next.set('layer', 'replay');
  if (run) next.set('run', run);
  if (filter.node) next.set('node', filter.node);
  if (filter.node && filter.ever) next.set('ever', '1');
  if (filter.status) next.set('status', filter.status);
  if (filter.origin === 'test') next.set('origin', 'test');
  return `?${next}`;
}

/** Opens a run in Replay. The list's filter stays in the address, so that "All runs" leads back to it. */
export function openRun({ run, filter }: { run: string; filter?: RunFilter }): void {
  push(replaySearch({ search: window.location.search, run, filter: filter ?? parseRunUrl(new URLSearchParams(window.location.search)).filter }));
}

/** Opens the list of runs in Replay. */
export function openRuns(filter: RunFilter = everyRun): void {
  push(replaySearch({ search: window.location.search, filter }));
}

// Next keeps `useSearchParams` in step with the history; no request to the server is needed.
function push(search: string): void {
  window.history.pushState(null, '', search);
}
