import { allPortsOf, reachableFrom } from './edit.js';
import type { Graph, GraphNode } from './graph.js';
import type { NodeManifest } from './manifest.js';

/** Manifests by `type@version`. */
export type Manifests = ReadonlyMap<string, NodeManifest>;

/** The list that the API serves, ready for look-up. */
export function manifestsByKey(manifests: readonly NodeManifest[]): Manifests {
  return new Map(manifests.map((manifest) => [`${manifest.type}@${manifest.version}`, manifest]));
}

/** The manifest of a node, if its type and version are loaded. */
export function manifestOf(manifests: Manifests, node: Pick<GraphNode, 'type' | 'version'>): NodeManifest | undefined {
  return manifests.get(`${node.type}@${node.version}`);
}

/** Whether a port may lead to a node: true, or the reason in plain words. */
export function canConnect({ graph, manifests, from, port, to }: { graph: Graph; manifests: Manifests; from: string; port: string; to: string }): true | string {
  const source = graph.nodes[from];
  const target = graph.nodes[to];
  if (!source || !target) return 'This step is no longer there.';
  const manifest = manifestOf(manifests, source);
  if (manifest && !allPortsOf(manifest, source.config).includes(port)) return `“${source.name}” has no such way out.`;
  if (manifestOf(manifests, target)?.category === 'entry') return 'Nothing can lead to the entry: people come in there.';
  if (from === to) return 'A step cannot lead to itself.';
  const others = graph.edges.filter((edge) => !(edge.from === from && edge.port === port));
  if (runsInCircles({ graph: { ...graph, edges: others }, manifests, from, to })) return 'This would be a loop in which no time passes. Put a wait into it first.';
  return true;
}

/** True when an edge from → to would close a way on which no node lets time pass. */
function runsInCircles({ graph, manifests, from, to }: { graph: Graph; manifests: Manifests; from: string; to: string }): boolean {
  const passes = (id: string): boolean => {
    const node = graph.nodes[id];
    return node !== undefined && manifestOf(manifests, node)?.blocks === true;
  };
  if (passes(from) || passes(to)) return false;
  const edges = graph.edges.filter((edge) => !passes(edge.from) && !passes(edge.to));
  return reachableFrom({ edges }, to).has(from);
}
