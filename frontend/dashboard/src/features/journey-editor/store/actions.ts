import type { Graph, GraphNode, JsonObject, Manifests, NodeManifest, Position, SettingsChange } from '@wend/contract';
import {
  addNode as putNode,
  addNodeAfter,
  addNodeOnEdge,
  canConnect,
  cardSize,
  cardsOverlap,
  connect,
  disconnect,
  entriesOf,
  isEntry,
  manifestOf,
  moveNodes as movedNodes,
  nodeFromManifest,
  portsOf,
  removeNodes,
  setConfig,
  setName,
  setSettings,
  tooManyNodes,
} from '@wend/contract/plain';
import type { EditorStore, InsertTarget } from './editor-store';
import { pushHistory, redoHistory, undoHistory } from './history';
import type { ChangeLabel } from './history';
import { freePlace, placeBehind, placeOnEdge, rowPitch, snapped } from './placement';
import { clearSelection, revealNodes, selectNodes, setSelection } from './select';

type CommitOptions = {
  store: EditorStore;
  graph: Graph;
  label: ChangeLabel;
  coalesceKey?: string;
};

/**
 * Every change of the draft goes through here: it becomes a named step that can be undone. What no server could store
 * is not made: more steps than a journey can have are refused in words; characters that no text can hold go. Whether
 * anything changed.
 */
export function commit({ store, graph: given, label, coalesceKey }: CommitOptions): boolean {
  const state = store.getState();
  if (!state.editable || given === state.graph) return false;
  const count = Object.keys(given.nodes).length;
  const tooMany = count > Object.keys(state.graph.nodes).length ? tooManyNodes(count) : null;
  if (tooMany !== null) {
    store.setState({ refused: { message: tooMany, at: Date.now() } });
    return false;
  }
  const graph = storable({ graph: given, before: state.graph });
  const history = pushHistory(state.history, { graph, label, coalesceKey, at: Date.now() });
  store.setState({ graph, history, ...unsaved(state.saveState) });
  return true;
}

/**
 * The graph without NUL characters, which a pasted text may hold and no database takes. Only what changed is looked at.
 */
function storable({ graph, before }: { graph: Graph; before: Graph }): Graph {
  const clean = <T>(value: T, old: unknown): T => {
    if (value === old) return value;
    const text = JSON.stringify(value);
    return text.includes('\\u0000')
      ? (JSON.parse(text, (_, item: unknown) => (typeof item === 'string' ? item.replaceAll('\0', '') : item)) as T)
      : value;
  };
  const settings = clean(graph.settings, before.settings);
  const nodes = Object.entries(graph.nodes).map(([id, node]) => [id, clean(node, before.nodes[id])] as const);
  const same = settings === graph.settings && nodes.every(([id, node]) => node === graph.nodes[id]);
  return same ? graph : { ...graph, settings, nodes: Object.fromEntries(nodes) };
}

function unsaved(saveState: string) {
  return saveState === 'conflict' ? {} : { saveState: 'unsaved' as const };
}

export function undo(store: EditorStore): void {
  step({ store, move: undoHistory });
}

export function redo(store: EditorStore): void {
  step({ store, move: redoHistory });
}

function step({ store, move }: { store: EditorStore; move: typeof undoHistory }): void {
  const state = store.getState();
  const history = move(state.history);
  const entry = history.entries[history.pointer];
  if (!state.editable || history === state.history || !entry) return;
  const kept = {
    nodes: state.selection.nodes.filter((id) => entry.graph.nodes[id]),
    edges: state.selection.edges.filter((id) => entry.graph.edges.some((edge) => edge.id === id)),
  };
  store.setState({ history, graph: entry.graph, ...unsaved(state.saveState) });
  setSelection({ store, selection: kept });
}

type MoveNodesOptions = {
  store: EditorStore;
  positions: Readonly<Record<string, { x: number; y: number }>>;
};

export function moveNodes({ store, positions }: MoveNodesOptions): void {
  const { graph } = store.getState();
  const count = Object.keys(positions).length;
  commit({
    store,
    graph: movedNodes(graph, { positions }),
    label:
      count === 1
        ? { text: 'move', values: { step: nameOf(graph.nodes[Object.keys(positions)[0] ?? '']) } }
        : { text: 'moveMany', values: { count } },
  });
}

type AddNodeOptions = {
  store: EditorStore;
  manifest: NodeManifest;
  target: InsertTarget;
};

/**
 * Adds a node of this kind at the target, selects it, and returns its id; null when the target is gone or there is no
 * room.
 */
export function addNode({ store, manifest, target }: AddNodeOptions): string | null {
  const { graph, manifestMap: manifests } = store.getState();
  const added = withNode({ graph, manifests, manifest, target });
  if (!added) return null;
  if (!commit({ store, graph: added.graph, label: { text: 'add', values: { step: manifest.title } } })) return null;
  selectNodes({ store, ids: [added.id] });
  store.setState({ freshNode: added.id });
  revealNodes({ store, ids: [added.id] });
  return added.id;
}

