import { channelOf } from '@wend/contract';
import type { Channel } from '@wend/contract';

/** The blanks `{channel}` and `{channels}` of the words of pages: a channel, and in English its messages (`emails`). */
export function channelNames(channel: Channel, language: string): { channel: string; channels: string } {
  const { label, labels, plural } = channelOf(channel);
  return { channel: labels?.[language.split('-')[0]!] ?? label, channels: plural };
}
