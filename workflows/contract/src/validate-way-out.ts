import { channelOf, messageClassOf } from './channels/index.js';
import type { Graph, GraphNode, Issue } from './graph.js';
import type { JsonObject } from './json.js';
import { templateChoice } from './locked-template.js';
import type { NodeManifest } from './manifest.js';

type Given = {
  graph: Graph;
  known: ReadonlyMap<string, { node: GraphNode; manifest: NodeManifest }>;
  /** Of the workspace (ISO 3166-1); null or left out where it is not known. */
  country?: string | null;
};

/**
 * Where an advertising text message must say how one gets no more: the ePrivacy directive (art. 13) in the EU and EEA,
 * PECR in the United Kingdom, the TCPA and CTIA's rules in the United States, CASL in Canada, the Spam Act in Australia,
 * the UEM Act in New Zealand, and art. 50 of the network act in Korea.
 */
const wanted = new Set(
  'US CA KR GB AU NZ AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO'.split(
    ' ',
  ),
);

/** A link of ours, or words by which people are told how to leave: a reply, or a free number in Korea. */
const wayOut =
  /unsubscribe_url|preferences_url|(?<![-\w])stopp?\b|\barr[êe]t\b|\bbaja\b|\bsair\b|\bunsubscribe\b|\bopt[ -]?out\b|수신\s?거부|停止|\b080[- ]?\d/i;

/** Marketing by a channel whose messages say nothing of how to leave unless their text does. */
export function wayOutIssues({ known, country }: Given): Issue[] {
  if (!country || !wanted.has(country)) return [];
  return [...known.values()].flatMap(({ node, manifest }): Issue[] => {
    const { channel } = manifest;
    if (channel === undefined || channelOf(channel).wayOut !== 'text' || messageClassOf(node.config) !== 'marketing')
      return [];
    // What a template says is for whoever wrote and had it approved.
    if (templateChoice(node.config) || textsIn(node.config).some((text) => wayOut.test(text))) return [];
    return [
      {
        code: 'no-way-out',
        severity: 'error',
        nodeId: node.id,
        message: `“${node.name}” is marketing by ${channelOf(channel).words}, and doesn’t say how to get no more.`,
        hint: 'Add {{ unsubscribe_url }} or words such as “Reply STOP to opt out”. If people expect the message because of something they did, make it transactional.',
      },
    ];
  });
}

function textsIn(value: JsonObject[string] | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsIn) : [];
}
