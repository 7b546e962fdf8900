import { reachableFrom } from './edit.js';
import type { Graph, GraphNode, Issue } from './graph.js';
import type { JsonObject } from './json.js';
import type { NodeManifest } from './manifest.js';
import { atOnceCases, mayPassAtOnce } from './manifest-words.js';
import { fieldSchemas } from './validate-config.js';
import { isBounded, turnIssues } from './validate-turns.js';

type Known = { node: GraphNode; manifest: NodeManifest };
type Given = { graph: Graph; known: ReadonlyMap<string, Known> };

/** What is wrong with loops: those that never end, that may not hold anybody, and that end too late. */
export function loopIssues(given: Given): Issue[] {
  return [...endlessLoops(given), ...hastyLoops(given), ...longLoops(given)];
}

/** Nodes on a way that comes back to itself without a node where time passes; one issue per loop. */
function endlessLoops({ graph, known }: Given): Issue[] {
  const endless = timelessEdges({ graph, known }).filter(
    ({ from, port }) => !isBounded(known.get(from)?.manifest, port),
  );
  return loopsOf(endless).flatMap(([id = '']): Issue[] => {
    const node = graph.nodes[id];
    if (!node) return [];
    return [
      {
        code: 'loop-without-wait',
        severity: 'error',
        nodeId: id,
        message: `People would loop from “${node.name}” back to itself forever: no time passes in this loop.`,
        hint: 'Add a wait to the loop, or a “Go back” step, which ends it.',
      },
    ];
  });
}

/** Edges between nodes in which no time passes. */
function timelessEdges({ graph, known }: Given): Graph['edges'] {
  const passes = (id: string): boolean => known.get(id)?.manifest.blocks === true;
  return graph.edges.filter((edge) => !passes(edge.from) && !passes(edge.to));
}

/** Only where there is something that sends people back: other loops without time are refused anyway. */
function longLoops({ graph, known }: Given): Issue[] {
  if (![...known.values()].some(({ manifest }) => manifest.turns)) return [];
  return turnIssues({ graph, known, loops: loopsOf(timelessEdges({ graph, known })) });
}

/**
 * Loops with nodes where time passes, of which none must: people can go round many times within a moment. One issue per
 * loop.
 */
function hastyLoops({ graph, known }: Given): Issue[] {
  const hasty = graph.edges.filter((edge) => {
    const source = known.get(edge.from);
    if (isBounded(source?.manifest, edge.port)) return false;
    return !source?.manifest.blocks || mayPassAtOnce(source.manifest, { config: source.node.config, port: edge.port });
  });
  return loopsOf(hasty).flatMap((ids): Issue[] => {
    const waits = ids.flatMap((id) => (known.get(id)?.manifest.blocks ? (known.get(id) ?? []) : []));
    const [first] = waits;
    if (!first) return [];
    return [
      {
        code: 'loop-may-not-wait',
        severity: 'warning',
        nodeId: first.node.id,
        message: `People may loop from “${first.node.name}” back to itself several times in a moment: no step in this loop is sure to hold them.`,
        hint: `Add a wait of a fixed length to the loop${waits.map(switchWords).find((words) => words !== null) ?? ''}.`,
      },
    ];
  });
}

/** How to make a step hold people that does not because of settings, or null when no setting does. */
function switchWords({ node, manifest }: Known): string | null {
  const fields = atOnceCases(manifest, node.config).flatMap(({ when }) => when ?? []);
  if (fields.length === 0) return null;
  const titles = [...new Set(fields.map((field) => `“${titleOf(manifest.config, field)}”`))];
  return `, or turn off ${titles.join(' and ')} in “${node.name}”`;
}

function titleOf(schema: JsonObject, field: string): string {
  const titles = fieldSchemas(schema, field).flatMap(({ title }) => (typeof title === 'string' ? [title] : []));
  return titles[0] ?? field;
}

/** The nodes of each loop, the first one in the order of the edges at its head. */
export function loopsOf(given: Graph['edges']): string[][] {
  const edges = loopCandidates(given);
  const backwards = edges.map((edge) => ({ ...edge, from: edge.to, to: edge.from }));
  const heads = new Set(edges.filter((edge) => edge.from === edge.to).map((edge) => edge.from));
  const seen = new Set<string>();
  return [...new Set(edges.map((edge) => edge.from))].flatMap((id): string[][] => {
    if (seen.has(id)) return [];
    const before = reachableFrom({ edges: backwards }, id);
    const loop = [...reachableFrom({ edges }, id)].filter((other) => before.has(other));
    if (loop.length === 1 && !heads.has(id)) return [];
    for (const other of loop) seen.add(other);
    return [loop];
  });
}

/**
 * Takes away, until nothing changes, edges from nodes that nothing leads to and to nodes that lead nowhere: loops
 * remain, and little else. Each edge is looked at once from either end, so that long journeys take no longer per step.
 */
function loopCandidates(edges: Graph['edges']): Graph['edges'] {
  const forwards = withoutEnds(edges, { here: 'from', there: 'to' });
  return withoutEnds(forwards, { here: 'to', there: 'from' });
}

/** Without edges that leave nodes which nothing leads to, as often as that makes more of these. */
function withoutEnds(
  edges: Graph['edges'],
  { here, there }: { here: 'from' | 'to'; there: 'from' | 'to' },
): Graph['edges'] {
  const leading = new Map<string, number>();
  const leaving = new Map<string, Graph['edges']>();
  for (const edge of edges) {
    leading.set(edge[there], (leading.get(edge[there]) ?? 0) + 1);
    const others = leaving.get(edge[here]);
    if (others) others.push(edge);
    else leaving.set(edge[here], [edge]);
  }
  const gone = new Set<Graph['edges'][number]>();
  const ends = [...leaving.keys()].filter((id) => !leading.has(id));
  for (let id = ends.pop(); id !== undefined; id = ends.pop())
    for (const edge of leaving.get(id) ?? []) {
      gone.add(edge);
      const left = (leading.get(edge[there]) ?? 0) - 1;
      leading.set(edge[there], left);
      if (left === 0) ends.push(edge[there]);
    }
  return edges.filter((edge) => !gone.has(edge));
}
