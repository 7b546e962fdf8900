import type { Edge as DomainEdge, Graph, GraphNode, Manifests, NodeManifest } from '@wend/contract';
import { isEntry, manifestOf, portsOf } from '@wend/contract/plain';
import type { Edge, Node } from '@xyflow/react';
import { Position } from '@xyflow/react';
import type { Translator } from '@/i18n/translator';
import type { Selection } from '../store/editor-store';
import { cardHeight, cardWidth, layStubs, stubGap, stubHeight } from './geometry';
import type { Stub } from './geometry';
import { pillWidth, routeLinks } from './routing';
import type { PlacedCard, Route, Routes } from './routing';

/**
 * The view of a graph that React Flow draws. Pure, one direction: nothing here is ever stored. What did not change
 * keeps its identity, so that only the cards and edges that changed draw again.
 */
export type OpenPort = { id: string; label: string; follows?: string; stub: Stub };
export type CardData = {
  node: GraphNode;
  manifest: NodeManifest | null;
  /** What a card is called by a screen reader. */
  spoken: string;
  entry: boolean;
  outgoing: readonly string[];
  open: readonly OpenPort[];
  [key: string]: unknown;
};
export type CardNode = Node<CardData, 'card'>;
/** `words`: the port's, and what a layer adds. */
export type LinkData = {
  edge: DomainEdge;
  label: string | null;
  name: string;
  words: string;
  /** It leads back, only so often. */
  back: boolean;
  route: Route;
  [key: string]: unknown;
};
export type LinkEdge = Edge<LinkData, 'link'>;
export type Derived = {
  cards: ReadonlyMap<string, CardData>;
  links: ReadonlyMap<string, LinkData>;
  routes: Routes;
  input: RoutingInput;
};
type RoutingInput = Parameters<typeof routeLinks>[0];

export type CardTexts = Translator<'editor-canvas.derive'>;

type Deriving = {
  texts: CardTexts;
  graph: Graph;
  manifests: Manifests;
  previous: Derived | null;
  /** Heights of the cards that a layer makes higher, by id, once they are known. */
  heights?: ReadonlyMap<string, number>;
  /** What a layer adds to the words of an edge, by its id. */
  suffixes?: Readonly<Record<string, { suffix?: string | undefined }>>;
};

/** Derives cards and links, reusing those of `previous` whose domain objects and surroundings are the same. */
export function derive({
  texts,
  graph,
  manifests,
  previous,
  heights = noHeights,
  suffixes = noSuffixes,
}: Deriving): Derived {
  const outgoing = groupBy(graph.edges, (edge) => edge.from);
  const cards = new Map<string, CardData>();
  for (const node of Object.values(graph.nodes)) {
    cards.set(
      node.id,
      card({ texts, node, manifests, used: outgoing.get(node.id) ?? [], before: previous?.cards.get(node.id) }),
    );
  }
  const named = graph.edges.flatMap((edge) => {
    const source = graph.nodes[edge.from];
    return source && graph.nodes[edge.to] ? [{ edge, ...namesOf({ texts, edge, source, manifests }) }] : [];
  });
  const input: RoutingInput = {
    cards: [...cards.values()].map((data) => placed({ data, height: heights.get(data.node.id) ?? cardHeight })),
    links: named.map(({ edge, label, order }) => ({
      id: edge.id,
      from: edge.from,
      to: edge.to,
      order,
      width: pillWidth(widestWords({ label, suffix: suffixes[edge.id]?.suffix })),
    })),
  };
  // Typing in a form moves nothing: the picture is laid anew only when something in it stands elsewhere.
  const routes = previous && sameInput(previous.input, input) ? previous.routes : routeLinks(input);
  const links = new Map<string, LinkData>();
  for (const { edge, label, name, back } of named) {
    const route = routes.routes.get(edge.id);
    if (route)
      links.set(
        edge.id,
        link({
          edge,
          label,
          name,
          back,
          words: wordsOf({ label, suffix: suffixes[edge.id]?.suffix }),
          route,
          before: previous?.links.get(edge.id),
        }),
      );
  }
  return { cards, links, routes, input };
}

