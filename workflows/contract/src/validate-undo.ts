import { reachableFrom } from './edit.js';
import type { Graph, GraphNode, Issue } from './graph.js';
import type { NodeManifest } from './manifest.js';
import { undoPort } from './undo-port.js';

type Given = {
  graph: Graph;
  known: ReadonlyMap<string, { node: GraphNode; manifest: NodeManifest }>;
};

/**
 * What undoes a step happens at once and to the end: nothing in it may wait, and nothing is sent to those who have left.
 * A path that is switched on and leads nowhere undoes nothing.
 */
export function undoIssues({ graph, known }: Given): Issue[] {
  const undone = [...known.values()].filter(
    ({ node, manifest }) => manifest.undo && node.config[undoPort.when] === true,
  );
  const starts = undone.map(({ node }) => ({ node, to: undoStart(graph, node.id) }));
  const within = new Set(starts.flatMap(({ to }) => (to === undefined ? [] : [...reachableFrom(graph, to)])));
  return [
    ...starts.flatMap(({ node, to }): Issue[] =>
      to !== undefined
        ? []
        : [
            {
              code: 'undo-unconnected',
              severity: 'warning',
              nodeId: node.id,
              path: undoPort.when,
              message: `“${node.name}” is to be undone if people leave early, but nothing is connected to that path.`,
              hint: 'Connect it to the step that undoes it, or switch it off.',
            },
          ],
    ),
    ...[...within].flatMap((id): Issue[] => {
      const found = known.get(id);
      if (!found || (!found.manifest.blocks && !found.manifest.channel)) return [];
      const { node, manifest } = found;
      return [
        {
          code: 'undo-waits',
          severity: 'error',
          nodeId: id,
          message: manifest.channel
            ? `“${node.name}” sends a message on a path that people take when they leave early.`
            : `“${node.name}” waits on a path that people take when they leave early.`,
          hint: 'Such a path undoes things at once. Use only actions and decisions on it.',
        },
      ];
    }),
  ];
}

function undoStart(graph: Graph, id: string): string | undefined {
  return graph.edges.find(({ from, port }) => from === id && port === undoPort.id)?.to;
}
