import type { Edge, Graph, GraphNode, JourneySettings } from './graph.js';
import { remapReferences } from './edit-references.js';
import type { JsonObject } from './json.js';
import { portsOf } from './manifest-words.js';
import { doubledEdges } from './structure.js';
import type { NodeManifest } from './manifest.js';

/**
 * Edits of a graph: pure functions `(graph, args) => graph`, used by the browser and the server. What does not change
 * keeps its identity, so that undo is a pointer to an older graph and views redraw only what is new. An edit of
 * something that is not there changes nothing.
 */
export type Position = GraphNode['position'];
/** A piece of a graph, as it is copied. */
export type Fragment = { nodes: GraphNode[]; edges: Edge[] };

/** Size of a card on the canvas, and the room between cards. */
export const cardSize = { width: 236, height: 78, rankGap: 74, nodeGap: 40 } as const;

/** A journey without a step. */
export function emptyGraph(): Graph {
  return { nodes: {}, edges: [], settings: { reentry: { rule: 'never' }, exitCriteria: [] } };
}

/**
 * A new id for a node or an item: ten letters and digits by chance, so that figures of a removed node never meet a new
 * one.
 */
export function newId(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  return Array.from({ length: 10 }, () => letters.charAt(Math.floor(Math.random() * letters.length))).join('');
}

/** One edge leaves a port, so its id says which. */
export function edgeId({ from, port }: { from: string; port: string }): string {
  return `${from}:${port}`;
}

/** A node as the palette adds it: the manifest's defaults and a name that is not used yet. */
export function nodeFromManifest(
  graph: Graph,
  {
    manifest,
    position,
    id = newId(),
    config,
  }: { manifest: NodeManifest; position: Position; id?: string; config?: JsonObject },
): GraphNode {
  return {
    id,
    type: manifest.type,
    version: manifest.version,
    name: freeName(graph, manifest.title),
    config: config ?? structuredCloneJson(manifest.defaults),
    position,
  };
}

function freeName(graph: Graph, title: string): string {
  const used = new Set(Object.values(graph.nodes).map((node) => node.name));
  let name = title;
  for (let count = 2; used.has(name); count += 1) name = `${title} ${count}`;
  return name;
}

function structuredCloneJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** Adds a node that leads nowhere yet. */
export function addNode(graph: Graph, { node }: { node: GraphNode }): Graph {
  return { ...graph, nodes: { ...graph.nodes, [node.id]: node } };
}

/**
 * Puts a node into an edge: what led on leads to the node, and the node's first port leads on. A node without ports
 * takes the edge's end away. What lies below moves down when there is too little room.
 */
export function addNodeOnEdge(
  graph: Graph,
  { edgeId: id, node, manifest }: { edgeId: string; node: GraphNode; manifest: Pick<NodeManifest, 'ports'> },
): Graph {
  const edge = graph.edges.find((each) => each.id === id);
  return edge ? addNodeAfter(graph, { from: edge.from, port: edge.port, node, manifest }) : graph;
}

/** Adds a node behind a port, whether or not the port leads on already. */
export function addNodeAfter(
  graph: Graph,
  {
    from,
    port,
    node,
    manifest,
  }: { from: string; port: string; node: GraphNode; manifest: Pick<NodeManifest, 'ports'> },
): Graph {
  if (!graph.nodes[from]) return graph;
  const next = graph.edges.find((edge) => edge.from === from && edge.port === port)?.to;
  const first = portsOf(manifest, node.config)[0]?.id;
  let result = connect(addNode(next ? makeRoom(graph, { below: node.position, start: next, from }) : graph, { node }), {
    from,
    port,
    to: node.id,
  });
  if (next && first !== undefined) result = connect(result, { from: node.id, port: first, to: next });
  return result;
}

/**
 * Moves a node and all that follows it down when it lies too near below a new card at `below`: so far that no card lies
 * on another.
 */