const noHeights: ReadonlyMap<string, number> = new Map();
const noSuffixes = {};

function placed({ data: { node, open }, height }: { data: CardData; height: number }): PlacedCard {
  const { x, y } = node.position;
  const top = y + height + stubGap;
  return {
    id: node.id,
    x,
    y,
    height,
    stubs: open.map(({ stub }) => ({
      left: x + stub.x,
      right: x + stub.x + stub.width,
      top,
      bottom: top + stubHeight,
    })),
  };
}

function wordsOf({ label, suffix }: { label: string | null; suffix: string | undefined }): string {
  return [label, suffix].filter(Boolean).join(' · ');
}

/** Figures change all the time: there is room for the largest, so that words stay where they stand. */
function widestWords({ label, suffix }: { label: string | null; suffix: string | undefined }): string {
  return wordsOf({ label, suffix: suffix === undefined || suffix.length >= 4 ? suffix : '100%' });
}

/** Compared as text: a picture has a thousand cards at most, and laying it anew costs many times that. */
function sameInput(a: RoutingInput, b: RoutingInput): boolean {
  return (
    a.cards.length === b.cards.length && a.links.length === b.links.length && JSON.stringify(a) === JSON.stringify(b)
  );
}

type CardOptions = {
  texts: CardTexts;
  node: GraphNode;
  manifests: Manifests;
  used: readonly DomainEdge[];
  before: CardData | undefined;
};

function card({ texts, node, manifests, used, before }: CardOptions): CardData {
  const manifest = manifestOf(manifests, node) ?? null;
  const taken = [...new Set(used.map((edge) => edge.port))];
  if (before && before.node === node && before.manifest === manifest && sameList(before.outgoing, taken)) return before;
  const free = manifest ? waysOut({ texts, manifest, node, taken }).filter((port) => !taken.includes(port.id)) : [];
  const stubs = layStubs({ labels: free.map((port) => port.label), connected: taken.length > 0 });
  const open = free.map((port, index) => ({ ...port, stub: stubs[index] ?? { x: 0, width: 60 } }));
  const spoken = texts('spoken', {
    name: node.name || manifest?.title || node.type,
    kind: manifest?.title ?? texts('notInstalled'),
  });
  return { node, manifest, spoken, entry: isEntry(manifest), outgoing: taken, open };
}

const errorPort = 'error';

/**
 * All ports of a node; a custom node has the reserved port `error` besides its own, unless one of its own is there for
 * this and no line leaves by `error` any more.
 */
type WaysOutOptions = { texts: CardTexts; manifest: NodeManifest; node: GraphNode; taken: readonly string[] };

function waysOut({ texts, manifest, node, taken }: WaysOutOptions) {
  const ports = portsOf(manifest, node.config);
  const hasError = manifest.custom && (manifest.failure === undefined || taken.includes(errorPort));
  return hasError && !ports.some((port) => port.id === errorPort)
    ? [...ports, { id: errorPort, label: texts('error') }]
    : ports;
}

type NamesOfOptions = { texts: CardTexts; edge: DomainEdge; source: GraphNode; manifests: Manifests };

function namesOf({ texts, edge, source, manifests }: NamesOfOptions): {
  label: string | null;
  name: string;
  order: number;
  back: boolean;
} {
  const manifest = manifestOf(manifests, source);
  const ports = manifest ? waysOut({ texts, manifest, node: source, taken: [edge.port] }) : [];
  const order = ports.findIndex((each) => each.id === edge.port);
  const port = ports[order];
  // A way that is the only one needs no words; a port that is gone still shows its id, so that the problem can be seen.
  const only = manifest !== undefined && portsOf(manifest, source.config).length === 1 && edge.port !== errorPort;
  return {
    label: port ? (only ? null : port.label) : edge.port,
    name: port?.label ?? edge.port,
    order,
    back: manifest?.turns?.port === edge.port,
  };
}

