import { channelName } from '@wend/contract';
import type { ChannelDefinition, JsonObject } from '@wend/contract';
import type { Device } from './define-provider.js';

/**
 * How what data puts into a template is made safe for where it stands: `html`, a JSON body, an address, a form's body,
 * one line (a header), or plain text.
 */
export type Escape = 'html' | 'json' | 'url' | 'form' | 'line' | 'none';
export type MessageTemplate = { source: string; escape: Escape };
/** `path` as an editor names the field: `headers[0].value`. */
export type MessageProblem = { path: string; message: string };

/** A mail cut at its links, so that tracked addresses can be put there. */
export type MailPart = { html: string } | { link: string } | { pixel: true } | { trap: true };
/** `text`: the plain part, cut at its links too. */
export type MailDocument = { parts: MailPart[]; text: (string | { link: string })[] };

/** Addresses through which Wend hears of a message. In a preview links stay as they are written, and no pixel is there. */
export type MessageLinks = {
  unsubscribe: string;
  click: (url: string) => string;
  /** A plain text with its links short, where the workspace has a domain for that and the channel `shortensLinks`. */
  shorten: (text: string) => string;
  /** A link that no person sees; null in a preview. */
  trap: () => string | null;
  /** The pixel that tells of an opening. */
  open: () => string | null;
  /** A short signed token for an address that what comes back goes to: it names the message. Null in a preview. */
  bounceToken: () => string | null;
  /** Where an app says that it showed the message, or that it was tapped; null in a preview. */
  report: () => string | null;
};

export type ComposeInput = {
  /** The settings of the node, as its author wrote them. */
  config: JsonObject;
  /** What the templates came to, by their paths. */
  values: Record<string, string>;
  /** With `mail`. */
  mail?: MailDocument | undefined;
  links: MessageLinks;
  /** Settings of the connection that it will go out through; without its secrets. */
  settings: Record<string, unknown>;
  /** Where this installation of Wend is reached. */
  publicUrl: string;
};

export type ChannelOptions<Content extends object> = {
  definition: ChannelDefinition;
  /**
   * The address in a person's traits, null where there is none that could be right. Without it the text of the trait
   * that the definition names. Not asked where the address is a device. `country`: the workspace's (ISO 3166-1).
   */
  addressOf?: (traits: JsonObject, place?: { country: string | null }) => string | null;
  /** Which of a person's devices a message goes to, the one that was used last first; all of them without it. */
  devicesFor?: (content: Content, devices: readonly Device[]) => readonly Device[];
  /** Settings of a step, for a test that is sent before there is one. */
  sample?: JsonObject;
  /** The templates in a node's settings, by the paths where an editor shows their errors. */
  templates: (config: JsonObject) => Record<string, MessageTemplate>;
  /** Makes a whole mail of the template named `body`, with the one named `preheader` as its preview text. */
  mail?: boolean;
  /** Links in its texts lead through short ones. */
  shortensLinks?: boolean;
  /** Makes the message, and says what is wrong with it for this person: it is not sent then. */
  compose: (input: ComposeInput) => { content: Content; problems: MessageProblem[] };
};

/** A channel as the backend uses it. */
export type ChannelCode = {
  definition: ChannelDefinition;
  addressOf: (traits: JsonObject, place?: { country: string | null }) => string | null;
  devicesFor: (content: JsonObject, devices: readonly Device[]) => readonly Device[];
  sample: JsonObject | null;
  templates: ChannelOptions<object>['templates'];
  mail: boolean;
  shortensLinks: boolean;
  compose: (input: ComposeInput) => { content: JsonObject; problems: MessageProblem[] };
};

/**
 * Defines what composes the messages of a channel and whom they reach. The definition beside it is what all others know
 * of the channel. Throws one sentence when it cannot work.
 */
export function defineChannel<Content extends object>(options: ChannelOptions<Content>): ChannelCode {
  const { definition, templates, mail = false, compose } = options;
  const { name, address } = definition;
  if (!channelName.test(name))
    throw new Error(`Channel ${name}: its name must be of lower-case letters, digits and “-”.`);
  if (address && !address.devices && !address.trait && !options.addressOf)
    throw new Error(`Channel ${name}: say what it reaches people by: a trait, devices, or addressOf.`);
  return {
    definition,
    addressOf: options.addressOf ?? ((traits) => textOf(traits, address?.trait)),
    devicesFor: (content, devices) => options.devicesFor?.(content as Content, devices) ?? devices,
    sample: options.sample ?? null,
    templates,
    mail,
    shortensLinks: options.shortensLinks === true,
    compose: (input) => compose(input) as { content: JsonObject; problems: MessageProblem[] },
  };
}

function textOf(traits: JsonObject, trait: string | undefined): string | null {
  const value = trait === undefined ? undefined : traits[trait];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
