'use client';

import { enrollmentStatuses, messageOutcomes } from '@wend/contract/plain';
import type { MessageOutcome } from '@wend/contract';
import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';

/**
 * `ever`: who came to the node at any time; else who is there now. Of those, `port`: who left by it; `outcome`: whose
 * message there came to it (`reason`: why it was not sent). `goal`: who reached it. `version`: of this version only.
 */
export type RunFilter = {
  node: string | null;
  ever: boolean;
  port: string | null;
  outcome: MessageOutcome | null;
  reason: string | null;
  goal: string | null;
  version: number | null;
  status: RunStatus | null;
  origin: 'people' | 'test';
};
export type RunStatus = (typeof enrollmentStatuses)[number];
export const everyRun: RunFilter = {
  node: null,
  ever: false,
  port: null,
  outcome: null,
  reason: null,
  goal: null,
  version: null,
  status: null,
  origin: 'people',
};

/** What the address says about runs: which one is replayed, and how the list is filtered. */
export function useRunUrl(): { run: string | null; filter: RunFilter } {
  const search = useSearchParams();
  const text = search.toString();
  return useMemo(() => parseRunUrl(new URLSearchParams(text)), [text]);
}

export function parseRunUrl(search: URLSearchParams): { run: string | null; filter: RunFilter } {
  const ever = search.has('node') && search.get('ever') === '1';
  const outcome = ever ? (messageOutcomes.find((each) => each === search.get('outcome')) ?? null) : null;
  return {
    run: search.get('run'),
    filter: {
      node: search.get('node'),
      ever,
      port: ever ? search.get('port') : null,
      outcome,
      reason: outcome === 'suppressed' ? search.get('reason') : null,
      goal: search.get('goal'),
      version: parseVersion(search),
      status: enrollmentStatuses.find((each) => each === search.get('status')) ?? null,
      origin: search.get('origin') === 'test' ? 'test' : 'people',
    },
  };
}

export function parseVersion(search: URLSearchParams): number | null {
  const version = Number(search.get('version'));
  return Number.isInteger(version) && version > 0 ? version : null;
}

const ownParameters = [
  'layer',
  'run',
  'node',
  'ever',
  'port',
  'outcome',
  'reason',
  'goal',
  'version',
  'status',
  'origin',
];

type ReplaySearchOptions = {
  search: string;
  run?: string | null;
  filter?: RunFilter;
};

/** The present address with the Replay layer open on a run, or on a list of runs; everything that is not ours stays. */
export function replaySearch({ search, run = null, filter = everyRun }: ReplaySearchOptions): string {
  const next = new URLSearchParams(search);
  for (const name of ownParameters) next.delete(name);
  next.set('layer', 'replay');
  if (run) next.set('run', run);
  if (filter.node) next.set('node', filter.node);
  if (filter.node && filter.ever) next.set('ever', '1');
  if (filter.node && filter.ever && filter.port) next.set('port', filter.port);
  if (filter.node && filter.ever && filter.outcome) next.set('outcome', filter.outcome);
  if (filter.outcome === 'suppressed' && filter.reason) next.set('reason', filter.reason);
  if (filter.goal) next.set('goal', filter.goal);
  if (filter.version) next.set('version', String(filter.version));
  if (filter.status) next.set('status', filter.status);
  if (filter.origin === 'test') next.set('origin', 'test');
  return `?${next}`;
}

/** Opens a run in Replay. The list's filter stays in the address, so that "All runs" leads back to it. */
export function openRun({ run, filter }: { run: string; filter?: RunFilter }): void {
  push(
    replaySearch({
      search: window.location.search,
      run,
      filter: filter ?? parseRunUrl(new URLSearchParams(window.location.search)).filter,
    }),
  );
}

/** Opens the list of runs in Replay. */
export function openRuns(filter: RunFilter = everyRun): void {
  push(replaySearch({ search: window.location.search, filter }));
}

/** Shows the figures of one version, or of all. */
export function chooseVersion(version: number | null): void {
  const next = new URLSearchParams(window.location.search);
  if (version === null) next.delete('version');
  else next.set('version', String(version));
  push(`?${next}`);
}

// Next keeps `useSearchParams` in step with the history; no request to the server is needed.
function push(search: string): void {
  window.history.pushState(null, '', search);
}
