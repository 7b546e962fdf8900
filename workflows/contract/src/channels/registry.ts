import { channelName } from './definition.js';
import type { ChannelDefinition } from './definition.js';
import { email } from './email.js';
import { kakaoAlimtalk } from './kakao-alimtalk.js';
import { kakaoFriendtalk } from './kakao-friendtalk.js';
import { line } from './line.js';
import { push } from './push.js';
import { sms } from './sms.js';
import { telegram } from './telegram.js';
import { webhook } from './webhook.js';
import { webpush } from './webpush.js';
import { whatsapp } from './whatsapp.js';

/** The channels that Wend brings, in the order in which screens list them. */
export const builtInChannels: readonly ChannelDefinition[] = [
  email,
  sms,
  kakaoAlimtalk,
  kakaoFriendtalk,
  whatsapp,
  line,
  telegram,
  push,
  webpush,
  webhook,
];

const known = new Map(builtInChannels.map((definition) => [definition.name, definition]));

/**
 * Makes channels of packages known to this process, or page. The same again changes nothing. Throws one sentence when a
 * definition cannot work.
 */
export function addChannels(definitions: readonly ChannelDefinition[]): void {
  for (const definition of definitions) {
    if (!channelName.test(definition.name))
      throw new Error(`The channel “${definition.name}” needs a name of lower-case letters, digits and “-”.`);
    if (builtInChannels.some(({ name }) => name === definition.name)) continue;
    known.set(definition.name, definition);
  }
}

/** Every channel that is known here. */
export function knownChannels(): ChannelDefinition[] {
  return [...known.values()];
}

/** Whether there is such a channel here. */
export function isChannel(name: string): boolean {
  return known.has(name);
}

/** What is wrong where a channel is named that there is not, with those that there are. */
export function noChannelWords(name: string): string {
  return `there is no channel “${name}”; there are ${[...known.keys()].join(', ')}`;
}

/** Channels that reach people, by name; the others call programs. */
export function personChannels(): string[] {
  return knownChannels().flatMap(({ name, address }) => (address ? [name] : []));
}

/**
 * A channel by name. One that is not known here, as of a package that is gone or not loaded yet, is made of its name,
 * so that its messages can still be shown.
 */
export function channelOf(name: string): ChannelDefinition {
  return known.get(name) ?? nameOnly(name);
}

/** What a channel is called inside a sentence. */
export function channelWords(name: string): string {
  return channelOf(name).words;
}

function nameOnly(name: string): ChannelDefinition {
  const words = name.replaceAll('-', ' ');
  return {
    name,
    label: words.charAt(0).toUpperCase() + words.slice(1),
    words,
    plural: `${words} messages`,
    icon: 'send',
    address: { noun: `address for ${words}` },
    states: [],
    content: [],
    title: '',
    receiver: { opens: false, clicks: 'never' },
  };
}