type WithNodeOptions = {
  graph: Graph;
  manifests: Manifests;
  manifest: NodeManifest;
  target: InsertTarget;
};

function withNode({ graph, manifests, manifest, target }: WithNodeOptions): { graph: Graph; id: string } | null {
  const make = (position: { x: number; y: number }) => nodeFromManifest(graph, { manifest, position });
  if (target.kind === 'point') {
    const node = make(freePlace({ graph, at: snapped(target.position) }));
    return { graph: putNode(graph, { node }), id: node.id };
  }
  if (target.kind === 'edge') {
    const edge = graph.edges.find((each) => each.id === target.edgeId);
    const source = edge && graph.nodes[edge.from];
    const end = edge && graph.nodes[edge.to];
    if (!edge || !source || !end) return null;
    const node = make(placeOnEdge({ source, target: end }));
    return {
      graph: clearOf({ graph: addNodeOnEdge(graph, { edgeId: edge.id, node, manifest }), id: node.id }),
      id: node.id,
    };
  }
  const source = graph.nodes[target.nodeId];
  if (!source) return null;
  const sourceManifest = manifestOf(manifests, source);
  const ports = sourceManifest ? portsOf(sourceManifest, source.config) : [];
  const portIndex = Math.max(
    ports.findIndex((port) => port.id === target.port),
    0,
  );
  const node = make(
    target.position
      ? freePlace({ graph, at: snapped(target.position) })
      : placeBehind({ graph, source, portIndex, portCount: ports.length }),
  );
  return { graph: addNodeAfter(graph, { from: source.id, port: target.port, node, manifest }), id: node.id };
}

/** The graph with this card beside what it would lie on. */
function clearOf({ graph, id }: { graph: Graph; id: string }): Graph {
  const { [id]: node, ...nodes } = graph.nodes;
  if (!node || !Object.values(nodes).some((other) => cardsOverlap(other.position, node.position))) return graph;
  return movedNodes(graph, { positions: { [id]: freePlace({ graph: { ...graph, nodes }, at: node.position }) } });
}

type TargetAfterSelectionOptions = {
  store: EditorStore;
  manifest: NodeManifest;
};

/**
 * Where a click in the palette puts a node: behind the selected node's open port, on its only edge, else below
 * everything.
 */
export function targetAfterSelection({ store, manifest }: TargetAfterSelectionOptions): InsertTarget {
  const { graph, selection, manifestMap: manifests } = store.getState();
  const edgeId = selection.edges[0];
  if (edgeId && selection.nodes.length === 0 && !isEntry(manifest)) return { kind: 'edge', edgeId };
  const nodes = Object.values(graph.nodes);
  const chosen = selection.nodes.length === 1 ? graph.nodes[selection.nodes[0] ?? ''] : undefined;
  const lastEntry = isEntry(manifest) ? entriesOf({ graph, manifests }).at(-1) : undefined;
  if (lastEntry) return { kind: 'point', position: besideEntry(lastEntry.node) };
  if (manifest.note && chosen) return { kind: 'point', position: besideEntry(chosen) };
  const behind = isEntry(manifest) || manifest.note ? undefined : (chosen ?? lastOpen({ graph, nodes, manifests }));
  if (behind) {
    const port = openPorts({ graph, node: behind, manifests })[0];
    if (port) return { kind: 'port', nodeId: behind.id, port };
    const edge = graph.edges.find((each) => each.from === behind.id);
    if (edge) return { kind: 'edge', edgeId: edge.id };
  }
  const lowest = nodes.sort((a, b) => b.position.y - a.position.y)[0];
  if (lowest)
    return {
      kind: 'point',
      position: {
        x: lowest.position.x,
        y: isEntry(manifest) ? lowest.position.y - rowPitch * nodes.length : lowest.position.y + rowPitch,
      },
    };
  return { kind: 'point', position: { x: 0, y: 0 } };
}

/** Entries stand side by side. */
function besideEntry({ position }: GraphNode): Position {
  return { x: position.x + cardSize.width + cardSize.nodeGap, y: position.y };
}

function openPorts({ graph, node, manifests }: { graph: Graph; node: GraphNode; manifests: Manifests }): string[] {
  const manifest = manifestOf(manifests, node);
  const used = new Set(graph.edges.filter((edge) => edge.from === node.id).map((edge) => edge.port));
  return manifest
    ? portsOf(manifest, node.config)
        .map((port) => port.id)
        .filter((port) => !used.has(port))
    : [];
}

type LastOpenOptions = {
  graph: Graph;
  nodes: GraphNode[];
  manifests: Manifests;
};

/** The only node whose first port is open: the obvious place to go on when nothing is selected. */
function lastOpen({ graph, nodes, manifests }: LastOpenOptions): GraphNode | undefined {
  const open = nodes.filter(
    (node) => !graph.edges.some((edge) => edge.from === node.id) && openPorts({ graph, node, manifests }).length > 0,
  );
  return open.length === 1 ? open[0] : undefined;
}

