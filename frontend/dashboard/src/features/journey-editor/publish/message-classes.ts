import { channelOf, messageClassOf, nodeKey } from '@wend/contract/plain';
import type { Graph, NodeManifest } from '@wend/contract';

/** Names of the steps that send to people, by what their class lets through. */
export type MessageClasses = {
  marketing: string[];
  transactional: string[];
  /** Those of marketing that no quiet hours hold back. */
  atAnyTime: string[];
};

/** What a draft sends, and by which rules; a webhook goes to no person. */
export function messageClassesOf(
  { nodes }: Pick<Graph, 'nodes'>,
  manifests: Readonly<Record<string, NodeManifest>>,
): MessageClasses {
  const found: MessageClasses = { marketing: [], transactional: [], atAnyTime: [] };
  for (const node of Object.values(nodes)) {
    const channel = manifests[nodeKey(node)]?.channel;
    if (!channel || channelOf(channel).address === null) continue;
    const messageClass = messageClassOf(node.config);
    found[messageClass].push(node.name);
    if (messageClass === 'marketing' && node.config['quietHours'] === 'none') found.atAnyTime.push(node.name);
  }
  return found;
}
