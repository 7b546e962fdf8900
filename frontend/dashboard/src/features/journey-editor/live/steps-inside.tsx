'use client';

import { manifestOf, outermost, wayOutAt } from '@wend/contract/plain';
import type { Graph, LiveFigures } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { NodeIcon } from '../node-types/node-icon';
import { useEditor } from '../store/editor-context';
import { everyRun, openRuns } from '../runs/run-url';
import { Door, PanelPart } from './live-parts';

type StepsInsideProps = {
  card: string;
  /** With the steps inside. */
  graph: Graph;
  figures: LiveFigures['nodes'];
  version: number | null;
};

/** The steps that stand in the place of a sub-journey's card: who waits at each, and how many came. */
export function StepsInside({ card, graph, figures, version }: StepsInsideProps) {
  const t = useTranslations('editor-live.stepsInside');
  const manifests = useEditor((state) => state.manifestMap);
  const under = `${graph.nodes[card]?.name ?? ''} › `;
  const steps = Object.values(graph.nodes).filter(
    (node) => node.id !== card && outermost(node.id) === card && !wayOutAt(node),
  );
  return (
    <PanelPart title={t('title')}>
      <table className="w-full tabular-nums">
        <thead>
          <tr className="text-left text-xs text-muted">
            <th scope="col" className="font-normal">
              {t('step')}
            </th>
            <th scope="col" className="w-16 pl-2 text-right font-normal">
              {t('here')}
            </th>
            <th scope="col" className="w-16 pl-2 text-right font-normal">
              {t('came')}
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map((node) => {
            const { waiting = 0, entered = 0 } = figures[node.id] ?? {};
            const runs = { ...everyRun, node: node.id, version };
            return (
              <tr key={node.id}>
                <th scope="row" className="max-w-0 py-1 text-left font-normal">
                  <span className="flex min-w-0 items-center gap-2">
                    <NodeIcon manifest={manifestOf(manifests, node) ?? null} size={24} />
                    <span className="truncate">
                      {node.name.startsWith(under) ? node.name.slice(under.length) : node.name}
                    </span>
                  </span>
                </th>
                <td className="pl-2 text-right">
                  <Door count={waiting} onOpen={() => openRuns(runs)} />
                </td>
                <td className="pl-2 text-right">
                  <Door count={entered} onOpen={() => openRuns({ ...runs, ever: true })} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </PanelPart>
  );
}
