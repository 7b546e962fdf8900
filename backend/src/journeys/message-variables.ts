import { channelOf, liquidFields, nodeKey } from '@wend/contract';
import type { Graph, GraphNode, NodeManifest } from '@wend/contract';
import { readTemplate } from '../content/index.js';

/** Something of a person that a message says as it is. `trait`: its path below the person. */
export type PersonVariable = { node: string; name: string; path: string; variable: string; trait: string[] };

/** A message that says more of people than so much is looked at only so far. */
const mostVariables = 100;
/** Liquid's own words at the end of a path. */
const ofLists = new Set<string | number>(['size', 'first', 'last']);

/** The steps of a graph that send to people. */
export function messageSteps(
  { nodes }: Pick<Graph, 'nodes'>,
  manifests: ReadonlyMap<string, NodeManifest>,
): { node: GraphNode; manifest: NodeManifest }[] {
  return Object.values(nodes).flatMap((node) => {
    const manifest = manifests.get(nodeKey(node));
    return manifest?.channel && channelOf(manifest.channel).address !== null ? [{ node, manifest }] : [];
  });
}

/**
 * What messages print of the person without a fallback: `{{ profile.first_name }}`, but not with `| default`, and not
 * what a tag only asks about.
 */
export function personVariables(
  graph: Pick<Graph, 'nodes'>,
  manifests: ReadonlyMap<string, NodeManifest>,
): PersonVariable[] {
  const found = messageSteps(graph, manifests).flatMap(({ node, manifest }) =>
    liquidFields({ schema: manifest.config, config: node.config }).flatMap(({ path, source }): PersonVariable[] =>
      source.includes('{{') ? printed(source).map((trait) => variableOf({ node, path, trait })) : [],
    ),
  );
  const known = new Map(found.map((each) => [`${each.node} ${each.path} ${each.variable}`, each]));
  return [...known.values()].slice(0, mostVariables);
}

function variableOf({ node, path, trait }: { node: GraphNode; path: string; trait: string[] }): PersonVariable {
  return { node: node.id, name: node.name, path, variable: ['profile', ...trait].join('.'), trait };
}

/** Paths below the person, of what is printed as it is. */
function printed(source: string): string[][] {
  const lines = source.split('\n');
  return readTemplate(source).variables.flatMap(({ path: [root, ...rest], line, column }) => {
    if (root !== 'profile') return [];
    const before = [...lines.slice(0, line - 1), lines[line - 1]!.slice(0, column - 1)].join('\n');
    const after = [lines[line - 1]!.slice(column - 1), ...lines.slice(line)].join('\n');
    if (before.lastIndexOf('{{') <= before.lastIndexOf('{%')) return [];
    const end = after.indexOf('}}');
    if (/\|\s*default\b/.test(end < 0 ? after : after.slice(0, end))) return [];
    const stop = rest.findIndex(
      (segment, index) =>
        typeof segment !== 'string' || (index === rest.length - 1 && index > 0 && ofLists.has(segment)),
    );
    const trait = (stop < 0 ? rest : rest.slice(0, stop)).map(String);
    return trait.length === 0 || trait[0] === 'id' ? [] : [trait];
  });
}
