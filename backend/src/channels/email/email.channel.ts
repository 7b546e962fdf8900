import { channelOf } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { defineChannel } from '@wend/node-sdk';
import type { ComposeInput, MailDocument, MessageLinks, MessageProblem, MessageTemplate } from '@wend/node-sdk';
import { escapeHtml } from '../../platform/text/index.js';
import { emailOf } from '../../profiles/index.js';
import { controlCharacters, problemWhen } from '../field-problems.js';
import { templatesIn, textOf } from '../node-templates.js';
import { readMailbox } from './mime/header.js';

export type EmailContent = {
  from: string;
  subject: string;
  preheader: string;
  html: string;
  text: string;
  unsubscribeUrl: string;
  replyTo?: string;
  /** Fetched when the mail goes out; an empty name is taken from the address. */
  attachments?: { url: string; name: string }[];
  /** Images at web addresses go with the mail. */
  embedImages?: boolean;
  /** Signed, for the envelope sender of a connection that has a domain for bounces; null in a preview. */
  bounceToken?: string | null;
};

/** Emails. The body is HTML; what else there is goes into headers, which are of one line. */
export const emailChannel = defineChannel<EmailContent>({
  definition: channelOf('email'),
  addressOf: emailOf,
  mail: true,
  sample: {
    subject: 'A test from Wend',
    body: '<p>This email shows that your connection works.</p>',
  },
  templates: (config) => ({
    ...templatesIn(config, ['from', 'replyTo', 'subject', 'preheader'], 'line'),
    ...attachmentTemplates(config),
    body: { source: textOf(config['body']), escape: 'html' },
  }),
  compose({ config, values, mail, links, settings, publicUrl }: ComposeInput) {
    const value = (path: string) => (values[path] ?? '').trim();
    const replyTo = value('replyTo');
    const attachments = attachmentsIn(config)
      .map((_, index) => ({ url: value(`attachments[${index}].url`), name: value(`attachments[${index}].name`) }))
      // One that is not for this person comes to nothing.
      .filter(({ url }) => url !== '');
    const content: EmailContent = {
      from: value('from') || senderOf(settings) || `Wend <no-reply@${new URL(publicUrl).hostname}>`,
      subject: value('subject'),
      preheader: value('preheader'),
      html: mail ? joined(mail, links) : '',
      text: mail?.text.map((part) => (typeof part === 'string' ? part : links.click(part.link))).join('') ?? '',
      unsubscribeUrl: links.unsubscribe,
      ...(replyTo !== '' && { replyTo }),
      ...(attachments.length > 0 && { attachments }),
      ...(config['embedImages'] === true && { embedImages: true }),
      bounceToken: links.bounceToken(),
    };
    return { content, problems: emailProblems(content) };
  },
});

function attachmentsIn(config: JsonObject): { url: string; name: string }[] {
  const attachments = Array.isArray(config['attachments']) ? config['attachments'] : [];
  return attachments.map((attachment) => {
    const { url, name } = (attachment ?? {}) as JsonObject;
    return { url: textOf(url), name: textOf(name) };
  });
}

function attachmentTemplates(config: JsonObject): Record<string, MessageTemplate> {
  return Object.fromEntries(
    attachmentsIn(config).flatMap(({ url, name }, index) => [
      [`attachments[${index}].url`, { source: url, escape: 'url' } as const],
      [`attachments[${index}].name`, { source: name, escape: 'line' } as const],
    ]),
  );
}

/** The sender that a connection is set up with; empty where none is. */
export function senderOf({ from }: Record<string, unknown>): string {
  return typeof from === 'string' ? from : '';
}

function joined({ parts }: MailDocument, links: MessageLinks): string {
  return parts
    .map((part) => {
      if ('html' in part) return part.html;
      if ('link' in part) return `"${escapeHtml(links.click(part.link))}"`;
      if ('trap' in part) return trapOf(links.trap());
      const pixel = links.open();
      return pixel === null
        ? ''
        : `<img src="${escapeHtml(pixel)}" width="1" height="1" alt="" style="display:block;border:0;width:1px;height:1px">`;
    })
    .join('');
}

/** Neither seen, nor read out, nor reached by the keyboard. */
function trapOf(url: string | null): string {
  return url === null
    ? ''
    : `<a href="${escapeHtml(url)}" rel="nofollow" tabindex="-1" aria-hidden="true" style="display:none;mso-hide:all"></a>`;
}

/** A header with a line break would let data write headers of its own. */
export function emailProblems(content: EmailContent): MessageProblem[] {
  return [
    ...problemWhen(content.subject === '', 'subject', 'is empty for this person'),
    ...problemWhen(controlCharacters.test(content.subject), 'subject', 'must not contain a line break'),
    ...problemWhen(content.subject.length > 500, 'subject', 'is longer than 500 characters'),
    ...problemWhen(controlCharacters.test(content.from), 'from', 'must not contain a line break'),
    ...problemWhen(
      readMailbox(content.from) === null,
      'from',
      'must look like hello@example.com or Name <hello@example.com>',
    ),
    ...replyToProblems(content.replyTo),
    ...(content.attachments ?? []).flatMap((attachment, index) => attachmentProblems(attachment, index)),
  ];
}

function replyToProblems(replyTo: string | undefined): MessageProblem[] {
  if (replyTo === undefined) return [];
  return problemWhen(
    controlCharacters.test(replyTo) || readMailbox(replyTo) === null,
    'replyTo',
    'must be one address on one line, such as help@example.com',
  );
}

function attachmentProblems({ url, name }: { url: string; name: string }, index: number): MessageProblem[] {
  return [
    ...problemWhen(
      !/^https?:\/\//i.test(url) || !URL.canParse(url),
      `attachments[${index}].url`,
      'must be a whole address, beginning with https://',
    ),
    ...problemWhen(
      controlCharacters.test(name) || /[/\\]/.test(name) || name.length > 100,
      `attachments[${index}].name`,
      'must be a file name of at most 100 characters, such as invoice.pdf',
    ),
  ];
}
