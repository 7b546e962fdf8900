'use client';

import type { Graph } from '@wend/contract';
import { createContext, useContext } from 'react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';

/**
 * What a layer (Live, Replay) lays on the canvas. It changes without the graph and many times a minute, so it has a
 * store of its own: each card and each edge subscribes to its own entry only. Keep entries that did not change
 * identical (same object) between writes.
 */
export type NodeDecoration = {
  /** A line below the card's text, divided from it. */
  footer?: ReactNode;
  /** `dim`: not part of what is shown; `path`: lies on the path; `active`: where the person is now. */
  state?: 'dim' | 'active' | 'path' | undefined;
  /** A number at the card's upper left corner, as Replay numbers the path. */
  badge?: number | undefined;
};
export type EdgeDecoration = {
  /** Follows the port's label: "After 1 day · 44%". */
  suffix?: string | undefined;
  /** Stroke width in px, 1.5 when absent. */
  width?: number | undefined;
  /** `dim`: dashed and faint; `path`: in the accent. */
  state?: 'dim' | 'path' | undefined;
  /**
   * Grows with every passage: a dot travels along the edge each time it changes (never when the person prefers reduced
   * motion).
   */
  pulse?: number | undefined;
};
export type CanvasDecoration = {
  /** Shown instead of the draft: the published version in Live, the run's own version in Replay. */
  graph: Graph | null;
  nodes: Readonly<Record<string, NodeDecoration>>;
  /** By edge id. */
  edges: Readonly<Record<string, EdgeDecoration>>;
};
export type CanvasDecorationStore = StoreApi<CanvasDecoration>;

const bare: CanvasDecoration = { graph: null, nodes: {}, edges: {} };

export function createCanvasDecoration(): CanvasDecorationStore {
  return createStore<CanvasDecoration>(() => bare);
}

/** Takes everything off the canvas again; the shell calls it when the layer changes. */
export function clearDecoration(store: CanvasDecorationStore): void {
  store.setState(bare, true);
}

const DecorationContext = createContext<CanvasDecorationStore | null>(null);

export function CanvasDecorationProvider({ store, children }: { store: CanvasDecorationStore; children: ReactNode }) {
  return <DecorationContext.Provider value={store}>{children}</DecorationContext.Provider>;
}

export function useCanvasDecorationStore(): CanvasDecorationStore {
  const store = useContext(DecorationContext);
  if (!store) throw new Error('useCanvasDecorationStore needs a CanvasDecorationProvider above it');
  return store;
}

export function useNodeDecoration(id: string): NodeDecoration | undefined {
  return useStore(useCanvasDecorationStore(), (state) => state.nodes[id]);
}

export function useEdgeDecoration(id: string): EdgeDecoration | undefined {
  return useStore(useCanvasDecorationStore(), (state) => state.edges[id]);
}

export function useShownGraph(): Graph | null {
  return useStore(useCanvasDecorationStore(), (state) => state.graph);
}

/**
 * What lies on all edges: for what places their words beside one another. Edges themselves subscribe to their own
 * entry.
 */
export function useEdgeDecorations(): CanvasDecoration['edges'] {
  return useStore(useCanvasDecorationStore(), (state) => state.edges);
}
