import { messageClassOf } from './channels/index.js';
import type { Graph, GraphNode, Issue } from './graph.js';
import type { NodeManifest } from './manifest.js';
import { sentParts } from './sent-parts.js';
import type { SentPart } from './sent-parts.js';
import type { KnownTemplate } from './validate-chosen-templates.js';

type Given = {
  graph: Graph;
  known: ReadonlyMap<string, { node: GraphNode; manifest: NodeManifest }>;
  /** Of the workspace (ISO 3166-1); null or left out where it is not known. */
  country?: string | null;
  channelTemplates?: readonly KnownTemplate[];
};

/**
 * What advertising has to begin with, by country. Korea: art. 50 (4) of the network act and its decree, at the beginning
 * of the subject of a mail and of every other message, written just so.
 */
const adMarks: Partial<Record<string, { mark: string; where: string; law: string }>> = {
  KR: { mark: '(광고)', where: 'South Korea', law: 'the Network Act, article 50' },
};

/** Liquid that decides and shows nothing itself. */
const tagsFirst = /^(?:\s|\{%[\s\S]*?%\})*/;

/** Marketing that does not begin with the mark which the law of the workspace’s country wants there. */
export function adMarkIssues({ known, country, channelTemplates }: Given): Issue[] {
  const wanted = country ? adMarks[country] : undefined;
  if (!wanted) return [];
  const { mark, where, law } = wanted;
  return [...known.values()].flatMap(({ node, manifest }): Issue[] => {
    if (!manifest.channel || messageClassOf(node.config) !== 'marketing') return [];
    return sentParts({ node, manifest, channelTemplates }).flatMap((part): Issue[] => {
      const { opening } = part;
      const text = opening?.text.replace(tagsFirst, '') ?? '';
      if (!opening || text === '' || text.startsWith(mark)) return [];
      const change = opening.path === null ? 'Choose a template that does' : `Insert ${mark}`;
      return [
        {
          code: 'no-ad-mark',
          severity: 'warning',
          nodeId: node.id,
          message: `In ${where} advertising begins with ${mark} (${law}): ${openingWords(node, part)} doesn’t.`,
          hint: `${change}, and name the sender after it. If it’s no advertising, make it transactional.`,
          ...(opening.path !== null && { fix: { path: opening.path, before: `${mark} ` } }),
        },
      ];
    });
  });
}

function openingWords({ name }: GraphNode, { channel, isFallback, template }: SentPart): string {
  if (isFallback) return `the SMS that “${name}” sends instead`;
  if (template !== null) return `“${template}”, which “${name}” sends,`;
  const field = channel.content.find(({ name: field }) => field === channel.opening)?.label ?? channel.opening ?? '';
  return `the ${field.toLowerCase()} of “${name}”`;
}
