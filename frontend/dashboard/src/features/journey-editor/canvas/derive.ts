import type { Edge as DomainEdge, Graph, GraphNode, Manifests, NodeManifest } from '@wend/contract';
import { manifestOf, portsOf } from '@wend/contract/plain';
import type { Edge, Node } from '@xyflow/react';
import { Position } from '@xyflow/react';
import type { Selection } from '../store/editor-store';
import { cardHeight, cardWidth, layStubs, stubGap, stubHeight } from './geometry';
import type { Stub } from './geometry';
import { findLane, sameLane } from './lanes';
import type { Lane } from './lanes';

/**
 * The view of a graph that React Flow draws. Pure, one direction: nothing here is ever stored. What did not change keeps its identity, so that
 * only the cards and edges that changed draw again.
 */
export type OpenPort = { id: string; label: string; stub: Stub };
export type CardData = { node: GraphNode; manifest: NodeManifest | null; entry: boolean; outgoing: readonly string[]; open: readonly OpenPort[]; [key: string]: unknown };
export type CardNode = Node<CardData, 'card'>;
export type LinkData = { edge: DomainEdge; label: string | null; name: string; labelShift: number; crowded: boolean; lane: Lane | null; [key: string]: unknown };
export type LinkEdge = Edge<LinkData, 'link'>;
export type Derived = { cards: ReadonlyMap<string, CardData>; links: ReadonlyMap<string, LinkData> };

/** Derives cards and links, reusing those of `previous` whose domain objects and surroundings are the same. */
export function derive({ graph, manifests, previous }: { graph: Graph; manifests: Manifests; previous: Derived | null }): Derived {
  const outgoing = groupBy(graph.edges, (edge) => edge.from);
  const incoming = groupBy(graph.edges, (edge) => edge.to);
  const cards = new Map<string, CardData>();
  for (const node of Object.values(graph.nodes)) {
    cards.set(node.id, card({ node, manifests, used: outgoing.get(node.id) ?? [], before: previous?.cards.get(node.id) }));
  }
  const links = new Map<string, LinkData>();
  const positions = Object.values(graph.nodes).map((node) => node.position);
  for (const edge of graph.edges) {
    const source = graph.nodes[edge.from];
    if (!source || !graph.nodes[edge.to]) continue;
    const siblings = outgoing.get(edge.from) ?? [];
    const lane = findLane({ source: source.position, target: graph.nodes[edge.to]?.position ?? source.position, positions });
    links.set(edge.id, link({ edge, source, manifests, lane, siblings, incoming: incoming.get(edge.to) ?? [], before: previous?.links.get(edge.id) }));
  }
  return { cards, links };
}

function card({ node, manifests, used, before }: { node: GraphNode; manifests: Manifests; used: readonly DomainEdge[]; before: CardData | undefined }): CardData {
  const manifest = manifestOf(manifests, node) ?? null;
  const taken = [...new Set(used.map((edge) => edge.port))];
  if (before && before.node === node && before.manifest === manifest && sameList(before.outgoing, taken)) return before;
  const free = manifest ? waysOut({ manifest, node }).filter((port) => !taken.includes(port.id)) : [];
  const stubs = layStubs({ labels: free.map((port) => port.label), connected: taken.length > 0 });
  const open = free.map((port, index) => ({ ...port, stub: stubs[index] ?? { x: 0, width: 60 } }));
  return { node, manifest, entry: manifest?.category === 'entry', outgoing: taken, open };
}

const errorPort = { id: 'error', label: 'If it fails' };

/** All ports of a node; a custom node has the reserved port `error` besides its own. */
function waysOut({ manifest, node }: { manifest: NodeManifest; node: GraphNode }) {
  const ports = portsOf(manifest, node.config);
  return manifest.custom && !ports.some((port) => port.id === errorPort.id) ? [...ports, errorPort] : ports;
}

