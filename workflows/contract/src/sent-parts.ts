import { allTexts } from './config-fields.js';
import { channelOf, fallbackChannel, fallbackConfig, fallbackSetting } from './channels/index.js';
import type { ChannelDefinition } from './channels/index.js';
import type { GraphNode } from './graph.js';
import type { JsonObject } from './json.js';
import { templateChoice } from './locked-template.js';
import type { NodeManifest } from './manifest.js';
import type { KnownTemplate } from './validate-chosen-templates.js';

/** What of a step reaches somebody: its message, or the SMS that is sent where that cannot be delivered. */
export type SentPart = {
  channel: ChannelDefinition;
  isFallback: boolean;
  /** All that is known of its words. */
  texts: string[];
  /** What is read first, and the setting that holds it; null where nobody can change it in the step. */
  opening: { text: string; path: string | null } | null;
  /** The name of the template that it is made of. */
  template: string | null;
  /** False where a provider may add words that nobody here knows. */
  isWhole: boolean;
};

type Given = {
  node: GraphNode;
  manifest: NodeManifest;
  /** Left out where they are not known: in a browser. */
  channelTemplates?: readonly KnownTemplate[] | undefined;
};

/** Settings that say how a message is sent and not what it says. */
const notWords = ['template', 'messageClass', 'topic', 'whenCapped', 'quietHours', 'quietWindows', 'whenQuiet'];

/** Of a step that sends no messages, and of templates that are not known here, nothing. */
export function sentParts({ node: { config }, manifest, channelTemplates }: Given): SentPart[] {
  if (!manifest.channel) return [];
  const channel = channelOf(manifest.channel);
  const { [fallbackSetting]: instead, ...own } = config;
  const choice = templateChoice(config);
  const template = choice && channelTemplates?.find(({ id }) => id === choice.id);
  const main = choice
    ? template
      ? [templatePart({ channel, template, fields: choice.fields })]
      : []
    : [writtenPart({ channel, config: own })];
  if (fallbackConfig(config) === null || typeof instead !== 'string') return main;
  const sms = writtenPart({ channel: channelOf(fallbackChannel), config: { text: instead } });
  const opening = sms.opening && { ...sms.opening, path: fallbackSetting };
  return [...main, { ...sms, isFallback: true, opening }];
}

function writtenPart({ channel, config }: { channel: ChannelDefinition; config: JsonObject }): SentPart {
  const words = Object.fromEntries(Object.entries(config).filter(([key]) => !notWords.includes(key)));
  const text = channel.opening === undefined ? undefined : config[channel.opening];
  return {
    channel,
    isFallback: false,
    texts: allTexts(words).map(({ source }) => source),
    opening: typeof text === 'string' ? { text, path: channel.opening! } : null,
    template: null,
    isWhole: true,
  };
}

type TemplatePartOptions = { channel: ChannelDefinition; template: KnownTemplate; fields: Record<string, string> };

function templatePart({ channel, template: { name, definition }, fields }: TemplatePartOptions): SentPart {
  const part = { channel, isFallback: false, template: name };
  const values = Object.values(fields);
  if (definition.kind === 'approved') {
    const buttons = definition.buttons.flatMap(({ label, url = '' }) => [label, url]);
    return {
      ...part,
      texts: [definition.text, ...buttons, ...values],
      opening: channel.opening === undefined ? null : { text: definition.text, path: null },
      isWhole: true,
    };
  }
  const text = channel.opening === undefined ? undefined : fields[channel.opening];
  return {
    ...part,
    texts: [definition.call.body, ...Object.values(definition.shows), ...values],
    opening: text === undefined ? null : { text, path: `template.fields.${channel.opening}` },
    isWhole: false,
  };
}
