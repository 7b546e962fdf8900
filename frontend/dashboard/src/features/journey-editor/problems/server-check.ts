import type { Graph, Issue } from '@wend/contract';
import type { EditorState, EditorStore } from '../store/editor-store';

type NoteServerIssuesOptions = {
  store: EditorStore;
  graph: Graph;
  issues: readonly Issue[];
};

/**
 * The server reads templates with the parser that sends them, and knows which names were seen and which channels have a
 * provider. It says what is wrong with each draft it saves; until it has seen the present one, what it said of nodes
 * that are as they were still holds.
 */
export function noteServerIssues({ store, graph, issues }: NoteServerIssuesOptions): void {
  store.setState({ serverCheck: { graph, issues } });
}

type WithServerIssuesOptions = {
  graph: Graph;
  local: readonly Issue[];
  check: EditorState['serverCheck'];
};

/**
 * All issues of a draft: the server's where it has seen this very draft, else our own and what only the server can tell
 * of unchanged nodes.
 */
export function withServerIssues({ graph, local, check }: WithServerIssuesOptions): Issue[] {
  if (!check) return [...local];
  if (check.graph === graph) return [...check.issues];
  const kept = check.issues.filter(
    (issue) =>
      isServers(issue) &&
      issue.nodeId !== undefined &&
      sameNode(graph.nodes[issue.nodeId], check.graph.nodes[issue.nodeId]),
  );
  const all = [...local, ...kept];
  return [...all.filter((issue) => issue.severity === 'error'), ...all.filter((issue) => issue.severity === 'warning')];
}

/** What only the server knows: providers, channels, topics, the country, and what templates of the workspace ask for. */
const serversOwn = [
  'no-provider',
  'unknown-channel',
  'unknown-template',
  'template-not-approved',
  'template-field',
  'unknown-topic',
  'archived-topic',
  'topic-of-other-channel',
  'no-way-out',
  'no-ad-mark',
];

function isServers({ code, line }: Issue): boolean {
  return line !== undefined || serversOwn.includes(code);
}

function sameNode(now: Graph['nodes'][string] | undefined, then: Graph['nodes'][string] | undefined): boolean {
  return (
    now !== undefined &&
    then !== undefined &&
    now.config === then.config &&
    now.type === then.type &&
    now.version === then.version
  );
}
