import type { Graph, GraphNode, Issue } from './graph.js';
import type { NodeManifest } from './manifest.js';
import { messageReferences } from './validate-references.js';

type Given = { graph: Graph; known: ReadonlyMap<string, { node: GraphNode; manifest: NodeManifest }> };
type Reference = { node: GraphNode; id: string; path: string };

/** Steps that wait for a message of a step that is not there, sends none, or does not come before them. */
export function messageReferenceIssues({ graph, known }: Given): Issue[] {
  const reaches = reaching(graph);
  return Object.values(graph.nodes).flatMap((node) =>
    messageReferences(node.config).flatMap(({ node: id, path }) =>
      issuesOf({ graph, known }, { reaches, reference: { node, id, path } }),
    ),
  );
}

/** Who comes after a step, itself among them: found once for each step that is asked about, over lines found once. */
function reaching({ edges }: Graph): (from: string, to: string) => boolean {
  const lines = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const own = lines.get(from);
    if (own) own.push(to);
    else lines.set(from, [to]);
  }
  const found = new Map<string, Set<string>>();
  return (from, to) => {
    let after = found.get(from);
    if (!after) {
      after = new Set([from]);
      for (const id of after) for (const next of lines.get(id) ?? []) after.add(next);
      found.set(from, after);
    }
    return after.has(to);
  };
}

type Asked = { reaches: (from: string, to: string) => boolean; reference: Reference };

function issuesOf({ graph, known }: Given, { reaches, reference: { node, id, path } }: Asked): Issue[] {
  if (id === '') return [];
  const message = known.get(id);
  const about = { severity: 'error', nodeId: node.id, path } as const;
  if (!graph.nodes[id])
    return [
      {
        ...about,
        code: 'message-of-unknown-node',
        message: `“${node.name}” waits for a message of a step that doesn’t exist.`,
        hint: 'Choose a message of this journey.',
      },
    ];
  if (message && !message.manifest.channel)
    return [
      {
        ...about,
        code: 'message-of-unknown-node',
        message: `“${node.name}” waits for a message of “${message.node.name}”, which sends none.`,
        hint: 'Choose an email, push, or SMS.',
      },
    ];
  if (reaches(id, node.id)) return [];
  return [
    {
      ...about,
      code: 'message-not-before',
      severity: 'warning',
      message: `Nobody who reaches “${node.name}” was sent “${graph.nodes[id].name}” before.`,
      hint: 'Choose a message that comes before this step.',
    },
  ];
}
