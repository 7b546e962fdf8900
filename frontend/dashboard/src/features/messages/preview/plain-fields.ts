import { channelOf } from '@wend/contract/plain';
import type { Channel } from '@wend/contract';
import type { LooseContent } from './content';

export type PlainField = { name: string; label: string; text: string };

/** What a message says, field by field: those that its channel names first, then whatever else it has. */
export function plainFields(channel: Channel, content: LooseContent): PlainField[] {
  if (!content) return [];
  const named = channelOf(channel).content;
  const others = Object.keys(content).filter((name) => !named.some((field) => field.name === name));
  return [...named, ...others.map((name) => ({ name, label: name }))]
    .map(({ name, label }) => ({ name, label, text: textOf(content[name]) }))
    .filter(({ text }) => text !== '');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : String(value);
}
