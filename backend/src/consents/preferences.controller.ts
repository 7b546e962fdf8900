import { Controller, Get, Headers, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Access } from '../platform/http/index.js';
import { readForm } from './form-body.js';
import { sendPage } from './hosted-page.js';
import { filled, pageLanguage, pageWords } from './page-words.js';
import { dayOf, preferenceForm, readChoices } from './preference-page.js';
import { PreferencesService } from './preferences.service.js';
import type { Visitor } from './preferences.service.js';
import { sendInvalid } from './unsubscribe-page.js';
import { unsubscribeWords } from './unsubscribe-words.js';

type Asked = { token: string; lang?: string | undefined; accepted: string | undefined };

/**
 * The preference centre. Nobody is signed in and no cookie is looked at: the address is signed, says who it is for, and
 * the page says nothing of them but what they chose. It works without JavaScript, and only a POST changes anything.
 */
@Controller('/t/s')
export class PreferencesController {
  constructor(private readonly preferences: PreferencesService) {}

  @Get(':token')
  @Access('public')
  async show(
    @Param('token') token: string,
    @Query('lang') lang: string | undefined,
    @Headers('accept-language') accepted: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const visitor = await this.preferences.visitor(token);
    if (!visitor) return sendInvalid(response, accepted);
    await this.page(response, { visitor, asked: { token, lang: textOf(lang), accepted }, told: null });
  }

  @Post(':token')
  @Access('public')
  async change(
    @Param('token') token: string,
    @Query('lang') lang: string | undefined,
    @Headers('accept-language') accepted: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const form = await readForm(request);
    const visitor = await this.preferences.visitor(token);
    if (!visitor) return sendInvalid(response, accepted);
    const asked = { token, lang: textOf(lang), accepted };
    const told = await this.act(visitor, { form, asked, ip: request.ip });
    await this.page(response, { visitor, asked, told });
  }

  /** What is said of it, in the words of the page. */
  private async act(
    visitor: Visitor,
    { form, asked, ip }: { form: URLSearchParams; asked: Asked; ip: string | undefined },
  ): Promise<string> {
    const workspace = visitor.workspace;
    if (visitor.message?.origin === 'test') return unsubscribeWords(languageOf(visitor, asked)).testRun;
    const language = languageOf(visitor, asked);
    const words = pageWords(language);
    switch (form.get('do')) {
      case 'none':
        await this.preferences.leaveAll(visitor, { ip, shown: words.none });
        return filled(words.noneDone, { workspace });
      case 'pause': {
        const until = await this.preferences.pause(visitor, { pause: true, ip, shown: words.pause });
        return filled(words.pausedDone, { date: dayOf(until!, { language, zone: visitor.zone }) });
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
    response: Response,
    { visitor, asked, told }: { visitor: Visitor; asked: Asked; told: string | null },
  ): Promise<void> {
    const language = languageOf(visitor, asked);
    const words = pageWords(language);
    const own = visitor.page.texts[language];
    const choices = await this.preferences.choices(visitor, language);
    const { workspace, zone } = visitor;
    sendPage(response, {
      language,
      title: own?.title ?? words.title,
      brand: visitor.page,
      name: workspace,
      body: preferenceForm({
        words,
        language,
        workspace,
        zone,
        choices,
        intro: own?.intro ?? filled(words.intro, { workspace }),
        told,
      }),
    });
  }
}

function languageOf({ language }: Visitor, { lang, accepted }: Asked): string {
  return pageLanguage({ asked: lang, accepted, usual: language });
}

/** Said twice in an address it is a list. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
