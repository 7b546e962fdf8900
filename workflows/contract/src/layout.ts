import dagre from '@dagrejs/dagre';
import { cardSize, moveNodes } from './edit.js';
import type { Position } from './edit.js';
import { manifestOf } from './edit-connect.js';
import type { Manifests } from './edit-connect.js';
import type { Edge, Graph, GraphNode } from './graph.js';
import { isEntry as startsRuns, portsOf } from './manifest-words.js';

type LayoutOptions = { manifests?: Manifests | undefined };

/**
 * Puts the cards in order, from top to bottom; the ways out of a card lie from left to right as its ports do. Pieces
 * that do not hang together come one below the other, those with an entry first. `ids` lays out only these and leaves
 * their upper left corner where it is.
 */
export function layout(graph: Graph, { manifests, ids }: LayoutOptions & { ids?: readonly string[] } = {}): Graph {
  if (!ids) return layoutAll(graph, manifests);
  const chosen = new Set(ids);
  const part: Graph = {
    ...graph,
    nodes: Object.fromEntries(Object.entries(graph.nodes).filter(([id]) => chosen.has(id))),
    edges: graph.edges.filter((edge) => chosen.has(edge.from) && chosen.has(edge.to)),
  };
  const corner = cornerOf(Object.values(part.nodes).map((node) => node.position));
  const positions = Object.entries(positionsOf(part, { manifests })).map(
    ([id, at]) => [id, { x: at.x + corner.x, y: at.y + corner.y }] as const,
  );
  return moveNodes(graph, { positions: Object.fromEntries(positions) });
}

/** Notes are no part of the order: each stays where it is to the card that it lies nearest to. */
function layoutAll(graph: Graph, manifests: Manifests | undefined): Graph {
  const isNote = (node: GraphNode): boolean => (manifests && manifestOf(manifests, node)?.note) === true;
  const notes = Object.values(graph.nodes).filter(isNote);
  const cards = Object.values(graph.nodes).filter((node) => !isNote(node));
  if (notes.length === 0 || cards.length === 0)
    return moveNodes(graph, { positions: positionsOf(graph, { manifests }) });
  const nodes = Object.fromEntries(cards.map((node) => [node.id, node]));
  const positions = positionsOf({ ...graph, nodes }, { manifests });
  for (const { id, position } of notes) {
    const far = (card: GraphNode): number => Math.hypot(card.position.x - position.x, card.position.y - position.y);
    const nearest = cards.reduce((best, card) => (far(card) < far(best) ? card : best));
    const at = positions[nearest.id] ?? nearest.position;
    positions[id] = { x: at.x + position.x - nearest.position.x, y: at.y + position.y - nearest.position.y };
  }
  return moveNodes(graph, { positions });
}

function cornerOf(positions: readonly Position[]): Position {
  if (positions.length === 0) return { x: 0, y: 0 };
  return { x: Math.min(...positions.map((at) => at.x)), y: Math.min(...positions.map((at) => at.y)) };
}

function positionsOf(graph: Graph, { manifests }: LayoutOptions): Record<string, Position> {
  const result: Record<string, Position> = {};
  let top = 0;
  for (const nodes of componentsOf(graph, manifests)) {
    const placed = placeComponent({ nodes, edges: edgesInOrder(graph, nodes, manifests) });
    const corner = cornerOf(Object.values(placed));
    let bottom = 0;
    for (const [id, at] of Object.entries(placed)) {
      result[id] = { x: Math.round(at.x - corner.x), y: Math.round(at.y - corner.y + top) };
      bottom = Math.max(bottom, at.y - corner.y + cardSize.height);
    }
    top += Math.round(bottom) + cardSize.rankGap;
  }
  return result;
}

function isEntry(node: GraphNode, manifests: Manifests | undefined): boolean {
  return manifests ? startsRuns(manifestOf(manifests, node)) : node.type.split('/')[1]?.startsWith('entry-') === true;
}

