'use client';

import { manifestOf } from '@wend/contract/plain';
import type { Graph, LiveFigures, Manifests } from '@wend/contract';
import { useEffect, useRef } from 'react';
import { useCanvasDecorationStore } from '../canvas/decoration';
import type { CanvasDecorationStore, EdgeDecoration, NodeDecoration } from '../canvas/decoration';
import { useEditor } from '../store/editor-context';
import { formatShare } from '../runs/format';
import { CardFooter } from './card-footer';
import { cardFigures, edgeWidth, largestFlow, newPassages, passageKey, portShares } from './live-figures';
import { useLive, useLiveStream, useVersion } from './use-live';

/** On the first look only what just passed moves. */
const firstLook = 15_000;
/** More dots than this on one edge at once tell no more. */
const mostDots = 4;
const dotGap = 380;

/** Lays the figures on the canvas and keeps them fresh. Draws nothing itself. */
export function LiveEffects({ journeyId }: { journeyId: string }) {
  useLiveStream(journeyId);
  const live = useLive(journeyId).data;
  const graph = useVersion({ journeyId, version: live?.version }).data?.graph;
  const manifests = useEditor((state) => state.manifestMap);
  const store = useCanvasDecorationStore();
  const kept = useRef(new Map<string, { signature: string; decoration: NodeDecoration }>());
  useEffect(() => {
    if (!live || !graph) return;
    store.setState(({ edges }) => ({ graph, nodes: nodeDecorations({ live, graph, manifests, kept: kept.current }), edges: edgeDecorations({ live, graph, before: edges }) }));
  }, [live, graph, manifests, store]);
  usePassages({ live, graph, store });
  return null;
}

function nodeDecorations({ live, graph, manifests, kept }: { live: LiveFigures; graph: Graph; manifests: Manifests; kept: Map<string, { signature: string; decoration: NodeDecoration }> }): Record<string, NodeDecoration> {
  return Object.fromEntries(Object.values(graph.nodes).map((node) => {
    const figures = cardFigures({ figures: live.nodes[node.id], manifest: manifestOf(manifests, node) });
    const signature = JSON.stringify(figures);
    const before = kept.get(node.id);
    const decoration = before?.signature === signature ? before.decoration : { footer: <CardFooter node={node.id} figures={figures} /> };
    kept.set(node.id, { signature, decoration });
    return [node.id, decoration];
  }));
}

function edgeDecorations({ live, graph, before }: { live: LiveFigures; graph: Graph; before: Readonly<Record<string, EdgeDecoration>> }): Record<string, EdgeDecoration> {
  const largest = largestFlow(live);
  return Object.fromEntries(graph.edges.map((edge) => {
    const figures = live.nodes[edge.from];
    const share = portShares(figures)[edge.port];
    const ways = graph.edges.filter((each) => each.from === edge.from).length;
    const suffix = share === undefined || (ways < 2 && share === 1) ? undefined : formatShare(share);
    const width = Math.round(edgeWidth({ flow: figures?.ports[edge.port] ?? 0, largest }) * 10) / 10;
    const old = before[edge.id];
    return [edge.id, old && old.suffix === suffix && old.width === width ? old : { ...old, suffix, width }];
  }));
}

/** A dot for each passage, one after the other. */
function usePassages({ live, graph, store }: { live: LiveFigures | undefined; graph: Graph | undefined; store: CanvasDecorationStore }): void {
  const since = useRef<number | null>(null);
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  useEffect(() => {
    if (!live || !graph) return;
    const { counts, newest } = newPassages({ recent: live.recent, since: since.current ?? Date.parse(live.at) - firstLook });
    since.current = newest;
    for (const edge of graph.edges) {
      const count = Math.min(mostDots, counts.get(passageKey({ node: edge.from, port: edge.port })) ?? 0);
      for (let dot = 0; dot < count; dot += 1) {
        const timer = setTimeout(() => {
          timers.current.delete(timer);
          store.setState(({ edges }) => ({ edges: { ...edges, [edge.id]: { ...edges[edge.id], pulse: (edges[edge.id]?.pulse ?? 0) + 1 } } }));
        }, dot * dotGap);
        timers.current.add(timer);
      }
    }
  }, [live, graph, store]);
  useEffect(() => {
    const running = timers.current;
    return () => running.forEach(clearTimeout);
  }, []);
}
