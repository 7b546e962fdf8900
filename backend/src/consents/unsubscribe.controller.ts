import { Controller, Get, Headers, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { TrackingLinks } from '../content/index.js';
import { Access } from '../platform/http/index.js';
import { escapeHtml } from '../platform/text/index.js';
import { channelNames } from './channel-words.js';
import { readForm } from './form-body.js';
import { sendPage } from './hosted-page.js';
import { filled, pageLanguage, pageWords } from './page-words.js';
import { PreferencesService } from './preferences.service.js';
import type { Visitor } from './preferences.service.js';
import { ConsentService } from './consent.service.js';
import { TopicRepository } from './topic.repository.js';
import { textsOf } from './topic-texts.js';
import { sendInvalid } from './unsubscribe-page.js';
import { unsubscribeWords } from './unsubscribe-words.js';

/** Who leaves what, in the words of a page. */
type Leaving = {
  visitor: Visitor;
  language: string;
  names: { workspace: string; channel: string; channels: string; topic: string };
  /** What the message is about, when that is a topic of the workspace. */
  topic: string | null;
};

/**
 * Leaving by a message: the topic that it is about, or all of its channel. Mail scanners follow links, so a GET only asks;
 * the POST (RFC 8058, and the buttons) acts. Nobody is signed in and no cookie is looked at: the address is signed.
 */
@Controller('/t/u')
export class UnsubscribeController {
  constructor(
    private readonly links: TrackingLinks,
    private readonly preferences: PreferencesService,
    private readonly consents: ConsentService,
    private readonly topics: TopicRepository,
  ) {}

  @Get(':token')
  @Access('public')
  async ask(
    @Param('token') token: string,
    @Query('lang') lang: string | undefined,
    @Headers('accept-language') accepted: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const leaving = await this.leaving(token, { lang, accepted });
    if (!leaving) return sendInvalid(response, accepted);
    const { language, names, topic } = leaving;
    const words = unsubscribeWords(language);
    const more = pageWords(language);
    const text = (of: string) => escapeHtml(filled(of, names));
    const button = (value: string, label: string, kind = '') =>
      `<button name="from" value="${value}"${kind}>${label}</button>`;
    this.send(response, leaving, {
      title: words.title,
      body: `<p>${text(questionOf(leaving))}</p><form method="post" action="?lang=${language}"><div class="actions">${
        topic === null
          ? button('channel', text(words.button))
          : button('topic', text(more.leaveTopicButton)) +
            button('channel', text(more.leaveAllButton), ' class="quiet"')
      }</div></form>`,
    });
  }

  @Post(':token')
  @Access('public')
  async leave(
    @Param('token') token: string,
    @Query('lang') lang: string | undefined,
    @Headers('accept-language') accepted: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    // Whatever a mail program posts is read: what it says beside (List-Unsubscribe=One-Click) does not matter.
    const form = await readForm(request);
    const leaving = await this.leaving(token, { lang, accepted });
    if (!leaving) return sendInvalid(response, accepted);
    const { language, visitor, names } = leaving;
    const words = unsubscribeWords(language);
    const message = visitor.message!;
    const topic = form.get('from') === 'channel' ? null : leaving.topic;
    // A test run has no effect outside: its person may be a real one.
    if (message.origin !== 'test')
      await this.consents.transaction((sql) =>
        this.consents.ofMessage(visitor.scope, {
          sql,
          message,
          statement: { channel: message.channel, topic: topic ?? '', state: 'unsubscribed' },
          // A mail program asks in words of its own.
          evidence: {
            source: 'link',
            ip: request.ip,
            shown: form.has('from') ? filled(questionOf(leaving), names) : undefined,
          },
        }),
      );
    const done = topic === null ? words.done : pageWords(language).leftTopic;
    this.send(response, leaving, {
      title: words.doneTitle,
      body: `<p role="status">${escapeHtml(message.origin === 'test' ? words.testRun : filled(done, names))}</p>`,
    });
  }

  private send(
    response: Response,
    { visitor, language }: Leaving,
    { title, body }: { title: string; body: string },
  ): void {
    const choose = `<p><a href="${escapeHtml(`${this.preferences.addressFor(visitor)}?lang=${language}`)}">${escapeHtml(pageWords(language).choose)}</a></p>`;
    sendPage(response, { language, title, body: body + choose, brand: visitor.page, name: visitor.workspace });
  }

  private async leaving(
    token: string,
    { lang, accepted }: { lang: unknown; accepted: string | undefined },
  ): Promise<Leaving | null> {
    const visitor = await this.preferences.receiver(this.links.readUnsubscribe(token));
    if (!visitor?.message) return null;
    const { channel, topic: key } = visitor.message;
    const asked = typeof lang === 'string' ? lang : undefined;
    const language = pageLanguage({ asked, accepted, usual: visitor.language });
    const topic = key === null ? null : await this.topics.find(visitor.scope, key);
    const names = {
      ...channelNames(channel, language),
      workspace: visitor.workspace,
      topic: topic ? textsOf(topic, language).name : '',
    };
    return { visitor, language, names, topic: topic?.key ?? null };
  }
}

function questionOf({ topic, language }: Leaving): string {
  return topic === null ? unsubscribeWords(language).question : pageWords(language).leaveTopic;
}
