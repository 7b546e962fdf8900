import { messageClassOf } from './channels/index.js';
import type { ChannelDefinition } from './channels/index.js';
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
type WayOut = NonNullable<ChannelDefinition['wayOut']>;

const ePrivacy = 'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO GB'.split(
  ' ',
);

/**
 * Where advertising must say how one gets no more: the ePrivacy directive (art. 13: every message that is stored until
 * it is fetched) in the EU and EEA, PECR in the United Kingdom, CASL in Canada, the Spam Act in Australia, the UEM Act in
 * New Zealand, and art. 50 of the network act in Korea, which asks it of notifications, too. In the United States the
 * TCPA and CTIA’s rules are about texts to phone numbers.
 */
const wanted: Record<WayOut, ReadonlySet<string>> = {
  text: new Set([...ePrivacy, 'US', 'CA', 'AU', 'NZ', 'KR']),
  messenger: new Set([...ePrivacy, 'CA', 'AU', 'NZ', 'KR']),
  notification: new Set(['KR']),
};

/** A link of ours, or words by which people are told how to leave: a reply, a setting, or a free number in Korea. */
const wayOut = new RegExp(
  [
    'unsubscribe_url|preferences_url|(?<![-\\w])stopp?\\b|\\bunsubscribe\\b|\\bopt[ -]?out\\b',
    '\\barr[êe]t\\b|d[ée]sabonn|d[ée]sinscri|\\bbaja\\b|\\bsair\\b|disiscri|\\babmeld|\\babbestell|\\bafmeld|\\buitschrijf',
    '수신\\s?거부|수신\\s?동의\\s?철회|알림\\s?(?:끄기|해제)|채널\\s?차단|\\b080[- ]?\\d|停止',
  ].join('|'),
  'i',
);

const hints: Record<WayOut, string> = {
  text: 'Add {{ unsubscribe_url }} or words such as “Reply STOP to opt out”.',
  messenger: 'Add {{ unsubscribe_url }}, or words that say how to opt out.',
  notification: 'Say where they are turned off, such as “수신거부: 설정 > 알림”.',
};
const expected = 'If people expect the message because of something they did, make it transactional.';

/** Marketing by a channel whose messages say nothing of how to leave unless their text does. */
export function wayOutIssues({ known, country, channelTemplates }: Given): Issue[] {
  if (!country) return [];
  return [...known.values()].flatMap(({ node, manifest }): Issue[] => {
    if (!manifest.channel || messageClassOf(node.config) !== 'marketing') return [];
    return sentParts({ node, manifest, channelTemplates })
      .filter(({ channel, texts }) => isWanted(channel, country) && !texts.some((text) => wayOut.test(text)))
      .map((part) => issueOf(node, part));
  });
}

function isWanted({ wayOut: kind }: ChannelDefinition, country: string): boolean {
  return kind !== undefined && wanted[kind].has(country);
}

function issueOf(node: GraphNode, { channel, isFallback, opening, template, isWhole }: SentPart): Issue {
  const kind = channel.wayOut!;
  const about = { code: 'no-way-out', nodeId: node.id } as const;
  if (template !== null)
    return {
      ...about,
      path: 'template',
      // What a provider adds to a locked template is not known here.
      severity: isWhole ? 'error' : 'warning',
      message: `“${node.name}” is marketing by ${channel.words}, and nothing in “${template}” says how to get no more.`,
      hint: isWhole
        ? `Choose a template that says it. ${expected}`
        : `If your provider doesn’t add it, say it in the template. ${expected}`,
    };
  return {
    ...about,
    severity: 'error',
    message: isFallback
      ? `The SMS that “${node.name}” sends instead is marketing, and doesn’t say how to get no more.`
      : `“${node.name}” is marketing by ${channel.words}, and doesn’t say how to get no more.`,
    hint: `${hints[kind]} ${expected}`,
    // A link in a notification cannot be pressed.
    ...(kind !== 'notification' && opening?.path && { fix: { path: opening.path, after: ' {{ unsubscribe_url }}' } }),
  };
}
