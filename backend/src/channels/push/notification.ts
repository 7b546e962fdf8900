import type { JsonObject } from '@wend/contract';
import type { ComposeInput, MessageProblem, MessageTemplate } from '@wend/node-sdk';
import { isUnsafeScheme, schemeOf } from '../../content/index.js';
import { controlCharacters, problemWhen } from '../field-problems.js';
import { templatesIn } from '../node-templates.js';

/** What a notification says and opens: the same on a phone and in a browser. */
export type NotificationContent = { title: string; body: string; link: string | null; image: string | null };

export function notificationTemplates(config: JsonObject): Record<string, MessageTemplate> {
  return { ...templatesIn(config, ['title', 'body'], 'none'), ...templatesIn(config, ['link', 'image'], 'url') };
}

export function composeNotification({ values }: Pick<ComposeInput, 'values'>): {
  content: NotificationContent;
  problems: MessageProblem[];
} {
  const value = (path: string) => (values[path] ?? '').trim();
  const content = {
    title: value('title'),
    body: value('body'),
    link: value('link') || null,
    image: value('image') || null,
  };
  return { content, problems: notificationProblems(content) };
}

export function notificationProblems({ title, body, link, image }: NotificationContent): MessageProblem[] {
  return [
    ...problemWhen(title === '' && body === '', 'title', 'is empty for this person'),
    ...problemWhen(title.length > 500, 'title', 'is longer than 500 characters'),
    ...problemWhen(body.length > 3_000, 'body', 'is longer than 3,000 characters'),
    ...problemWhen(
      link !== null && !isLink(link),
      'link',
      'must be a whole address, such as https://example.com/offer or myapp://offer',
    ),
    ...problemWhen(
      image !== null && !/^https?:\/\//i.test(image),
      'image',
      'must be an address that begins with https://',
    ),
  ];
}

export function isLink(link: string): boolean {
  const scheme = schemeOf(link);
  return scheme !== undefined && !isUnsafeScheme(scheme) && !controlCharacters.test(link) && URL.canParse(link);
}
