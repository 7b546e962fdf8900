import { Injectable } from '@nestjs/common';
import { ChannelRegistry, ChannelsService, sendNotice } from '../channels/index.js';
import { Config } from '../platform/config/index.js';
import { logger } from '../platform/logging/index.js';
import { escapeHtml, storableText } from '../platform/text/index.js';
import { ApprovalLinks } from './approval-links.js';
import { isAddress } from './asker.js';
import { MailRepository } from './mail.repository.js';
import type { DueMail } from './mail.repository.js';
import { approvalWords, filled, whenOf } from './words.js';

const atOnce = 10;
/** Longer than any provider is waited for: whoever is killed meanwhile has its mails taken over. */
const leaseSeconds = 120;
/** With the pauses between them, about a day. */
const mostAttempts = 31;
const longestSubject = 150;

/** No other try could go better. */
class Unsendable extends Error {}

/**
 * Sends the mails that ask, remind, and ask somebody else, until they are taken, were tried for a day, or the question is over. One that
 * was handed over by somebody who was killed before writing that down is sent again, under the same id.
 */
@Injectable()
export class ApprovalMailer {
  constructor(
    private readonly mails: MailRepository,
    private readonly links: ApprovalLinks,
    private readonly config: Config,
    private readonly registry: ChannelRegistry,
    private readonly channels: ChannelsService,
  ) {}

  /** True when there may be more. */
  async work(): Promise<boolean> {
    const due = await this.mails.claim({ limit: atOnce, leaseSeconds });
    await Promise.all(due.map((mail) => this.settle(mail)));
    return due.length === atOnce;
  }

  private async settle(mail: DueMail): Promise<void> {
    const { workspaceId, id, attempts } = mail;
    const scope = { workspaceId };
    try {
      await this.send(mail);
    } catch (error) {
      const inSeconds = error instanceof Unsendable || attempts >= mostAttempts ? null : pauseSeconds(attempts);
      logger.warn({ err: error, workspaceId, mail: id, inSeconds }, 'an approval could not be asked for by email');
      const words = storableText((error as Error).message).slice(0, 500);
      return this.mails.failed(scope, { id, error: words, inSeconds });
    }
    await this.mails.sent(scope, id);
  }

  private async send(mail: DueMail): Promise<void> {
    const { workspaceId, id, address } = mail;
    if (address === null) throw new Unsendable('This member is gone.');
    if (!isAddress(address)) throw new Unsendable('This is no email address.');
    const { publicUrl } = this.config;
    await sendNotice(
      { workspaceId },
      {
        registry: this.registry,
        channels: this.channels,
        notice: { id, address, publicUrl, ...mailOf(mail, this.links.address({ workspaceId, mailId: id })) },
        otherwise: 'Add one under Settings → Channels.',
      },
    );
  }
}

/** 15 s, 30 s, a minute … an hour. */
function pauseSeconds(attempts: number): number {
  return Math.min(3_600, 15 * 2 ** (attempts - 1));
}

/** In the workspace's language; what the step says is text, whatever it holds. */
function mailOf(mail: DueMail, link: string): { subject: string; text: string; html: string } {
  const { question, details, reminder, escalation, workspace, dueAt, language, zone } = mail;
  const words = approvalWords(language);
  const intro = filled(escalation ? words.mailEscalates : reminder ? words.mailReminds : words.mailAsks, { workspace });
  const until = dueAt === null ? [] : [filled(words.until, { date: whenOf(dueAt, { language, zone }) })];
  const footer = words.mailFooter;
  const title = question.replace(/\s+/g, ' ');
  const subject = `${reminder ? `${words.reminder}: ` : ''}${title}`.slice(0, longestSubject);
  const paragraphs = details === '' ? [] : [details];
  const lines = (text: string) => escapeHtml(text).replaceAll('\n', '<br>');
  return {
    subject,
    text: [intro, question, ...paragraphs, ...until, `${words.mailButton}: ${link}`, footer].join('\n\n'),
    html: `<!doctype html><html lang="${words.language}"><body style="font-family:system-ui,sans-serif;line-height:1.5;max-width:36rem">
<p>${escapeHtml(intro)}</p>
<h2 style="font-size:1.1rem">${lines(question)}</h2>
${[...paragraphs, ...until].map((each) => `<p>${lines(each)}</p>`).join('\n')}
<p><a href="${escapeHtml(link)}" style="display:inline-block;padding:.6rem 1.1rem;border-radius:.5rem;background:#1f6f54;color:#fff;text-decoration:none;font-weight:600">${escapeHtml(words.mailButton)}</a></p>
<p style="color:#666;font-size:.85rem">${escapeHtml(footer)}</p></body></html>`,
  };
}