function link({ edge, source, manifests, lane, siblings, incoming, before }: {
  edge: DomainEdge; source: GraphNode; manifests: Manifests; lane: Lane | null; siblings: readonly DomainEdge[]; incoming: readonly DomainEdge[]; before: LinkData | undefined;
}): LinkData {
  const manifest = manifestOf(manifests, source);
  const port = manifest && waysOut({ manifest, node: source }).find((each) => each.id === edge.port);
  // A way that is the only one needs no words; a port that is gone still shows its id, so that the problem can be seen.
  const only = manifest !== undefined && portsOf(manifest, source.config).length === 1 && edge.port !== errorPort.id;
  const label = port ? (only ? null : port.label) : edge.port;
  const twins = siblings.filter((each) => each.to === edge.to);
  const labelShift = twins.length > 1 ? (twins.indexOf(edge) - (twins.length - 1) / 2) * 116 : 0;
  const crowded = incoming.some((each) => each.from !== edge.from);
  const name = port?.label ?? edge.port;
  if (before && before.edge === edge && before.label === label && before.name === name && before.labelShift === labelShift && before.crowded === crowded && sameLane(before.lane, lane)) return before;
  return { edge, label, name, labelShift, crowded, lane };
}

/** React Flow's nodes for the derived cards. Nodes whose data and selection are the same keep their identity, and with it a drag under way. */
export function mergeNodes({ derived, previous, selection }: { derived: Derived; previous: readonly CardNode[]; selection: Selection }): CardNode[] {
  const before = new Map(previous.map((node) => [node.id, node]));
  const chosen = new Set(selection.nodes);
  const merged: CardNode[] = [];
  // Tab arrives at one card only: the last selected one, else the first.
  const reached = selection.nodes[selection.nodes.length - 1] ?? derived.cards.keys().next().value;
  for (const data of derived.cards.values()) {
    const old = before.get(data.node.id);
    const selected = chosen.has(data.node.id);
    const domAttributes = data.node.id === reached ? tabStop : noTabStop;
    if (old && old.data === data) merged.push(old.selected === selected && old.domAttributes === domAttributes ? old : { ...old, selected, domAttributes });
    else merged.push(withHandles({ ...freshNode(data), selected, domAttributes, measured: old?.measured ?? plainSize }));
  }
  return merged.length === previous.length && merged.every((node, index) => node === previous[index]) ? (previous as CardNode[]) : merged;
}

export function mergeEdges({ derived, previous, selection }: { derived: Derived; previous: readonly LinkEdge[]; selection: Selection }): LinkEdge[] {
  const before = new Map(previous.map((edge) => [edge.id, edge]));
  const chosen = new Set(selection.edges);
  return [...derived.links.values()].map((data): LinkEdge => {
    const old = before.get(data.edge.id);
    const selected = chosen.has(data.edge.id);
    if (old && old.data === data && old.selected === selected) return old;
    const { id, from, port, to } = data.edge;
    return { id, type: 'link', source: from, sourceHandle: port, target: to, targetHandle: 'in', data, selected };
  });
}

/** Known beforehand, so that React Flow need not draw all anew once it has measured them; what a layer makes higher is measured. */
const plainSize = { width: cardWidth, height: cardHeight };
const tabStop = { tabIndex: 0 };
const noTabStop = { tabIndex: -1 };

function freshNode(data: CardData): CardNode {
  return { ariaRole: 'group', ariaLabel: `${data.node.name || data.manifest?.title || data.node.type}, ${data.manifest?.title ?? 'not installed'}`, id: data.node.id, type: 'card', position: data.node.position, data };
}

/** Handles as data: edges are drawn also to cards outside the view, which are not in the document. */
export function withHandles(node: CardNode): CardNode {
  const height = node.measured?.height ?? cardHeight;
  const point = { width: 1, height: 1 };
  return {
    ...node,
    handles: [
      ...(node.data.entry ? [] : [{ id: 'in', type: 'target' as const, position: Position.Top, x: cardWidth / 2 - 0.5, y: 0, ...point }]),
      ...node.data.outgoing.map((id) => ({ id, type: 'source' as const, position: Position.Bottom, x: cardWidth / 2 - 0.5, y: height - 1, ...point })),
      ...node.data.open.map(({ id, stub }) => ({ id, type: 'source' as const, position: Position.Bottom, x: stub.x, y: height + stubGap, width: stub.width, height: stubHeight })),
    ],
  };
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
