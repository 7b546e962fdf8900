import { channelOf } from '@wend/contract';
import { defineChannel } from '@wend/node-sdk';
import type { MessageProblem } from '@wend/node-sdk';
import { phoneNumberOf } from '../../profiles/index.js';
import { problemWhen } from '../field-problems.js';
import { templatesIn } from '../node-templates.js';
import { smsParts } from './sms-parts.js';
import type { SmsParts } from './sms-parts.js';

/** `parts`: how many messages it is on the air, which is what it costs. */
export type SmsContent = { text: string } & SmsParts;

/** Text messages to a phone. */
export const smsChannel = defineChannel<SmsContent>({
  definition: channelOf('sms'),
  addressOf: (traits, place) => phoneNumberOf(traits, place?.country ?? null),
  shortensLinks: true,
  sample: { text: 'A test from Wend: your connection works.' },
  templates: (config) => templatesIn(config, ['text'], 'none'),
  compose({ values, links }) {
    const text = links.shorten((values['text'] ?? '').trim());
    const content = { text, ...smsParts(text) };
    return { content, problems: smsProblems(content) };
  },
});

export function smsProblems({ text }: Pick<SmsContent, 'text'>): MessageProblem[] {
  return [
    ...problemWhen(text === '', 'text', 'is empty for this person'),
    ...problemWhen(text.length > 1_600, 'text', 'is longer than 1,600 characters'),
  ];
}
