import { applyNodeChanges } from '@xyflow/react';
import type { EdgeChange, NodeChange } from '@xyflow/react';
import { useTranslations } from 'next-intl';
import { useCallback, useMemo, useRef, useState } from 'react';
import { moveNodes } from '../store/actions';
import { useEditor, useEditorStore } from '../store/editor-context';
import { setSelection } from '../store/select';
import { useEdgeDecorations, useShownGraph } from './decoration';
import { derive, mergeEdges, mergeNodes, withHandles } from './derive';
import type { CardNode, Derived, LinkEdge } from './derive';
import { cardHeight } from './geometry';
import type { Routes } from './routing';

/**
 * React Flow's arrays. The graph decides what they hold; React Flow writes to them only measured sizes and, while a
 * drag lasts, positions, which reach the graph once, when the drag stops.
 */
export function useFlowElements({ editable }: { editable: boolean }) {
  const texts = useTranslations('editor-canvas.derive');
  const store = useEditorStore();
  const draft = useEditor((state) => state.graph);
  const manifests = useEditor((state) => state.manifestMap);
  const selection = useEditor((state) => state.selection);
  const graph = useShownGraph() ?? draft;
  const suffixes = useEdgeDecorations();
  const last = useRef<Derived | null>(null);
  const [local, setLocal] = useState<CardNode[]>([]);
  const heights = useHeights(local);
  const derived = useMemo(
    () => (last.current = derive({ texts, graph, manifests, previous: last.current, heights, suffixes })),
    [texts, graph, manifests, heights, suffixes],
  );
  const routes = useRef<Routes | null>(null);
  routes.current = derived.routes;

  const nodes = useMemo(() => mergeNodes({ derived, previous: local, selection }), [derived, local, selection]);
  const lastEdges = useRef<LinkEdge[]>([]);
  const edges = useMemo(
    () => (lastEdges.current = mergeEdges({ derived, previous: lastEdges.current, selection })),
    [derived, selection],
  );
  const shown = useRef(nodes);
  shown.current = nodes;

  const onNodesChange = useCallback(
    (changes: NodeChange<CardNode>[]) => {
      applySelectionChanges({ store, changes, kind: 'nodes' });
      const geometry = changes.filter((change) => change.type === 'position' || change.type === 'dimensions');
      if (geometry.length === 0) return;
      const resized = new Set(geometry.flatMap((change) => (change.type === 'dimensions' ? [change.id] : [])));
      const next = applyNodeChanges(geometry, shown.current);
      shown.current = resized.size === 0 ? next : next.map((node) => (resized.has(node.id) ? withHandles(node) : node));
      setLocal(shown.current);
    },
    [store],
  );

  const onEdgesChange = useCallback(
    (changes: EdgeChange[]) => applySelectionChanges({ store, changes, kind: 'edges' }),
    [store],
  );

  const onNodeDragStop = useCallback(
    (_event: unknown, _node: unknown, dragged: CardNode[]) => {
      if (editable)
        moveNodes({ store, positions: Object.fromEntries(dragged.map((node) => [node.id, node.position])) });
    },
    [store, editable],
  );
  const onSelectionDragStop = useCallback(
    (_event: unknown, dragged: CardNode[]) => {
      if (editable)
        moveNodes({ store, positions: Object.fromEntries(dragged.map((node) => [node.id, node.position])) });
    },
    [store, editable],
  );

  const handlers = useMemo(
    () => ({ onNodesChange, onEdgesChange, onNodeDragStop, onSelectionDragStop }),
    [onNodesChange, onEdgesChange, onNodeDragStop, onSelectionDragStop],
  );
  return { nodes, edges, handlers, routes };
}

/**
 * The heights of cards that are not as high as most; the same object while they stay the same, such as during a drag.
 */
function useHeights(nodes: readonly CardNode[]): ReadonlyMap<string, number> {
  const last = useRef<ReadonlyMap<string, number>>(new Map());
  return useMemo(() => {
    const heights = new Map(
      nodes.flatMap(({ id, measured }) =>
        measured?.height !== undefined && measured.height !== cardHeight ? [[id, measured.height] as const] : [],
      ),
    );
    const same =
      heights.size === last.current.size && [...heights].every(([id, height]) => last.current.get(id) === height);
    if (!same) last.current = heights;
    return last.current;
  }, [nodes]);
}

type ApplySelectionChangesOptions = {
  store: ReturnType<typeof useEditorStore>;
  changes: readonly { type: string }[];
  kind: 'nodes' | 'edges';
};

/** React Flow reports selections as changes; the store holds the selection. */
function applySelectionChanges({ store, changes, kind }: ApplySelectionChangesOptions): void {
  const selects = changes.filter((change) => change.type === 'select') as unknown as readonly {
    id: string;
    selected: boolean;
  }[];
  if (selects.length === 0) return;
  const { selection } = store.getState();
  const ids = new Set(selection[kind]);
  for (const change of selects) {
    if (change.selected) ids.add(change.id);
    else ids.delete(change.id);
  }
  setSelection({ store, selection: { ...selection, [kind]: [...ids] } });
}