function makeRoom(graph: Graph, { below, start, from }: { below: Position; start: string; from: string }): Graph {
  const top = graph.nodes[start]?.position.y;
  const needed = below.y + cardSize.height + cardSize.rankGap;
  if (top === undefined || top >= needed) return graph;
  const moved = new Set(
    [...reachableFrom(graph, start)].filter((id) => id !== from && (graph.nodes[id]?.position.y ?? 0) >= top),
  );
  const all = Object.values(graph.nodes);
  const places = all.flatMap(({ id, position }) => (moved.has(id) ? [position] : []));
  const still = [below, ...all.flatMap(({ id, position }) => (moved.has(id) ? [] : [position]))];
  let by = needed - top;
  // What overlapped before may go on to: only cards that lie clear of one another are kept so.
  for (
    let step = 0;
    step < 500 &&
    places.some(({ x, y }) => still.some((at) => cardsOverlap(at, { x, y: y + by }) && !cardsOverlap(at, { x, y })));
    step += 1
  )
    by += 8;
  return moveNodes(graph, {
    positions: Object.fromEntries(
      [...moved].flatMap((id) =>
        graph.nodes[id] ? [[id, { x: graph.nodes[id].position.x, y: graph.nodes[id].position.y + by }]] : [],
      ),
    ),
  });
}

/** Whether cards at these two places would lie on one another. */
export function cardsOverlap(a: Position, b: Position): boolean {
  return Math.abs(a.x - b.x) < cardSize.width && Math.abs(a.y - b.y) < cardSize.height;
}

