'use client';

import { compareGraphs } from '@wend/contract/plain';
import type { Graph, Manifests } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import type { Translator } from '@/i18n/translator';
import { useCanvasDecorationStore } from '../canvas/decoration';
import type { CanvasDecoration, NodeDecoration } from '../canvas/decoration';
import { markIcons } from '../compare/change-list';
import { fieldWords, marksOf, mergedGraph } from '../compare/change-words';
import type { Mark } from '../compare/change-words';
import { useEditor } from '../store/editor-context';
import { useVersionView } from './use-versions';

/** Draws the version that is shown, or two of them in one picture with marks on what differs. */
export function VersionEffects({ journeyId }: { journeyId: string }) {
  const t = useTranslations('editor-compare');
  const store = useCanvasDecorationStore();
  const manifests = useEditor((state) => state.manifestMap);
  const { before, after } = useVersionView(journeyId);
  useEffect(() => {
    const shown = after?.graph ?? null;
    if (!before || !shown) store.setState({ graph: shown, nodes: {}, edges: {} }, true);
    else if (before.graph) store.setState(decorationOf(t, { before: before.graph, after: shown, manifests }), true);
  }, [store, t, manifests, before?.graph, after?.graph, before === null]);
  return null;
}

function decorationOf(
  t: Translator<'editor-compare'>,
  { before, after, manifests }: { before: Graph; after: Graph; manifests: Manifests },
): CanvasDecoration {
  const changes = compareGraphs({ before, after });
  const marks = marksOf(changes);
  const { graph, gone, come } = mergedGraph({ before, after });
  const fields = new Map(
    changes.changed.map((each) => [each.node.id, fieldWords(t, { ...each, manifests }).join(', ')]),
  );
  const nodes = Object.fromEntries(
    Object.keys(graph.nodes).map((id): [string, NodeDecoration] => {
      const own = marks.get(id);
      if (!own) return [id, { state: 'dim' }];
      return [id, { footer: <CardMarks marks={own} fields={fields.get(id)} /> }];
    }),
  );
  const edges = Object.fromEntries(
    graph.edges.flatMap(({ id }): [string, CanvasDecoration['edges'][string]][] =>
      gone.has(id)
        ? [[id, { state: 'dim', suffix: t('mark.removed') }]]
        : come.has(id)
          ? [[id, { state: 'path', suffix: t('mark.added') }]]
          : [],
    ),
  );
  return { graph, nodes, edges };
}

function CardMarks({ marks, fields }: { marks: readonly Mark[]; fields: string | undefined }) {
  const t = useTranslations('editor-compare');
  const words = marks.map((mark) =>
    mark === 'changed' && fields ? t('changedFields', { fields }) : t(`mark.${mark}`),
  );
  return (
    <span className="flex min-w-0 items-center gap-1.5" data-marks={marks.join(' ')} title={words.join(', ')}>
      {marks.map((mark) => (
        <span key={mark} className="shrink-0">
          {markIcons[mark]}
        </span>
      ))}
      <span className="truncate">{words.join(', ')}</span>
    </span>
  );
}
