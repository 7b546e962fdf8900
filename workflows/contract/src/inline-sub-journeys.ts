import { manifestOf } from './edit-connect.js';
import type { Manifests } from './edit-connect.js';
import { portsOf } from './manifest.js';
import { loopIssues } from './validate-loops.js';
import type { Edge, Graph, GraphNode, Issue } from './graph.js';
import { isObject } from './is-object.js';
import type { JsonObject } from './json.js';
import { structureProblems } from './structure.js';
import { undoPort } from './undo-port.js';
import { idInScope, outermost } from './sub-journey-scope.js';

/** The card, the step that takes its place at each end of what it calls, and the step that ends a run. */
const types = { card: 'wend/sub-journey', end: 'wend/sub-journey-end', exit: 'wend/exit' } as const;
/** By this port the card, once it is inlined, goes on to the first step inside. */
const insidePort = 'inside';
/** Where people go on who come to an end without a result, or to one that the card has no port for. */
const donePort = 'done';
/** Where those go on whose inputs cannot be filled in: as those who are done, while nothing is connected to it. */
const notFilledPort = 'notFilled';
const deepest = 3;

/** The version of a journey that a card names, or why it cannot be called, in words. */
export type Child = { name: string; graph: Graph } | { refused: string; hint: string };
/** A journey and the number of a version of it. */
export type Called = { journey: string; version: number };
export type ChildOf = (called: Called) => Child;

type Options = { journey: string; childOf: ChildOf; manifests: Manifests };
/** `under`: what the names of the steps begin with. */
type Place = { scope: string | null; top: string | null; ring: readonly string[]; under: string };

/**
 * The graph that is compiled: each sub-journey's card leads into the steps of the version that it names, and their ends lead
 * out of it again. `journey`: the id of the journey itself. Issues are on the card of the graph that was given, however
 * deep they lie; with issues the graph is not to be run. The settings inside are as they were drawn: `scoped` says what
 * they mean there.
 */
export function inlineSubJourneys(graph: Graph, options: Options): { graph: Graph; issues: Issue[] } {
  const nodes: Record<string, GraphNode> = {};
  const edges: Edge[] = [];
  const issues: Issue[] = [];
  const refuse = (top: string, code: string, words: { message: string; hint: string }) =>
    issues.push({ code, severity: 'error', nodeId: top, path: 'journey.id', ...words });

  const take = (drawn: Graph, { scope, top, ring, under }: Place): void => {
    for (const node of Object.values(drawn.nodes)) {
      const id = idInScope(scope, node.id);
      nodes[id] = { ...node, id, name: `${under}${node.name}` };
    }
    for (const edge of drawn.edges) {
      const isCard = drawn.nodes[edge.from]?.type === types.card;
      // What leaves a card leaves it at the ends inside.
      if (!isCard || edge.port === notFilledPort) edges.push(moved(edge, scope));
    }
    for (const node of Object.values(drawn.nodes))
      if (node.type === types.card) call({ drawn, node, place: { scope, top: top ?? node.id, ring, under } });
  };

  const call = ({ drawn, node, place }: { drawn: Graph; node: GraphNode; place: Place & { top: string } }): void => {
    const called = calledBy(node.config);
    if (!called) return; // What is not chosen yet is an issue of the card's own settings.
    const { journey, version } = called;
    if (place.ring.includes(journey))
      return void refuse(place.top, 'sub-journey-circle', {
        message: `“${node.name}” leads back to a journey that it is inside of, so it would never end.`,
        hint: 'Choose another journey, or start it by “Start journey” instead.',
      });
    if (place.ring.length > deepest)
      return void refuse(place.top, 'sub-journey-too-deep', {
        message: `Sub-journeys can be ${deepest} deep. “${node.name}” would be one more.`,
        hint: 'Draw the steps of the innermost one where it is called.',
      });
    const child = options.childOf(called);
    if ('refused' in child)
      return void refuse(place.top, 'sub-journey-not-callable', { message: child.refused, hint: child.hint });
    const entry = Object.values(child.graph.nodes).find(
      (each) => manifestOf(options.manifests, each)?.entry === 'journey',
    );
    if (!entry)
      return void refuse(place.top, 'no-journey-entry', {
        message: `Version ${version} of “${child.name}” has no “Journey entry”, so it cannot be called.`,
        hint: 'Add a “Journey entry” to it, publish it, and choose that version.',
      });
    const card = idInScope(place.scope, node.id);
    const outOf = new Map(drawn.edges.filter(({ from }) => from === node.id).map((edge) => [edge.port, edge]));
    take(withEnds(child.graph, { entry, card, outOf, manifests: options.manifests }), {
      scope: card,
      top: place.top,
      ring: [...place.ring, journey],
      under: `${place.under}${node.name} › `,
    });
    const done = outOf.get(donePort);
    if (done && !outOf.has(notFilledPort))
      edges.push({ id: `${card}~not`, from: card, port: notFilledPort, to: idInScope(place.scope, done.to) });
    const first = child.graph.edges.find(({ from }) => from === entry.id);
    if (first) {
      edges.push({ id: `${card}~`, from: card, port: insidePort, to: idInScope(card, first.to) });
    } else if (done) {
      edges.push({ id: `${card}~`, from: card, port: insidePort, to: idInScope(place.scope, done.to) });
    }
    for (const end of Object.values(nodes)) {
      if (end.type !== types.end || end.config['card'] !== card) continue;
      const out = outOf.get(String(end.config['port']));
      if (out) edges.push({ id: `${end.id}~out`, from: end.id, port: out.port, to: idInScope(place.scope, out.to) });
    }
  };

  take(graph, { scope: null, top: null, ring: [options.journey], under: '' });
  const inlined = { ...graph, nodes, edges };
  issues.push(...loopsThrough(inlined, { drawn: graph, manifests: options.manifests }));
  const [many] = structureProblems(inlined).filter(({ path }) => path === 'graph.nodes');
  if (many && structureProblems(graph).length === 0)
    issues.push({
      code: 'too-many-nodes',
      severity: 'error',
      message: `With the steps of its sub-journeys: ${many.message}`,
      hint: 'Call fewer sub-journeys, or start one of them by “Start journey” instead.',
    });
  return { graph: inlined, issues };
}

