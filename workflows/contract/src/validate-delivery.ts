import { messageClassOf } from './channels/index.js';
import { quietProblem } from './delivery-rules/quiet.js';
import type { Graph, GraphNode, Issue } from './graph.js';
import type { NodeManifest } from './manifest.js';

type Given = { graph: Graph; known: ReadonlyMap<string, { node: GraphNode; manifest: NodeManifest }> };

/** How marketing is to be sent, where that cannot be done: quiet hours of a step that are none, or never end. */
export function deliveryIssues({ known }: Given): Issue[] {
  return [...known.values()].flatMap(({ node, manifest }): Issue[] => {
    if (!manifest.channel || messageClassOf(node.config) !== 'marketing') return [];
    const message = quietProblem(node.config);
    return message === null
      ? []
      : [
          {
            code: 'invalid-config',
            severity: 'error',
            nodeId: node.id,
            path: 'quietWindows',
            message,
            hint: 'Quiet hours are among the step’s further settings.',
          },
        ];
  });
}
