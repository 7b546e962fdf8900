import { Controller, Get, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { TrackingLinks } from '../content/index.js';
import { Access } from '../platform/http/index.js';
import { escapeHtml } from '../platform/text/index.js';
import { channelNames } from './channel-words.js';
import { readForm } from './form-body.js';
import { filled, pageWords } from './page-words.js';
import { PreferencesService } from './preferences.service.js';
import type { Visitor } from './preferences.service.js';
import { ConsentService } from './consent.service.js';
import { TopicRepository } from './topic.repository.js';
import { textsOf } from './topic-texts.js';
import { unsubscribeWords } from './unsubscribe-words.js';
import { PageAsked, answerVisitor } from './visitor-page.js';
import type { Asked } from './visitor-page.js';

/** What a message is about, in the words of a page; `topic`: when that is a topic of the workspace. */
type About = { names: Record<'workspace' | 'channel' | 'channels' | 'topic', string>; topic: string | null };

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
  async ask(@PageAsked() asked: Asked, @Res() response: Response): Promise<void> {
    await answerVisitor(response, {
      asked,
      visitor: await this.visitor(asked),
      page: async (visitor, language) => {
        const { names, topic } = await this.about(visitor, language);
        const words = unsubscribeWords(language);
        const more = pageWords(language);
        const text = (of: string) => escapeHtml(filled(of, names));
        const button = (value: string, label: string, kind = '') =>
          `<button name="from" value="${value}"${kind}>${label}</button>`;
        const buttons =
          topic === null
            ? button('channel', text(words.button))
            : button('topic', text(more.leaveTopicButton)) +
              button('channel', text(more.leaveAllButton), ' class="quiet"');
        return {
          title: words.title,
          body: `<p>${text(questionOf(topic, language))}</p><form method="post" action="?lang=${language}"><div class="actions">${buttons}</div></form>${this.choosing(visitor, language)}`,
        };
      },
    });
  }

  @Post(':token')
  @Access('public')
  async leave(@PageAsked() asked: Asked, @Res() response: Response): Promise<void> {
    // Whatever a mail program posts is read: what it says beside (List-Unsubscribe=One-Click) does not matter.
    const form = await readForm(asked.request);
    await answerVisitor(response, {
      asked,
      visitor: await this.visitor(asked),
      page: async (visitor, language) => {
        const { names, topic: about } = await this.about(visitor, language);
        const topic = form.get('from') === 'channel' ? null : about;
        const { channel, origin } = visitor.message!;
        // A test run has no effect outside: its person may be a real one.
        if (origin !== 'test') {
          // A mail program asks in words of its own.
          const shown = form.has('from') ? filled(questionOf(about, language), names) : undefined;
          const evidence = { source: 'link', ip: asked.ip, shown } as const;
          await this.consents.transaction((sql) =>
            this.preferences.say(visitor, { sql, channel, topic, state: 'unsubscribed', evidence }),
          );
        }
        const words = unsubscribeWords(language);
        const done = filled(topic === null ? words.done : pageWords(language).leftTopic, names);
        return {
          title: words.doneTitle,
          body: `<p role="status">${escapeHtml(origin === 'test' ? words.testRun : done)}</p>${this.choosing(visitor, language)}`,
        };
      },
    });
  }

  private visitor({ token }: Asked): Promise<Visitor | null> {
    return this.preferences.receiver(this.links.readUnsubscribe(token));
  }

  private choosing(visitor: Visitor, language: string): string {
    return this.preferences.choosing(visitor, { language, says: pageWords(language).choose });
  }

  private async about({ scope, message, workspace }: Visitor, language: string): Promise<About> {
    const { channel, topic: key } = message!;
    const topic = key === null ? null : await this.topics.find(scope, key);
    return {
      names: {
        ...channelNames(channel, language),
        workspace,
        topic: topic ? textsOf(topic, language).name : '',
      },
      topic: topic?.key ?? null,
    };
  }
}

function questionOf(topic: string | null, language: string): string {
  return topic === null ? unsubscribeWords(language).question : pageWords(language).leaveTopic;
}
