'use client';

import { useEditor } from '../store/editor-context';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { LiveJourney } from './live-journey';
import { LiveNode } from './live-node';
import { NobodyYet, NotPublished } from './live-empty';
import { useLive, useVersion } from './use-live';

/** Right of the canvas: the selected node's people, or the whole journey. */
export function LivePanel({ journeyId }: { journeyId: string }) {
  const live = useLive(journeyId);
  const version = useVersion({ journeyId, version: live.data?.version });
  const selected = useEditor((state) => (state.selection.nodes.length === 1 ? state.selection.nodes[0] : undefined));
  if (live.isPending) return <ListSkeleton rows={4} className="py-4" />;
  if (live.isError && !live.data) return <ErrorState error={live.error} onRetry={() => void live.refetch()} title="The figures could not be loaded" />;
  if (live.data.version === null) return <NotPublished />;
  if (version.isError) return <ErrorState error={version.error} onRetry={() => void version.refetch()} title="The published version could not be loaded" />;
  const graph = version.data?.graph;
  if (!graph) return <ListSkeleton rows={4} className="py-4" />;
  const node = selected === undefined ? undefined : graph.nodes[selected];
  if (node) return <LiveNode journeyId={journeyId} node={node} graph={graph} figures={live.data.nodes[node.id]} />;
  if (live.data.entered === 0) return <NobodyYet graph={graph} />;
  return <LiveJourney journeyId={journeyId} live={live.data} graph={graph} />;
}
