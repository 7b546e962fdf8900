import { channelOf, liquidFields, nodeKey } from '@wend/contract';
import type { Graph, GraphNode, NodeManifest } from '@wend/contract';
import { readTemplate } from '../content/index.js';

/** What a message says may come from the person, from what the run came in by, from earlier steps or from an event. */
const roots = ['profile', 'entry', 'run', 'event'] as const;
type Root = (typeof roots)[number];

/** Something that a message says as it is. `below`: its path below the root. */
export type SaidVariable = { node: string; name: string; path: string; variable: string; root: Root; below: string[] };

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
 * What messages print of the person and the run without a fallback: `{{ profile.first_name }}`, but not with `| default`,
 * and not what a tag only asks about.
 */
export function saidVariables(
  graph: Pick<Graph, 'nodes'>,
  manifests: ReadonlyMap<string, NodeManifest>,
): SaidVariable[] {
  const found = messageSteps(graph, manifests).flatMap(({ node, manifest }) =>
    liquidFields({ schema: manifest.config, config: node.config }).flatMap(({ path, source }): SaidVariable[] =>
      source.includes('{{')
        ? printed(source).map(({ root, below }) => ({
            node: node.id,
            name: node.name,
            path,
            variable: [root, ...below].join('.'),
            root,
            below,
          }))
        : [],
    ),
  );
  const known = new Map(found.map((each) => [`${each.node} ${each.path} ${each.variable}`, each]));
  return [...known.values()].slice(0, mostVariables);
}

/** Paths of what is printed as it is. */
function printed(source: string): Pick<SaidVariable, 'root' | 'below'>[] {
  const lines = source.split('\n');
  return readTemplate(source).variables.flatMap(({ path: [first, ...rest], line, column }) => {
    const root = roots.find((each) => each === first);
    if (!root) return [];
    const before = [...lines.slice(0, line - 1), lines[line - 1]!.slice(0, column - 1)].join('\n');
    const after = [lines[line - 1]!.slice(column - 1), ...lines.slice(line)].join('\n');
    if (before.lastIndexOf('{{') <= before.lastIndexOf('{%')) return [];
    const end = after.indexOf('}}');
    if (/\|\s*default\b/.test(end < 0 ? after : after.slice(0, end))) return [];
    const stop = rest.findIndex(
      (segment, index) =>
        typeof segment !== 'string' || (index === rest.length - 1 && index > 0 && ofLists.has(segment)),
    );
    const below = (stop < 0 ? rest : rest.slice(0, stop)).map(String);
    return below.length === 0 || (root === 'profile' && below[0] === 'id') ? [] : [{ root, below }];
  });
}
