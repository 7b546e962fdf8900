'use client';

import { withInside } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useEditor } from '../store/editor-context';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { EntryBatches } from '@/features/ways-in/entry-batches';
import { withCards } from './card-figures-inside';
import { LiveJourney } from './live-journey';
import { LiveNode } from './live-node';
import { NobodyYet, NotPublished } from './live-empty';
import { useLive, useVersion } from './use-live';
import { VersionChoice } from './version-choice';

/** Right of the canvas: the selected node's people, or the whole journey. */
export function LivePanel({ journeyId }: { journeyId: string }) {
  const t = useTranslations('editor-live.livePanel');
  const live = useLive(journeyId);
  const version = useVersion({ journeyId, version: live.data?.version });
  const selected = useEditor((state) => (state.selection.nodes.length === 1 ? state.selection.nodes[0] : undefined));
  if (live.isPending) return <ListSkeleton rows={4} className="py-4" />;
  if (live.isError && !live.data)
    return <ErrorState error={live.error} onRetry={() => void live.refetch()} title={t('failed')} />;
  if (live.data.version === null) return <NotPublished />;
  if (version.isError)
    return <ErrorState error={version.error} onRetry={() => void version.refetch()} title={t('versionFailed')} />;
  if (!version.data) return <ListSkeleton rows={4} className="py-4" />;
  const { graph: drawn, inside } = version.data;
  const graph = withInside({ graph: drawn, inside });
  const figures = withCards(live.data, inside);
  const node = selected === undefined ? undefined : drawn.nodes[selected];
  return (
    <>
      <VersionChoice live={live.data} />
      {node ? null : (
        <div className="px-5 pt-4 empty:hidden">
          <EntryBatches journeyId={journeyId} nameOf={(id) => graph.nodes[id]?.name ?? id} />
        </div>
      )}
      {node ? (
        <LiveNode
          journeyId={journeyId}
          node={node}
          graph={graph}
          figures={figures.nodes[node.id]}
          all={figures.nodes}
          version={live.data.allVersions ? null : live.data.version}
        />
      ) : live.data.entered === 0 && live.data.allVersions ? (
        <NobodyYet graph={drawn} />
      ) : (
        <LiveJourney journeyId={journeyId} live={live.data} graph={graph} />
      )}
    </>
  );
}
