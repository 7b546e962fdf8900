import { Controller, Get, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { TrackingLinks } from '../content/index.js';
import { Access } from '../platform/http/index.js';
import { escapeHtml } from '../platform/text/index.js';
import { channelNames } from './channel-words.js';
import { ConsentService } from './consent.service.js';
import { filled, pageWords } from './page-words.js';
import { PreferencesService } from './preferences.service.js';
import type { Visitor } from './preferences.service.js';
import { TopicRepository } from './topic.repository.js';
import { textsOf } from './topic-texts.js';
import { unsubscribeWords } from './unsubscribe-words.js';
import { PageAsked, answerVisitor } from './visitor-page.js';
import type { Asked } from './visitor-page.js';

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
  async ask(@PageAsked() asked: Asked, @Res() response: Response): Promise<void> {
    await answerVisitor(response, {
      asked,
      visitor: await this.visitor(asked),
      page: async (visitor, language) => {
        const { question } = await this.about(visitor, language);
        const words = pageWords(language);
        return {
          title: words.confirmTitle,
          body: `<p>${escapeHtml(question)}</p><form method="post" action="?lang=${language}"><div class="actions"><button>${escapeHtml(words.confirmButton)}</button></div></form>`,
        };
      },
    });
  }

  @Post(':token')
  @Access('public')
  async confirm(@PageAsked() asked: Asked, @Res() response: Response): Promise<void> {
    asked.request.resume();
    await answerVisitor(response, {
      asked,
      visitor: await this.visitor(asked),
      page: async (visitor, language) => {
        const { question, confirmed, topic } = await this.about(visitor, language);
        const isTest = visitor.message?.origin === 'test';
        if (!isTest) {
          const evidence = { source: 'confirmation', ip: asked.ip, shown: question } as const;
          const { channel } = visitor.message!;
          await this.consents.transaction((sql) =>
            this.preferences.say(visitor, { sql, channel, topic, state: 'subscribed', evidence }),
          );
        }
        const words = pageWords(language);
        return {
          title: words.confirmedTitle,
          body: `<p role="status">${escapeHtml(isTest ? unsubscribeWords(language).testRun : confirmed)}</p>${this.preferences.choosing(visitor, { language, says: words.title })}`,
        };
      },
    });
  }

  private visitor({ token }: Asked): Promise<Visitor | null> {
    return this.preferences.receiver(this.links.readConfirm(token));
  }

  private async about(
    { scope, message, workspace }: Visitor,
    language: string,
  ): Promise<{ question: string; confirmed: string; topic: string | null }> {
    const topic = message!.topic === null ? null : await this.topics.find(scope, message!.topic);
    const names = {
      ...channelNames(message!.channel, language),
      workspace,
      topic: topic ? textsOf(topic, language).name : '',
    };
    const words = pageWords(language);
    return {
      question: filled(topic ? words.confirm : words.confirmAll, names),
      confirmed: filled(topic ? words.confirmed : words.confirmedAll, names),
      topic: topic?.key ?? null,
    };
  }
}
