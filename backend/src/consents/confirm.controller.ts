import { Controller, Get, Headers, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { TrackingLinks } from '../content/index.js';
import { Access } from '../platform/http/index.js';
import { escapeHtml } from '../platform/text/index.js';
import { channelNames } from './channel-words.js';
import { ConsentService } from './consent.service.js';
import { sendPage } from './hosted-page.js';
import { filled, pageLanguage, pageWords } from './page-words.js';
import { PreferencesService } from './preferences.service.js';
import type { Visitor } from './preferences.service.js';
import { TopicRepository } from './topic.repository.js';
import { textsOf } from './topic-texts.js';
import { sendInvalid } from './unsubscribe-page.js';
import { unsubscribeWords } from './unsubscribe-words.js';

type Asked = { lang: unknown; accepted: string | undefined };

/**
 * Confirming what was asked for (double opt-in), from the message that asks: the topic that it is about, or all of its
 * channel. Scanners follow links, so a GET only asks; the POST of the button confirms.
 */
@Controller('/t/k')
export class ConfirmController {
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
    const visitor = await this.preferences.receiver(this.links.readConfirm(token));
    if (!visitor) return sendInvalid(response, accepted);
    const { language, question } = await this.words(visitor, { lang, accepted });
    const words = pageWords(language);
    sendPage(response, {
      language,
      title: words.confirmTitle,
      brand: visitor.page,
      name: visitor.workspace,
      body: `<p>${escapeHtml(question)}</p><form method="post" action="?lang=${language}"><div class="actions"><button>${escapeHtml(words.confirmButton)}</button></div></form>`,
    });
  }

  @Post(':token')
  @Access('public')
  async confirm(
    @Param('token') token: string,
    @Query('lang') lang: string | undefined,
    @Headers('accept-language') accepted: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    request.resume();
    const visitor = await this.preferences.receiver(this.links.readConfirm(token));
    if (!visitor?.message) return sendInvalid(response, accepted);
    const { language, question, confirmed, topic } = await this.words(visitor, { lang, accepted });
    const { message, scope } = visitor;
    const isTest = message.origin === 'test';
    if (!isTest)
      await this.consents.transaction((sql) =>
        this.consents.ofMessage(scope, {
          sql,
          message,
          statement: { channel: message.channel, topic, state: 'subscribed' },
          evidence: { source: 'confirmation', ip: request.ip, shown: question },
        }),
      );
    const words = pageWords(language);
    sendPage(response, {
      language,
      title: words.confirmedTitle,
      brand: visitor.page,
      name: visitor.workspace,
      body: `<p role="status">${escapeHtml(isTest ? unsubscribeWords(language).testRun : confirmed)}</p><p><a href="${escapeHtml(`${this.preferences.addressFor(visitor)}?lang=${language}`)}">${escapeHtml(words.title)}</a></p>`,
    });
  }

  private async words(
    { scope, message, workspace, language: usual }: Visitor,
    { lang, accepted }: Asked,
  ): Promise<{ language: string; question: string; confirmed: string; topic: string }> {
    const language = pageLanguage({ asked: typeof lang === 'string' ? lang : undefined, accepted, usual });
    const topic = message!.topic === null ? null : await this.topics.find(scope, message!.topic);
    const names = {
      ...channelNames(message!.channel, language),
      workspace,
      topic: topic ? textsOf(topic, language).name : '',
    };
    const words = pageWords(language);
    return {
      language,
      question: filled(topic ? words.confirm : words.confirmAll, names),
      confirmed: filled(topic ? words.confirmed : words.confirmedAll, names),
      topic: topic?.key ?? '',
    };
  }
}
