'use client';

import { api } from '@wend/contract/plain';
import type { Graph } from '@wend/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { call } from '@/lib/api-client';
import { useVersion } from '../live/use-live';
import { useEditor } from '../store/editor-context';
import { inOrder, useVersionUrl } from './version-url';
import type { Shown } from './version-url';

/** All versions of a journey, newest first, a page at a time. */
export function useVersionList(journeyId: string) {
  return useInfiniteQuery({
    queryKey: ['journeys', journeyId, 'version-list'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call(api.versions, {
        params: { id: journeyId },
        query: pageParam === undefined ? {} : { cursor: pageParam },
        signal,
      }),
    getNextPageParam: (last) => last.next ?? undefined,
    staleTime: 5_000,
  });
}

/** The graphs of what the address asks for. `before` is there only where two are compared. */
export function useVersionView(journeyId: string): {
  shown: Shown | null;
  before: { which: Shown; graph: Graph | undefined } | null;
  after: { which: Shown; graph: Graph | undefined } | null;
  error: Error | null;
} {
  const { shown, against } = useVersionUrl();
  const one = useShownGraph({ journeyId, which: shown });
  const other = useShownGraph({ journeyId, which: against });
  const error = one.error ?? other.error;
  if (shown === null) return { shown, before: null, after: null, error };
  if (against === null) return { shown, before: null, after: { which: shown, graph: one.graph }, error };
  const [first] = inOrder(shown, against);
  const [mine, theirs] = [
    { which: shown, graph: one.graph },
    { which: against, graph: other.graph },
  ];
  return first === shown
    ? { shown, before: mine, after: theirs, error }
    : { shown, before: theirs, after: mine, error };
}

function useShownGraph({ journeyId, which }: { journeyId: string; which: Shown | null }): {
  graph: Graph | undefined;
  error: Error | null;
} {
  const draft = useEditor((state) => state.graph);
  const version = useVersion({ journeyId, version: which === 'draft' ? null : which });
  return which === 'draft' ? { graph: draft, error: null } : { graph: version.data?.graph, error: version.error };
}