type MayConnectOptions = {
  store: EditorStore;
  from: string;
  port: string;
  to: string;
};

export function mayConnect({ store, from, port, to }: MayConnectOptions): boolean {
  const { graph, manifestMap: manifests } = store.getState();
  return canConnect({ graph, manifests, from, port, to }) === true;
}

type ConnectNodesOptions = {
  store: EditorStore;
  from: string;
  port: string;
  to: string;
};

/** Leads a port to a node. Returns why not, in words, when it may not. */
export function connectNodes({ store, from, port, to }: ConnectNodesOptions): string | null {
  const { graph, manifestMap: manifests } = store.getState();
  const allowed = canConnect({ graph, manifests, from, port, to });
  if (allowed !== true) return allowed;
  commit({
    store,
    graph: connect(graph, { from, port, to }),
    label: { text: 'connect', values: { from: nameOf(graph.nodes[from]), to: nameOf(graph.nodes[to]) } },
  });
  return null;
}

type ReconnectEdgeOptions = {
  store: EditorStore;
  edgeId: string;
  from: string;
  port: string;
  to: string;
};

/** Moves an end of an edge to another card or port. Returns why not, in words, when it may not. */
export function reconnectEdge({ store, edgeId, from, port, to }: ReconnectEdgeOptions): string | null {
  const { graph, manifestMap: manifests } = store.getState();
  const without = disconnect(graph, { edgeId });
  const allowed = canConnect({ graph: without, manifests, from, port, to });
  if (allowed !== true) return allowed;
  commit({
    store,
    graph: connect(without, { from, port, to }),
    label: { text: 'connect', values: { from: nameOf(graph.nodes[from]), to: nameOf(graph.nodes[to]) } },
  });
  return null;
}

/** Deletes what is selected, nodes and edges. */
export function removeSelection(store: EditorStore): void {
  const { graph, selection } = store.getState();
  const { nodes, edges } = selection;
  if (nodes.length + edges.length === 0) return;
  const label: ChangeLabel =
    nodes.length === 1
      ? { text: 'delete', values: { step: nameOf(graph.nodes[nodes[0] ?? '']) } }
      : nodes.length > 1
        ? { text: 'deleteMany', values: { count: nodes.length } }
        : { text: 'deleteLine' };
  const without = edges.reduce((current, edgeId) => disconnect(current, { edgeId }), graph);
  commit({ store, graph: removeNodes(without, { ids: nodes }), label });
  clearSelection(store);
}

export function renameNode({ store, id, name }: { store: EditorStore; id: string; name: string }): void {
  const { graph } = store.getState();
  commit({ store, graph: setName(graph, { id, name }), label: { text: 'rename' }, coalesceKey: `${id}/name` });
}

type ConfigureNodeOptions = {
  store: EditorStore;
  id: string;
  config: JsonObject;
  path: string;
};

/** Changes a node's settings; typing at the same `path` joins into one step. Ways out of ports that are gone go too. */
export function configureNode({ store, id, config, path }: ConfigureNodeOptions): void {
  const { graph, manifestMap: manifests } = store.getState();
  const node = graph.nodes[id];
  if (!node) return;
  const manifest = manifestOf(manifests, node);
  commit({
    store,
    graph: setConfig(graph, { id, config, ...(manifest ? { manifest } : {}) }),
    label: { text: 'edit', values: { step: nameOf(node) } },
    coalesceKey: `${id}/${path}`,
  });
}

type ChangeSettingsOptions = {
  store: EditorStore;
  settings: SettingsChange;
  path: string;
};

export function changeSettings({ store, settings, path }: ChangeSettingsOptions): void {
  const { graph } = store.getState();
  commit({
    store,
    graph: setSettings(graph, { settings }),
    label: { text: 'settings' },
    coalesceKey: `settings/${path}`,
  });
}

/**
 * Arranges all nodes, or the selected ones when there are several. What draws graphs is loaded when it is first wanted.
 */
export async function arrange(store: EditorStore): Promise<void> {
  const { layout } = await import('@wend/contract/layout');
  const { graph, selection, manifestMap: manifests } = store.getState();
  const only = selection.nodes.length > 1 ? selection.nodes : undefined;
  const arranged = layout(graph, { manifests, ...(only ? { ids: only } : {}) });
  // On the grid, as dragging puts them: else a card that is dragged could never stand straight below another.
  const positions = Object.fromEntries(
    Object.values(arranged.nodes).map((node) => [
      node.id,
      graph.nodes[node.id]?.position === node.position ? node.position : snapped(node.position),
    ]),
  );
  commit({
    store,
    graph: movedNodes(graph, { positions }),
    label: only ? { text: 'arrangeMany', values: { count: only.length } } : { text: 'arrange' },
  });
}

export function selectAll(store: EditorStore): void {
  selectNodes({ store, ids: Object.keys(store.getState().graph.nodes) });
}

export function nameOf(node: GraphNode | undefined): string {
  return node?.name || node?.type || '?';
}
