'use client';

import { manifestOf, outermost, portsOver, stepOf, wayOutAt } from '@wend/contract/plain';
import type { Graph } from '@wend/contract';
import { useEffect, useRef } from 'react';
import { useCanvasDecorationStore } from '../canvas/decoration';
import type { EdgeDecoration, NodeDecoration } from '../canvas/decoration';
import { hoverTime } from '../runs/format';
import { useEditor, useEditorStore } from '../store/editor-context';
import { clearSelection, revealNodes, selectNodes } from '../store/select';
import { cardTimes } from './card-times';
import type { ReplayTexts } from './replay-texts';
import type { VisitMoment } from './replay-model';
import { goToMoment } from './replay-store';
import { useReplay } from './use-replay';
import type { ReplayView } from './use-replay';

/** Draws the path of the run on the canvas and keeps the selected card and the moment together. */
export function ReplayEffects() {
  const { run, view } = useReplay();
  const store = useCanvasDecorationStore();
  useEffect(() => {
    if (view) store.setState(decorationOf(view), true);
    else if (run === null) store.setState({ graph: null, nodes: {}, edges: {} }, true);
    // The view is made anew with each render; these are what it is drawn from.
  }, [store, run, view?.replay, view?.visit, view?.moment]);
  useSelectionTogether(view);
  usePlaying(view);
  return null;
}

function decorationOf({ texts, detail, manifests, replay, moment, visit: current, zone, their }: ReplayView): {
  graph: ReplayView['detail']['graph'];
  nodes: Record<string, NodeDecoration>;
  edges: Record<string, EdgeDecoration>;
} {
  const made = replay.path.filter((each) => each.number <= current.number);
  // What happens inside of a sub-journey happens on its card.
  const latest = new Map(made.map((each) => [outermost(each.node), each]));
  const nodes = Object.fromEntries(
    Object.keys(detail.graph.nodes).map((id): [string, NodeDecoration] => {
      const visit = latest.get(id);
      if (!visit) return [id, { state: 'dim' }];
      return [
        id,
        {
          state: visit === current ? 'active' : 'path',
          badge: visit.number,
          footer: <CardTimes texts={texts} visit={visit} due={detail.wait?.until ?? null} zone={zone} their={their} />,
        },
      ];
    }),
  );
  // The way out of the present visit too: it is what the panel gives the reason for. Between visits it is not taken
  // yet.
  const taken = new Set(
    (moment.kind === 'visit' ? made : made.slice(0, -1)).map((each) => {
      const { node, port } = wayOutAt(stepOf(detail, each.node)) ?? each;
      return `${node}:${port}`;
    }),
  );
  // A way that nothing was connected to may have gone on by another one's line: where they came next says so.
  const went = new Set(
    made.flatMap((each, index) => {
      const next = made[index + 1];
      return next ? [`${each.node}:${each.port}:${next.node}`] : [];
    }),
  );
  const isTaken = (edge: Graph['edges'][number]) => {
    const node = detail.graph.nodes[edge.from];
    const others = portsOver({ graph: detail.graph, edge, manifest: node && manifestOf(manifests, node) }).slice(1);
    return taken.has(`${edge.from}:${edge.port}`) || others.some((port) => went.has(`${edge.from}:${port}:${edge.to}`));
  };
  const edges = Object.fromEntries(
    detail.graph.edges.map((edge): [string, EdgeDecoration] => [edge.id, { state: isTaken(edge) ? 'path' : 'dim' }]),
  );
  return { graph: detail.graph, nodes, edges };
}

type CardTimesProps = {
  texts: ReplayTexts;
  visit: VisitMoment;
  due: string | null;
  zone: string | null;
  their: string | null;
};

function CardTimes({ texts, visit, due, zone, their }: CardTimesProps) {
  return (
    <span className="block font-mono text-2xs leading-4" title={hoverTime(texts.time, { at: visit.at, their })}>
      {cardTimes({ texts, visit, due, zone })}
    </span>
  );
}

/** Choosing a moment selects its card; choosing a card on the path goes to its visit. */
function useSelectionTogether(view: ReplayView | null): void {
  const editor = useEditorStore();
  const selected = useEditor((state) => (state.selection.nodes.length === 1 ? state.selection.nodes[0] : undefined));
  const shownFor = useRef<string | null>(null);
  const node = view ? outermost(view.visit.node) : undefined;
  const momentKey = view ? `${view.detail.id} ${view.moment.id}` : null;
  useEffect(() => {
    if (momentKey === null || node === undefined) return;
    shownFor.current = momentKey;
    selectNodes({ store: editor, ids: [node] });
    revealNodes({ store: editor, ids: [node] });
  }, [momentKey, node, editor]);
  useEffect(() => {
    if (!view || selected === undefined || selected === outermost(view.visit.node) || shownFor.current !== momentKey)
      return;
    const visits = view.replay.path.filter((each) => outermost(each.node) === selected);
    const next = visits.findLast((each) => each.number <= view.visit.number) ?? visits[0];
    if (next) goToMoment({ run: view.detail.id, momentId: next.id });
    // Only a new choice of a card is a wish to go there.
  }, [selected]);
  useEffect(() => () => clearSelection(editor), [editor]);
}

const playStep = 1_200;

/** Goes on to the next moment until the end. */
function usePlaying(view: ReplayView | null): void {
  const next = view?.replay.moments[view.index + 1]?.id;
  const { playing = false, detail } = view ?? {};
  const run = detail?.id;
  useEffect(() => {
    if (!playing || run === undefined) return;
    const timer = setTimeout(
      () => goToMoment({ run, momentId: next ?? view?.moment.id ?? null, playing: next !== undefined }),
      playStep,
    );
    return () => clearTimeout(timer);
  }, [playing, next, run]);
}
