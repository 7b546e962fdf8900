import { Controller, Get, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Access } from '../platform/http/index.js';
import { readForm } from './form-body.js';
import { filled, pageWords } from './page-words.js';
import { dayOf, preferenceForm, readChoices } from './preference-page.js';
import { PreferencesService } from './preferences.service.js';
import type { Visitor } from './preferences.service.js';
import { unsubscribeWords } from './unsubscribe-words.js';
import { PageAsked, answerVisitor } from './visitor-page.js';
import type { Asked } from './visitor-page.js';

/**
 * The preference centre. Nobody is signed in and no cookie is looked at: the address is signed, says who it is for, and
 * the page says nothing of them but what they chose. It works without JavaScript, and only a POST changes anything.
 */
@Controller('/t/s')
export class PreferencesController {
  constructor(private readonly preferences: PreferencesService) {}

  @Get(':token')
  @Access('public')
  async show(@PageAsked() asked: Asked, @Res() response: Response): Promise<void> {
    await answerVisitor(response, {
      asked,
      visitor: await this.preferences.visitor(asked.token),
      page: (visitor, language) => this.page(visitor, { language, told: null }),
    });
  }

  @Post(':token')
  @Access('public')
  async change(@PageAsked() asked: Asked, @Res() response: Response): Promise<void> {
    const form = await readForm(asked.request);
    await answerVisitor(response, {
      asked,
      visitor: await this.preferences.visitor(asked.token),
      page: async (visitor, language) => {
        const told = await this.act(visitor, { form, language, ip: asked.ip });
        return this.page(visitor, { language, told });
      },
    });
  }

  /** What is said of it, in the words of the page. */
  private async act(
    visitor: Visitor,
    { form, language, ip }: { form: URLSearchParams; language: string; ip: string | undefined },
  ): Promise<string> {
    if (visitor.message?.origin === 'test') return unsubscribeWords(language).testRun;
    const { workspace, zone } = visitor;
    const words = pageWords(language);
    switch (form.get('do')) {
      case 'none':
        await this.preferences.leaveAll(visitor, { ip, shown: words.none });
        return filled(words.noneDone, { workspace });
      case 'pause': {
        const until = await this.preferences.pause(visitor, { pause: true, ip, shown: words.pause });
        return filled(words.pausedDone, { date: dayOf(until!, { language, zone }) });
      }
      case 'resume':
        await this.preferences.pause(visitor, { pause: false, ip, shown: words.resume });
        return words.resumedDone;
      default: {
        const choices = await this.preferences.choices(visitor, language);
        await this.preferences.save(visitor, { choices: readChoices(form, { choices, words, language }), ip });
        return words.saved;
      }
    }
  }

  private async page(
    visitor: Visitor,
    { language, told }: { language: string; told: string | null },
  ): Promise<{ title: string; body: string }> {
    const words = pageWords(language);
    const own = visitor.page.texts[language];
    const choices = await this.preferences.choices(visitor, language);
    const { workspace, zone } = visitor;
    return {
      title: own?.title ?? words.title,
      body: preferenceForm({
        words,
        language,
        workspace,
        zone,
        choices,
        intro: own?.intro ?? filled(words.intro, { workspace }),
        told,
      }),
    };
  }
}
