import { allPortsOf, reachableFrom } from './edit.js';
import type { Graph, GraphNode } from './graph.js';
import { isEntry } from './manifest-words.js';
import type { NodeManifest } from './manifest.js';
import { nodeKey } from './node-key.js';
import { isBounded } from './validate-turns.js';

/** Manifests by `type@version`. */
export type Manifests = ReadonlyMap<string, NodeManifest>;

/** The list that the API serves, ready for look-up. */
export function manifestsByKey(manifests: readonly NodeManifest[]): Manifests {
  return new Map(manifests.map((manifest) => [nodeKey(manifest), manifest]));
}

/** The manifest of a node, if its type and version are loaded. */
export function manifestOf(manifests: Manifests, node: Pick<GraphNode, 'type' | 'version'>): NodeManifest | undefined {
  return manifests.get(nodeKey(node));
}

type CanConnectOptions = {
  graph: Graph;
  manifests: Manifests;
  from: string;
  port: string;
  to: string;
};

/** Whether a port may lead to a node: true, or the reason in plain words. */
export function canConnect({ graph, manifests, from, port, to }: CanConnectOptions): true | string {
  const source = graph.nodes[from];
  const target = graph.nodes[to];
  if (!source || !target) return 'This step is no longer there.';
  const manifest = manifestOf(manifests, source);
  if (manifest && !allPortsOf(manifest, source.config).includes(port)) return `“${source.name}” has no such path.`;
  if (isEntry(manifestOf(manifests, target))) return 'Nothing can lead to an entry: that’s where people enter.';
  if (manifestOf(manifests, target)?.note) return 'Nothing can lead to a note: it’s only there to be read.';
  if (from === to) return 'A step can’t lead to itself.';
  const others = graph.edges.filter((edge) => !(edge.from === from && edge.port === port));
  if (!isBounded(manifest, port) && runsInCircles({ graph: { ...graph, edges: others }, manifests, from, to }))
    return 'This would be a loop in which no time passes. Add a wait to it, or go back by a “Go back” step.';
  return true;
}

type RunsInCirclesOptions = {
  graph: Graph;
  manifests: Manifests;
  from: string;
  to: string;
};

/** True when an edge from → to would close a way on which no node lets time pass. */
function runsInCircles({ graph, manifests, from, to }: RunsInCirclesOptions): boolean {
  const passes = (id: string): boolean => {
    const node = graph.nodes[id];
    return node !== undefined && manifestOf(manifests, node)?.blocks === true;
  };
  if (passes(from) || passes(to)) return false;
  const bounded = ({ from: id, port }: Graph['edges'][number]): boolean => {
    const node = graph.nodes[id];
    return node !== undefined && isBounded(manifestOf(manifests, node), port);
  };
  const edges = graph.edges.filter((edge) => !passes(edge.from) && !passes(edge.to) && !bounded(edge));
  return reachableFrom({ edges }, to).has(from);
}
