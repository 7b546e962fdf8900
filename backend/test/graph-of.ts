import { addNode, connect, emptyGraph } from '@wend/contract';
import type { Graph, GraphNode, JsonObject } from '@wend/contract';

export type Step = { id: string; type: string; config: JsonObject; to?: Record<string, string> };

/** A graph of these nodes; the first is the entry. */
export function graphOf(steps: Step[], settings: Partial<Graph['settings']> = {}): Graph {
  let graph: Graph = { ...emptyGraph(), settings: { ...emptyGraph().settings, ...settings } };
  for (const { id, type, config } of steps)
    graph = addNode(graph, {
      node: { id, type, version: 1, name: id, config, position: { x: 0, y: 0 } } satisfies GraphNode,
    });
  for (const { id, to } of steps)
    for (const [port, target] of Object.entries(to ?? {})) graph = connect(graph, { from: id, port, to: target });
  return graph;
}

/** The node that people enter by. */
export function entry(event: string, to: string, where?: JsonObject): Step {
  return { id: 'entry', type: 'wend/entry-event', config: { event, ...(where && { where }) }, to: { next: to } };
}