/** Ids of a node and of all that can be reached from it. */
export function reachableFrom(graph: Pick<Graph, 'edges'>, start: string): Set<string> {
  const following = new Map<string, string[]>();
  for (const edge of graph.edges) following.set(edge.from, [...(following.get(edge.from) ?? []), edge.to]);
  const seen = new Set([start]);
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const to of following.get(id) ?? []) {
      if (seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return seen;
}

/** Leads a port to a node; a port leads to one node, so an older edge goes. */
export function connect(graph: Graph, { from, port, to }: { from: string; port: string; to: string }): Graph {
  if (!graph.nodes[from] || !graph.nodes[to]) return graph;
  const old = graph.edges.find((edge) => edge.from === from && edge.port === port);
  if (old?.to === to) return graph;
  const edge: Edge = { id: edgeId({ from, port }), from, port, to };
  return { ...graph, edges: [...graph.edges.filter((each) => each !== old), edge] };
}

/** Takes an edge away. */
export function disconnect(graph: Graph, { edgeId: id }: { edgeId: string }): Graph {
  const edges = graph.edges.filter((edge) => edge.id !== id);
  return edges.length === graph.edges.length ? graph : { ...graph, edges };
}

/** Takes nodes away, and closes the gap where a node led on in one way only: what led to it leads on. */
export function removeNodes(graph: Graph, { ids }: { ids: readonly string[] }): Graph {
  return ids.reduce((result, id) => removeNode(result, { id }), graph);
}

/** Takes one node away; see `removeNodes`. */
export function removeNode(graph: Graph, { id }: { id: string }): Graph {
  if (!graph.nodes[id]) return graph;
  const { [id]: _, ...nodes } = graph.nodes;
  const outgoing = graph.edges.filter((edge) => edge.from === id && edge.to !== id);
  const next = outgoing.length === 1 ? outgoing[0]?.to : undefined;
  const edges = graph.edges.flatMap((edge): Edge[] => {
    if (edge.from === id) return [];
    if (edge.to !== id) return [edge];
    return next !== undefined && next !== edge.from ? [{ ...edge, to: next }] : [];
  });
  return { ...graph, nodes, edges };
}

/** Puts cards elsewhere. */
export function moveNodes(graph: Graph, { positions }: { positions: Readonly<Record<string, Position>> }): Graph {
  const nodes = { ...graph.nodes };
  let changed = false;
  for (const [id, position] of Object.entries(positions)) {
    const node = nodes[id];
    if (!node || (node.position.x === position.x && node.position.y === position.y)) continue;
    nodes[id] = { ...node, position };
    changed = true;
  }
  return changed ? { ...graph, nodes } : graph;
}

/** Changes the settings of a node. With its manifest, edges of ports that no longer exist go too. */
export function setConfig(
  graph: Graph,
  { id, config, manifest }: { id: string; config: JsonObject; manifest?: Pick<NodeManifest, 'ports' | 'custom'> },
): Graph {
  const node = graph.nodes[id];
  if (!node || node.config === config) return graph;
  const changed = { ...graph, nodes: { ...graph.nodes, [id]: { ...node, config } } };
  return manifest ? updatePortsAfterConfig(changed, { id, manifest }) : changed;
}

/** Drops edges that leave by ports which the node's settings no longer give it. */
export function updatePortsAfterConfig(
  graph: Graph,
  { id, manifest }: { id: string; manifest: Pick<NodeManifest, 'ports' | 'custom'> },
): Graph {
  const node = graph.nodes[id];
  if (!node) return graph;
  const ports = new Set(allPortsOf(manifest, node.config));
  const edges = graph.edges.filter((edge) => edge.from !== id || ports.has(edge.port));
  return edges.length === graph.edges.length ? graph : { ...graph, edges };
}

/** Ids of the ports of a node; a custom node has the reserved port `error` besides. */
export function allPortsOf(manifest: Pick<NodeManifest, 'ports' | 'custom'>, config: JsonObject): string[] {
  return [...portsOf(manifest, config).map((port) => port.id), ...(manifest.custom ? ['error'] : [])];
}

/** Changes what a node is called on the canvas. */
export function setName(graph: Graph, { id, name }: { id: string; name: string }): Graph {
  const node = graph.nodes[id];
  return node && node.name !== name ? { ...graph, nodes: { ...graph.nodes, [id]: { ...node, name } } } : graph;
}

/** Some of the journey's settings; one that is undefined is taken away. */
export type SettingsChange = { [Name in keyof JourneySettings]?: JourneySettings[Name] | undefined };

/** Changes some of the journey's settings. */
export function setSettings(graph: Graph, { settings }: { settings: SettingsChange }): Graph {
  const merged = Object.entries({ ...graph.settings, ...settings }).filter(([, value]) => value !== undefined);
  return { ...graph, settings: Object.fromEntries(merged) as Graph['settings'] };
}

/** The piece of the graph that these nodes and the edges among them are. */
export function copyNodes(graph: Graph, { ids }: { ids: readonly string[] }): Fragment {
  const chosen = new Set(ids);
  return {
    nodes: Object.values(graph.nodes).filter((node) => chosen.has(node.id)),
    edges: graph.edges.filter((edge) => chosen.has(edge.from) && chosen.has(edge.to)),
  };
}

/**
 * Adds a copied piece with new ids: edges and references among its nodes are kept. `at`: where its upper left corner
 * goes; else a little beside where it was. Returns the ids of the new nodes in the order of the piece.
 */
export function pasteNodes(
  graph: Graph,
  { fragment, at, makeId = newId }: { fragment: Fragment; at?: Position; makeId?: () => string },
): { graph: Graph; ids: string[] } {
  if (fragment.nodes.length === 0) return { graph, ids: [] };
  const ids = new Map(fragment.nodes.map((node) => [node.id, makeId()]));
  const left = Math.min(...fragment.nodes.map((node) => node.position.x));
  const top = Math.min(...fragment.nodes.map((node) => node.position.y));
  const shift = at ? { x: at.x - left, y: at.y - top } : { x: 40, y: 40 };
  const idOf = (id: string): string => ids.get(id) ?? id;
  const nodes = fragment.nodes.map((node): GraphNode => ({
    ...node,
    id: idOf(node.id),
    config: remapReferences(node.config, ids),
    position: { x: node.position.x + shift.x, y: node.position.y + shift.y },
  }));
  // A pasted text may come from anywhere: of two edges at one port the first is taken, as a port has one.
  const doubled = new Set(doubledEdges(fragment.edges));
  const edges = fragment.edges
    .filter((edge) => ids.has(edge.from) && ids.has(edge.to) && !doubled.has(edge))
    .map((edge): Edge => ({
      id: edgeId({ from: idOf(edge.from), port: edge.port }),
      from: idOf(edge.from),
      port: edge.port,
      to: idOf(edge.to),
    }));
  return {
    graph: {
      ...graph,
      nodes: { ...graph.nodes, ...Object.fromEntries(nodes.map((node) => [node.id, node])) },
      edges: [...graph.edges, ...edges],
    },
    ids: nodes.map((node) => node.id),
  };
}

/**
 * Copies nodes within a graph, with their upper left corner at `at`, else a little beside; names get “copy” so that
 * lists stay readable.
 */
export function duplicateNodes(
  graph: Graph,
  { ids, at, makeId = newId }: { ids: readonly string[]; at?: Position; makeId?: () => string },
): { graph: Graph; ids: string[] } {
  const fragment = copyNodes(graph, { ids });
  const named = fragment.nodes.map((node) => ({
    ...node,
    name: freeName(graph, `${node.name.replace(/ copy( \d+)?$/, '')} copy`),
  }));
  return pasteNodes(graph, { fragment: { ...fragment, nodes: named }, makeId, ...(at ? { at } : {}) });
}
