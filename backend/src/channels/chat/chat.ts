import type { JsonObject } from '@wend/contract';
import type { ComposeInput, MessageProblem, MessageTemplate } from '@wend/node-sdk';
import { problemWhen } from '../field-problems.js';
import { templatesIn, textOf } from '../node-templates.js';

export type ChatButton = { label: string; link: string };
/** What a messenger shows: a text, buttons below it, and for some a picture. */
export type ChatContent = { text: string; buttons: ChatButton[]; image?: string };

/** What each messenger takes; lengths in characters. */
export type ChatLimits = { name: string; text: number; buttons: number; label: number };

export function chatTemplates(config: JsonObject): Record<string, MessageTemplate> {
  return {
    ...templatesIn(config, ['text'], 'none'),
    ...templatesIn(config, ['image'], 'url'),
    ...Object.fromEntries(
      buttonsIn(config).flatMap(({ label, link }, index): [string, MessageTemplate][] => [
        [`buttons[${index}].label`, { source: textOf(label), escape: 'none' }],
        [`buttons[${index}].link`, { source: textOf(link), escape: 'url' }],
      ]),
    ),
  };
}

export function composeChat(
  { config, values, links }: Pick<ComposeInput, 'config' | 'values' | 'links'>,
  limits: ChatLimits,
): { content: ChatContent; problems: MessageProblem[] } {
  const value = (path: string) => (values[path] ?? '').trim();
  const image = value('image');
  const written: ChatContent = {
    text: value('text'),
    buttons: buttonsIn(config).map((_, index) => ({
      label: value(`buttons[${index}].label`),
      link: value(`buttons[${index}].link`),
    })),
    ...(image !== '' && { image }),
  };
  // An address that is counted always looks right: what it leads to is looked at.
  const problems = chatProblems(written, limits);
  const buttons = written.buttons.map(({ label, link }) => ({ label, link: links.click(link) }));
  return { content: { ...written, buttons }, problems };
}

function chatProblems({ text, buttons, image }: ChatContent, limits: ChatLimits): MessageProblem[] {
  const count = new Intl.NumberFormat('en').format(limits.text);
  return [
    ...problemWhen(text === '', 'text', 'is empty for this person'),
    ...problemWhen(
      [...text].length > limits.text,
      'text',
      `is longer than the ${count} characters that ${limits.name} takes`,
    ),
    ...problemWhen(
      buttons.length > limits.buttons,
      'buttons',
      `are more than the ${limits.buttons} that ${limits.name} takes`,
    ),
    ...buttons.flatMap(({ label, link }, index) => [
      ...problemWhen(label === '', `buttons[${index}].label`, 'is empty for this person'),
      ...problemWhen(
        [...label].length > limits.label,
        `buttons[${index}].label`,
        `is longer than the ${limits.label} characters that ${limits.name} takes`,
      ),
      ...problemWhen(
        !/^https?:\/\//i.test(link) || !URL.canParse(link),
        `buttons[${index}].link`,
        'must be a whole address, beginning with https://',
      ),
    ]),
    ...problemWhen(
      image !== undefined && !/^https?:\/\//i.test(image),
      'image',
      'must be an address that begins with https://',
    ),
  ];
}

function buttonsIn({ buttons }: JsonObject): JsonObject[] {
  return Array.isArray(buttons) ? buttons.map((button) => (button ?? {}) as JsonObject) : [];
}
