import type { Edge, Graph, GraphNode } from '../graph.js';
import { sameJson } from './same-json.js';

/** What one graph changes of another for people, node by node. Where cards lie does not count. */
export type GraphChanges = {
  added: GraphNode[];
  removed: GraphNode[];
  /** With the changed settings' names, `name` for the step's own name and `version` for its type. */
  changed: { node: GraphNode; before: GraphNode; fields: string[] }[];
  /** Nodes that exist in both and whose ways out lead elsewhere. */
  rewired: GraphNode[];
  /** Names of the journey's settings that differ. */
  settings: string[];
};

/** The difference of two graphs, with nodes known by their ids; nodes are told as they are in `after`. */
export function compareGraphs({ before, after }: { before: Graph; after: Graph }): GraphChanges {
  const kept = Object.values(after.nodes).filter((node) => before.nodes[node.id]);
  const waysBefore = waysOut(before.edges);
  const waysAfter = waysOut(after.edges);
  return {
    added: Object.values(after.nodes).filter((node) => !before.nodes[node.id]),
    removed: Object.values(before.nodes).filter((node) => !after.nodes[node.id]),
    changed: kept.flatMap((node) => {
      const old = before.nodes[node.id];
      const fields = old ? changedFields({ old, node }) : [];
      return old && fields.length > 0 ? [{ node, before: old, fields }] : [];
    }),
    rewired: kept.filter((node) => waysBefore.get(node.id) !== waysAfter.get(node.id)),
    settings: differingKeys(before.settings, after.settings),
  };
}

/** How many steps differ, and the journey's settings as one more. */
export function countChanges({ added, removed, changed, rewired, settings }: GraphChanges): number {
  const touched = new Set([...changed.map(({ node }) => node.id), ...rewired.map((node) => node.id)]);
  return added.length + removed.length + touched.size + (settings.length > 0 ? 1 : 0);
}

function changedFields({ old, node }: { old: GraphNode; node: GraphNode }): string[] {
  if (old === node) return [];
  const fields = differingKeys(old.config, node.config);
  if (old.type !== node.type || old.version !== node.version) fields.unshift('version');
  if (old.name !== node.name) fields.unshift('name');
  return fields;
}

function differingKeys(before: object, after: object): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !sameJson((before as Record<string, unknown>)[key], (after as Record<string, unknown>)[key]),
  );
}

function waysOut(edges: readonly Edge[]): Map<string, string> {
  const ways = new Map<string, string[]>();
  for (const edge of edges) ways.set(edge.from, [...(ways.get(edge.from) ?? []), `${edge.port} ${edge.to}`]);
  return new Map([...ways].map(([id, list]) => [id, list.sort().join('\n')]));
}
