import { maximumNodes } from '@wend/contract';
import type { Graph } from '@wend/contract';
import { UserError } from '../platform/errors/index.js';

/** What every stored graph has, finished or not: nodes under their own ids, edges between nodes that exist. Throws a 400. */
export function checkStructure(graph: Graph): void {
  const errors: { path: string; message: string }[] = [];
  const nodes = Object.entries(graph.nodes);
  if (nodes.length > maximumNodes) errors.push({ path: 'graph.nodes', message: `must be at most ${maximumNodes} nodes; split the journey in two` });
  for (const [id, node] of nodes) {
    if (node.id !== id) errors.push({ path: `graph.nodes.${id}.id`, message: `must be "${id}", the key it is stored under` });
  }
  const seen = new Set<string>();
  for (const [index, edge] of graph.edges.entries()) {
    if (seen.has(edge.id)) errors.push({ path: `graph.edges.${index}.id`, message: 'is the id of another edge too' });
    seen.add(edge.id);
    for (const end of ['from', 'to'] as const) {
      if (!Object.hasOwn(graph.nodes, edge[end])) errors.push({ path: `graph.edges.${index}.${end}`, message: `names the node "${edge[end]}", which does not exist` });
    }
  }
  if (errors.length > 0) throw new UserError('invalid-request', 'The graph does not hold together; see "errors".', { errors: errors.slice(0, 50) });
}
