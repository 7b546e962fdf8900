import type { Graph } from '@wend/contract';
import { noSelection } from './editor-store';
import type { EditorStore, Selection } from './editor-store';

/** Selects exactly these nodes. */
export function selectNodes({ store, ids }: { store: EditorStore; ids: readonly string[] }): void {
  setSelection({ store, selection: { nodes: ids, edges: [] } });
}

export function clearSelection(store: EditorStore): void {
  setSelection({ store, selection: noSelection });
}

export function setSelection({ store, selection }: { store: EditorStore; selection: Selection }): void {
  const before = store.getState().selection;
  if (sameIds(before.nodes, selection.nodes) && sameIds(before.edges, selection.edges)) return;
  const { freshNode } = store.getState();
  store.setState({
    selection,
    freshNode: freshNode !== null && selection.nodes.includes(freshNode) ? freshNode : null,
  });
}

/** Asks the canvas to bring these nodes into view. */
export function revealNodes({ store, ids }: { store: EditorStore; ids: readonly string[] }): void {
  store.setState({ reveal: { ids, at: Date.now() } });
}

type GoToIssueOptions = {
  store: EditorStore;
  nodeId?: string | undefined;
  edgeId?: string | undefined;
  path?: string | undefined;
};

/** Goes to where an issue is: the node (selected and in view) and the field in its panel. */
export function goToIssue({ store, nodeId, edgeId, path }: GoToIssueOptions): void {
  const { graph } = store.getState();
  if (edgeId && !nodeId) {
    setSelection({ store, selection: { nodes: [], edges: [edgeId] } });
    const edge = graph.edges.find((each) => each.id === edgeId);
    if (edge) revealNodes({ store, ids: [edge.from, edge.to] });
    return;
  }
  if (nodeId && graph.nodes[nodeId]) {
    selectNodes({ store, ids: [nodeId] });
    revealNodes({ store, ids: [nodeId] });
  } else {
    clearSelection(store);
  }
  store.setState({ freshNode: null, fieldFocus: { nodeId: nodeId ?? null, path: path ?? null, at: Date.now() } });
}

export type Direction = 'up' | 'down' | 'left' | 'right';

type NeighbourOptions = {
  graph: Graph;
  from: string;
  direction: Direction;
};

/**
 * The node that an arrow key leads to: down and up follow edges, left and right go to the neighbours of the same row.
 * When there is no such node the nearest one in that direction.
 */
export function neighbour({ graph, from, direction }: NeighbourOptions): string | null {
  const here = graph.nodes[from];
  if (!here)
    return (
      Object.values(graph.nodes).sort((a, b) => a.position.y - b.position.y || a.position.x - b.position.x)[0]?.id ??
      null
    );
  const linked =
    direction === 'down'
      ? graph.edges.filter((edge) => edge.from === from).map((edge) => edge.to)
      : direction === 'up'
        ? graph.edges.filter((edge) => edge.to === from).map((edge) => edge.from)
        : [];
  const nearest = (ids: readonly string[]) =>
    ids
      .flatMap((id) => graph.nodes[id] ?? [])
      .map((node) => ({ id: node.id, dx: node.position.x - here.position.x, dy: node.position.y - here.position.y }))
      .sort((a, b) => Math.abs(a.dx) - Math.abs(b.dx) || Math.abs(a.dy) - Math.abs(b.dy))[0]?.id ?? null;
  const byEdge = nearest(linked.filter((id) => id !== from));
  if (byEdge) return byEdge;
  return inDirection({ graph, from, direction });
}

function inDirection({ graph, from, direction }: { graph: Graph; from: string; direction: Direction }): string | null {
  const here = graph.nodes[from];
  if (!here) return null;
  const across = direction === 'left' || direction === 'right';
  const sign = direction === 'left' || direction === 'up' ? -1 : 1;
  return (
    Object.values(graph.nodes)
      .filter((node) => node.id !== from)
      .map((node) => {
        const dx = node.position.x - here.position.x;
        const dy = node.position.y - here.position.y;
        return { id: node.id, along: (across ? dx : dy) * sign, aside: Math.abs(across ? dy : dx) };
      })
      .filter(({ along, aside }) => along > 20 && aside < (across ? 60 : 400))
      .sort((a, b) => a.along + a.aside * 3 - (b.along + b.aside * 3))[0]?.id ?? null
  );
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((id, index) => id === b[index]));
}
