import type { Graph, GraphNode, Issue } from './graph.js';
import type { NodeManifest } from './manifest.js';

type Given = {
  graph: Pick<Graph, 'settings'>;
  known: ReadonlyMap<string, { node: GraphNode; manifest: Pick<NodeManifest, 'joinsRuns'> }>;
};

/** Steps that bring runs together, in journeys where nobody has two at a time. */
export function joinIssues({ graph: { settings }, known }: Given): Issue[] {
  const { rule } = settings.reentry;
  if (rule === 'always' || rule === 'after') return [];
  return [...known.values()].flatMap(({ node, manifest }): Issue[] =>
    manifest.joinsRuns
      ? [
          {
            code: 'nobody-joins',
            severity: 'warning',
            nodeId: node.id,
            message: `“${node.name}” will only ever have one event: people can’t enter again while they’re in the journey.`,
            hint: 'Let people enter again always, in the settings of the journey.',
          },
        ]
      : [],
  );
}
