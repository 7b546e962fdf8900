import { channelOf, topicOf } from './channels/index.js';
import type { Graph, GraphNode, Issue } from './graph.js';
import type { NodeManifest } from './manifest.js';
import { topicReferences } from './validate-references.js';

/** A topic of the workspace, also an archived one. */
export type KnownTopic = { key: string; name: string; channels: readonly string[]; archived: boolean };
type Given = {
  graph: Graph;
  known: ReadonlyMap<string, { node: GraphNode; manifest: NodeManifest }>;
  /** Left out where they are not known: in a browser. */
  topics?: readonly KnownTopic[];
};

/**
 * Messages about a topic that is not there, that is not offered any more, or that is not sent on their channel; and rules
 * that ask for one that is not there.
 */
export function topicIssues({ known, topics }: Given): Issue[] {
  if (!topics) return [];
  return [...known.values()].flatMap(({ node, manifest }) => [
    ...messageIssues({ node, manifest, topics }),
    ...ruleIssues({ node, topics }),
  ]);
}

type OfNode = { node: GraphNode; topics: readonly KnownTopic[] };

/** Whether a step that sends nothing itself asks what a message would be about. */
function asksTopic({ config }: NodeManifest): boolean {
  const properties = config['properties'] as Record<string, { widget?: unknown }> | undefined;
  return properties?.['topic']?.widget === 'topic';
}

function messageIssues({ node, manifest, topics }: OfNode & { manifest: NodeManifest }): Issue[] {
  const key = topicOf(node.config);
  if (key === null || !(manifest.channel || asksTopic(manifest))) return [];
  const about = { severity: 'error', nodeId: node.id, path: 'topic' } as const;
  const topic = topics.find((each) => each.key === key);
  if (!topic)
    return [
      {
        ...about,
        code: 'unknown-topic',
        message: `“${node.name}” is about “${key}”, which is no topic of this workspace.`,
        hint: 'Choose a topic in this step, or add this one under Settings → Topics.',
      },
    ];
  if (topic.archived)
    return [
      {
        ...about,
        code: 'archived-topic',
        message: `“${node.name}” is about “${topic.name}”, which is archived.`,
        hint: 'Choose another topic, or restore this one under Settings → Topics.',
      },
    ];
  if (!manifest.channel || topic.channels.includes(manifest.channel)) return [];
  return [
    {
      ...about,
      code: 'topic-of-other-channel',
      message: `“${node.name}” is about “${topic.name}”, which isn’t sent by ${channelOf(manifest.channel).words}.`,
      hint: `Choose another topic, or add ${channelOf(manifest.channel).label} to this one under Settings → Topics.`,
    },
  ];
}

/** What people said of an archived topic, or on a channel that it had once, still holds: rules may ask for it. */
function ruleIssues({ node, topics }: OfNode): Issue[] {
  return topicReferences(node.config).flatMap(({ topic: key, path }): Issue[] =>
    topics.some((topic) => topic.key === key)
      ? []
      : [
          {
            code: 'unknown-topic',
            severity: 'error',
            nodeId: node.id,
            path,
            message: `“${node.name}” asks for consent to “${key}”, which is no topic of this workspace.`,
            hint: 'Choose a topic there, or add this one under Settings → Topics.',
          },
        ],
  );
}