/** Pieces that hang together; in each, entries first and then what nothing leads to. */
function componentsOf(graph: Graph, manifests: Manifests | undefined): GraphNode[][] {
  const neighbours = new Map<string, string[]>();
  for (const { from, to } of graph.edges) {
    neighbours.set(from, [...(neighbours.get(from) ?? []), to]);
    neighbours.set(to, [...(neighbours.get(to) ?? []), from]);
  }
  const targets = new Set(graph.edges.map((edge) => edge.to));
  const weight = (node: GraphNode): number => (isEntry(node, manifests) ? 0 : targets.has(node.id) ? 2 : 1);
  const nodes = Object.values(graph.nodes).sort((a, b) => weight(a) - weight(b));
  const seen = new Set<string>();
  return nodes.flatMap((start) => {
    if (seen.has(start.id)) return [];
    seen.add(start.id);
    const members = [start];
    for (let index = 0; index < members.length; index += 1) {
      for (const id of neighbours.get(members[index]?.id ?? '') ?? []) {
        const node = graph.nodes[id];
        if (!node || seen.has(id)) continue;
        seen.add(id);
        members.push(node);
      }
    }
    return [members];
  });
}

/** The edges of these nodes: node by node, port by port. */
function edgesInOrder(graph: Graph, nodes: readonly GraphNode[], manifests: Manifests | undefined): Edge[] {
  const outgoing = new Map<string, Edge[]>();
  for (const edge of graph.edges) outgoing.set(edge.from, [...(outgoing.get(edge.from) ?? []), edge]);
  return nodes.flatMap((node) => {
    const manifest = manifests && manifestOf(manifests, node);
    const ports = manifest ? portsOf(manifest, node.config).map((port) => port.id) : [];
    const rank = (edge: Edge): number => (ports.includes(edge.port) ? ports.indexOf(edge.port) : ports.length);
    return [...(outgoing.get(node.id) ?? [])].sort((a, b) => rank(a) - rank(b)).filter((edge) => graph.nodes[edge.to]);
  });
}

type PlaceComponentOptions = {
  nodes: readonly GraphNode[];
  edges: readonly Edge[];
};

/** Upper left corners. dagre's own reordering against crossings is off: it would break the order of the ports. */
function placeComponent({ nodes, edges }: PlaceComponentOptions): Record<string, Position> {
  const drawing = new dagre.graphlib.Graph({ multigraph: true });
  drawing.setGraph({
    rankdir: 'TB',
    nodesep: cardSize.nodeGap,
    edgesep: cardSize.nodeGap,
    ranksep: cardSize.rankGap,
    ranker: 'network-simplex',
  });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) drawing.setNode(node.id, { width: cardSize.width, height: cardSize.height });
  // Two ways between the same cards are one line for the layout.
  for (const edge of edges)
    if (edge.from !== edge.to && !drawing.hasEdge(edge.from, edge.to)) drawing.setEdge(edge.from, edge.to, {});
  dagre.layout(drawing, { disableOptimalOrderHeuristic: true });
  const placed = Object.fromEntries(
    nodes.map((node) => {
      const { x = 0, y = 0 } = drawing.node(node.id) as { x?: number; y?: number };
      return [node.id, { x: x - cardSize.width / 2, y: y - cardSize.height / 2 }];
    }),
  );
  return straighten({ placed, edges });
}

/** The most that a card is moved to stand right below the one before it: what is further away is meant to be aside. */
const nearlyBelow = 80;

type StraightenOptions = {
  placed: Record<string, Position>;
  edges: readonly Edge[];
};

/** dagre leaves small kinks in chains: the only card after another goes right below it where there is room. */
function straighten({ placed, edges }: StraightenOptions): Record<string, Position> {
  const result = { ...placed };
  const gap = cardSize.width + cardSize.nodeGap;
  const before = new Map<string, Set<string>>();
  const after = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    before.set(to, (before.get(to) ?? new Set()).add(from));
    after.set(from, (after.get(from) ?? new Set()).add(to));
  }
  const rows = new Map<number, string[]>();
  for (const [id, { y }] of Object.entries(placed)) rows.set(y, [...(rows.get(y) ?? []), id]);
  for (const [id, at] of Object.entries(placed).sort(([, a], [, b]) => a.y - b.y)) {
    const parents = before.get(id);
    const parent = parents?.size === 1 ? [...parents][0] : undefined;
    const above = parent === undefined ? undefined : result[parent];
    const siblings = parent === undefined ? undefined : after.get(parent);
    if (!above || above.y >= at.y || (siblings?.size ?? 0) > 1 || Math.abs(above.x - at.x) > nearlyBelow) continue;
    const crowded = rows.get(at.y)?.some((other) => other !== id && Math.abs((result[other]?.x ?? 0) - above.x) < gap);
    if (!crowded) result[id] = { x: above.x, y: at.y };
  }
  return result;
}