/**
 * Loops that lead through cards: whether time passes in them is told by the steps inside. Of each loop one step is named,
 * the card where it is a step inside.
 */
function loopsThrough(inlined: Graph, { drawn, manifests }: { drawn: Graph; manifests: Manifests }): Issue[] {
  if (!Object.values(drawn.nodes).some(({ type }) => type === types.card)) return [];
  const known = new Map(
    Object.values(inlined.nodes).flatMap((node) => {
      const manifest = manifestOf(manifests, node);
      return manifest
        ? [[node.id, { node, manifest: node.type === types.card ? { ...manifest, blocks: false } : manifest }] as const]
        : [];
    }),
  );
  return loopIssues({ graph: inlined, known }).map((issue) => onCard(issue));
}

/** An issue of the graph that runs, on the card that is drawn. */
export function onCard(issue: Issue): Issue {
  if (issue.nodeId === undefined) return issue;
  const top = outermost(issue.nodeId);
  if (top === issue.nodeId) return issue;
  const { path: _, line: _line, column: _column, fix: _fix, ...rest } = issue;
  return { ...rest, nodeId: top };
}

/** A called graph without its ways in; an end becomes a step that names the result, and so does each way to nowhere. */
function withEnds(
  child: Graph,
  given: { entry: GraphNode; card: string; outOf: ReadonlyMap<string, Edge>; manifests: Manifests },
): Graph {
  const { card, outOf, manifests } = given;
  const isEntry = (node: GraphNode | undefined) =>
    node !== undefined && manifestOf(manifests, node)?.entry !== undefined;
  const endOf = (result: string | null): { config: JsonObject; type: string; version: number } => ({
    type: types.end,
    version: 1,
    config: { card, result, port: result !== null && outOf.has(result) ? result : donePort },
  });
  const nodes: Record<string, GraphNode> = {};
  const edges: Edge[] = child.edges.filter(({ from }) => !isEntry(child.nodes[from]));
  const connected = new Set(edges.map(({ from, port }) => `${from} ${port}`));
  const open: Edge[] = [];
  // One step for all ways that lead nowhere; its id is free in any graph, as no id of a graph is longer than 40.
  const nowhere = 'end'.padEnd(41, '-');
  for (const node of Object.values(child.nodes)) {
    if (isEntry(node)) continue;
    const { result } = node.config;
    if (node.type === types.exit) {
      nodes[node.id] = { ...node, ...endOf(typeof result === 'string' && result !== '' ? result : null) };
      continue;
    }
    nodes[node.id] = node;
    const manifest = manifestOf(manifests, node);
    for (const { id: port, follows } of manifest ? portsOf(manifest, node.config) : [])
      if (port !== undoPort.id && follows === undefined && !connected.has(`${node.id} ${port}`))
        open.push({ id: `${nowhere}${open.length}`, from: node.id, port, to: nowhere });
  }
  if (open.length > 0) nodes[nowhere] = { id: nowhere, name: 'End', position: given.entry.position, ...endOf(null) };
  return { ...child, nodes, edges: [...edges, ...open] };
}

function moved(edge: Edge, scope: string | null): Edge {
  return scope === null
    ? edge
    : {
        id: idInScope(scope, edge.id),
        from: idInScope(scope, edge.from),
        port: edge.port,
        to: idInScope(scope, edge.to),
      };
}

function calledBy(config: JsonObject): Called | null {
  const { id, version } = isObject(config['journey']) ? config['journey'] : {};
  return typeof id === 'string' && id !== '' && typeof version === 'number' && version > 0
    ? { journey: id, version }
    : null;
}

/** What the cards of a graph call. */
export function calledIn({ nodes }: Pick<Graph, 'nodes'>): Called[] {
  return Object.values(nodes).flatMap(({ type, config }) => (type === types.card ? (calledBy(config) ?? []) : []));
}
