'use client';

import { manifestOf, portsOver } from '@wend/contract/plain';
import type { Graph, LiveFigures, Manifests } from '@wend/contract';
import { useEffect, useMemo, useRef } from 'react';
import { useCanvasDecorationStore } from '../canvas/decoration';
import type { CanvasDecorationStore, EdgeDecoration, NodeDecoration } from '../canvas/decoration';
import { useEditor } from '../store/editor-context';
import { formatShare } from '../runs/format';
import { withCards } from './card-figures-inside';
import { CardFooter } from './card-footer';
import {
  cardFigures,
  edgeWidth,
  flowOver,
  largestFlow,
  newPassages,
  passageKey,
  sentOfQueued,
  shareOver,
} from './live-figures';
import type { LiveTexts } from './live-figures';
import { useLiveTexts } from './use-live-texts';
import { useLive, useLiveStream, useVersion } from './use-live';

/** On the first look only what just passed moves. */
const firstLook = 15_000;
/** More dots than this on one edge at once tell no more. */
const mostDots = 4;
const dotGap = 380;

/** Lays the figures on the canvas and keeps them fresh. Draws nothing itself. */
export function LiveEffects({ journeyId }: { journeyId: string }) {
  useLiveStream(journeyId);
  const figures = useLive(journeyId).data;
  const version = useVersion({ journeyId, version: figures?.version }).data;
  const graph = version?.graph;
  const live = useMemo(() => figures && version && withCards(figures, version.inside), [figures, version]);
  const manifests = useEditor((state) => state.manifestMap);
  const texts = useLiveTexts();
  const store = useCanvasDecorationStore();
  const kept = useRef(new Map<string, { signature: string; decoration: NodeDecoration }>());
  useEffect(() => {
    if (!live || !graph) return;
    store.setState(({ edges }) => ({
      graph,
      nodes: nodeDecorations({ live, graph, manifests, texts, kept: kept.current }),
      edges: edgeDecorations({ live, graph, manifests, texts, before: edges }),
    }));
  }, [live, graph, manifests, texts, store]);
  usePassages({ live, graph, manifests, store });
  return null;
}

type NodeDecorationsOptions = {
  live: LiveFigures;
  graph: Graph;
  manifests: Manifests;
  texts: LiveTexts;
  kept: Map<string, { signature: string; decoration: NodeDecoration }>;
};

function nodeDecorations({
  live,
  graph,
  manifests,
  texts,
  kept,
}: NodeDecorationsOptions): Record<string, NodeDecoration> {
  return Object.fromEntries(
    Object.values(graph.nodes).flatMap((node): [string, NodeDecoration][] => {
      const manifest = manifestOf(manifests, node);
      if (manifest?.note) return [];
      const figures = cardFigures(texts, { figures: live.nodes[node.id], manifest });
      const version = live.allVersions ? null : live.version;
      const signature = JSON.stringify([figures, version]);
      const before = kept.get(node.id);
      const decoration =
        before?.signature === signature
          ? before.decoration
          : { footer: <CardFooter node={node.id} figures={figures} version={version} /> };
      kept.set(node.id, { signature, decoration });
      return [[node.id, decoration]];
    }),
  );
}

type EdgeDecorationsOptions = {
  live: LiveFigures;
  graph: Graph;
  manifests: Manifests;
  texts: LiveTexts;
  before: Readonly<Record<string, EdgeDecoration>>;
};

function edgeDecorations({
  live,
  graph,
  manifests,
  texts,
  before,
}: EdgeDecorationsOptions): Record<string, EdgeDecoration> {
  const largest = largestFlow(live);
  return Object.fromEntries(
    graph.edges.map((edge) => {
      const figures = live.nodes[edge.from];
      const ports = portsTaking({ graph, edge, manifests });
      const share = shareOver({ figures, ports });
      const ways = graph.edges.filter((each) => each.from === edge.from).length;
      const sent = edge.port === 'queued' ? sentOfQueued(texts, figures) : undefined;
      const suffix = sent ?? (share === undefined || (ways < 2 && share === 1) ? undefined : formatShare(share));
      const width = Math.round(edgeWidth({ flow: flowOver({ figures, ports }), largest }) * 10) / 10;
      const old = before[edge.id];
      return [edge.id, old && old.suffix === suffix && old.width === width ? old : { ...old, suffix, width }];
    }),
  );
}

type PortsTakingOptions = {
  graph: Graph;
  edge: Graph['edges'][number];
  manifests: Manifests;
};

function portsTaking({ graph, edge, manifests }: PortsTakingOptions): string[] {
  const node = graph.nodes[edge.from];
  return portsOver({ graph, edge, manifest: node && manifestOf(manifests, node) });
}

type UsePassagesOptions = {
  live: LiveFigures | undefined;
  graph: Graph | undefined;
  manifests: Manifests;
  store: CanvasDecorationStore;
};

/** A dot for each passage, one after the other. */
function usePassages({ live, graph, manifests, store }: UsePassagesOptions): void {
  const since = useRef<number | null>(null);
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  useEffect(() => {
    if (!live || !graph) return;
    const { counts, newest } = newPassages({
      recent: live.recent,
      since: since.current ?? Date.parse(live.at) - firstLook,
    });
    since.current = newest;
    for (const edge of graph.edges) {
      const ports = portsTaking({ graph, edge, manifests });
      const count = Math.min(
        mostDots,
        ports.reduce((sum, port) => sum + (counts.get(passageKey({ node: edge.from, port })) ?? 0), 0),
      );
      for (let dot = 0; dot < count; dot += 1) {
        const timer = setTimeout(() => {
          timers.current.delete(timer);
          store.setState(({ edges }) => ({
            edges: { ...edges, [edge.id]: { ...edges[edge.id], pulse: (edges[edge.id]?.pulse ?? 0) + 1 } },
          }));
        }, dot * dotGap);
        timers.current.add(timer);
      }
    }
  }, [live, graph, manifests, store]);
  useEffect(() => {
    const running = timers.current;
    return () => running.forEach(clearTimeout);
  }, []);
}
