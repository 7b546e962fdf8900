import type { Edge, Graph, GraphNode } from '@wend/contract';

/** What publishing would change for people, node by node. Where cards lie does not count. */
export type GraphChanges = {
  added: GraphNode[];
  removed: GraphNode[];
  /** With the changed settings' names. */
  changed: { node: GraphNode; fields: string[] }[];
  /** Nodes that exist in both and whose ways out lead elsewhere. */
  rewired: GraphNode[];
  settings: boolean;
};

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
      return fields.length > 0 ? [{ node, fields }] : [];
    }),
    rewired: kept.filter((node) => waysBefore.get(node.id) !== waysAfter.get(node.id)),
    settings: !sameJson(before.settings, after.settings),
  };
}

export function countChanges({ added, removed, changed, rewired, settings }: GraphChanges): number {
  const touched = new Set([...changed.map(({ node }) => node.id), ...rewired.map((node) => node.id)]);
  return added.length + removed.length + touched.size + (settings ? 1 : 0);
}

function changedFields({ old, node }: { old: GraphNode; node: GraphNode }): string[] {
  if (old === node) return [];
  const fields = [...new Set([...Object.keys(old.config), ...Object.keys(node.config)])].filter(
    (key) => !sameJson(old.config[key], node.config[key]),
  );
  if (old.type !== node.type || old.version !== node.version) fields.unshift('version');
  if (old.name !== node.name) fields.unshift('name');
  return fields;
}

function waysOut(edges: readonly Edge[]): Map<string, string> {
  const ways = new Map<string, string[]>();
  for (const edge of edges) ways.set(edge.from, [...(ways.get(edge.from) ?? []), `${edge.port} ${edge.to}`]);
  return new Map([...ways].map(([id, list]) => [id, list.sort().join('\n')]));
}

/** Equal as JSON, whatever the order of keys: a database may return another one. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (
    typeof a !== 'object' ||
    typeof b !== 'object' ||
    a === null ||
    b === null ||
    Array.isArray(a) !== Array.isArray(b)
  )
    return false;
  const keys = Object.keys(a).filter((key) => (a as Record<string, unknown>)[key] !== undefined);
  const others = Object.keys(b).filter((key) => (b as Record<string, unknown>)[key] !== undefined);
  return (
    keys.length === others.length &&
    keys.every((key) => sameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}