function link({ before, ...data }: LinkData & { before: LinkData | undefined }): LinkData {
  const { edge, label, name, words, back, route } = data;
  if (
    before &&
    before.edge === edge &&
    before.label === label &&
    before.name === name &&
    before.words === words &&
    before.back === back &&
    sameRoute(before.route, route)
  )
    return before;
  return { edge, label, name, words, back, route };
}

function sameRoute(a: Route, b: Route): boolean {
  return (
    a === b ||
    (a.pill.x === b.pill.x &&
      a.pill.y === b.pill.y &&
      a.pill.width === b.pill.width &&
      a.points.length === b.points.length &&
      a.points.every(({ x, y }, index) => x === b.points[index]?.x && y === b.points[index]?.y))
  );
}

type MergeNodesOptions = {
  derived: Derived;
  previous: readonly CardNode[];
  selection: Selection;
};

/**
 * React Flow's nodes for the derived cards. Nodes whose data and selection are the same keep their identity, and with
 * it a drag under way.
 */
export function mergeNodes({ derived, previous, selection }: MergeNodesOptions): CardNode[] {
  const before = new Map(previous.map((node) => [node.id, node]));
  const chosen = new Set(selection.nodes);
  const merged: CardNode[] = [];
  // Tab arrives at one card only: the last selected one, else the first.
  const reached = selection.nodes[selection.nodes.length - 1] ?? derived.cards.keys().next().value;
  for (const data of derived.cards.values()) {
    const old = before.get(data.node.id);
    const selected = chosen.has(data.node.id);
    const domAttributes = data.node.id === reached ? tabStop : noTabStop;
    if (old && old.data === data)
      merged.push(
        old.selected === selected && old.domAttributes === domAttributes ? old : { ...old, selected, domAttributes },
      );
    else
      merged.push(withHandles({ ...freshNode(data), selected, domAttributes, measured: old?.measured ?? plainSize }));
  }
  return merged.length === previous.length && merged.every((node, index) => node === previous[index])
    ? (previous as CardNode[])
    : merged;
}

type MergeEdgesOptions = {
  derived: Derived;
  previous: readonly LinkEdge[];
  selection: Selection;
};

export function mergeEdges({ derived, previous, selection }: MergeEdgesOptions): LinkEdge[] {
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

/**
 * Known beforehand, so that React Flow need not draw all anew once it has measured them; what a layer makes higher is
 * measured.
 */
const plainSize = { width: cardWidth, height: cardHeight };
const tabStop = { tabIndex: 0 };
const noTabStop = { tabIndex: -1 };

function freshNode(data: CardData): CardNode {
  return {
    ariaRole: 'group',
    ariaLabel: data.spoken,
    id: data.node.id,
    type: 'card',
    position: data.node.position,
    data,
  };
}

/** Handles as data: edges are drawn also to cards outside the view, which are not in the document. */
export function withHandles(node: CardNode): CardNode {
  const height = node.measured?.height ?? cardHeight;
  const point = { width: 1, height: 1 };
  return {
    ...node,
    handles: [
      ...(node.data.entry
        ? []
        : [{ id: 'in', type: 'target' as const, position: Position.Top, x: cardWidth / 2 - 0.5, y: 0, ...point }]),
      ...node.data.outgoing.map((id) => ({
        id,
        type: 'source' as const,
        position: Position.Bottom,
        x: cardWidth / 2 - 0.5,
        y: height - 1,
        ...point,
      })),
      ...node.data.open.map(({ id, stub }) => ({
        id,
        type: 'source' as const,
        position: Position.Bottom,
        x: stub.x,
        y: height + stubGap,
        width: stub.width,
        height: stubHeight,
      })),
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
