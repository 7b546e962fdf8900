import type { Graph, GraphNode, Issue } from './graph.js';
import type { NodeManifest } from './manifest.js';

type Known = ReadonlyMap<string, { node: GraphNode; manifest: NodeManifest }>;

/** The most steps that a run may take in one moment by going round: each is a visit that is stored. */
const mostAtOnce = 2_000;

/** Whether an edge sends people back only so often in a run: a loop through it ends. */
export function isBounded(manifest: Pick<NodeManifest, 'turns'> | undefined, port: string): boolean {
  return manifest?.turns?.port === port;
}

/** What is wrong with loops in which no time passes and that end: they may be too long. `loops`: their nodes. */
export function turnIssues({ graph, known, loops }: { graph: Graph; known: Known; loops: string[][] }): Issue[] {
  return loops.flatMap((ids): Issue[] => {
    const senders = ids.flatMap((id) => (known.get(id)?.manifest.turns ? (known.get(id) ?? []) : []));
    const [first] = senders;
    if (!first) return [];
    const turns = senders.reduce((sum, { node, manifest }) => sum + mostOf(node, manifest), 0);
    const steps = ids.filter((id) => graph.nodes[id]).length * turns;
    if (steps <= mostAtOnce) return [];
    return [
      {
        code: 'loop-too-long',
        severity: 'error',
        nodeId: first.node.id,
        message: `The loop through “${first.node.name}” has up to ${steps.toLocaleString('en')} steps in one moment, since no time passes in it. The maximum is ${mostAtOnce.toLocaleString('en')}.`,
        hint: 'Send people back less often, or add a wait to the loop.',
      },
    ];
  });
}

function mostOf({ config }: GraphNode, { turns }: NodeManifest): number {
  const most = turns && config[turns.most];
  return typeof most === 'number' && most > 0 ? most : 1;
}
