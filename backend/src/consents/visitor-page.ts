import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { escapeHtml } from '../platform/text/index.js';
import { sendPage } from './hosted-page.js';
import { pageLanguage } from './page-words.js';
import type { Visitor } from './preferences.service.js';
import { unsubscribeWords } from './unsubscribe-words.js';

/** What a page of a signed link is asked by: the token of the link, and the languages of its address and the browser. */
export type Asked = {
  token: string;
  lang: string | undefined;
  accepted: string | undefined;
  ip: string | undefined;
  request: Request;
};

/** How a page was asked for, as a parameter of a controller's method. */
export const PageAsked = createParamDecorator((_: unknown, context: ExecutionContext): Asked => {
  const request = context.switchToHttp().getRequest<Request>();
  const { lang } = request.query;
  return {
    token: String(request.params['token']),
    // Said twice in an address it is a list.
    lang: typeof lang === 'string' ? lang : undefined,
    accepted: request.headers['accept-language'],
    ip: request.ip,
    request,
  };
});

type Shown = { title: string; /** HTML. */ body: string };
type AnswerOptions = {
  asked: Asked;
  /** Null where the link was not made here, or its message or person is gone: the page says so. */
  visitor: Visitor | null;
  page: (visitor: Visitor, language: string) => Promise<Shown>;
};

/** Answers with a page in the language of whoever came, as their workspace's pages look. */
export async function answerVisitor(response: Response, { asked, visitor, page }: AnswerOptions): Promise<void> {
  const language = pageLanguage({ asked: asked.lang, accepted: asked.accepted, usual: visitor?.language });
  if (!visitor) {
    const words = unsubscribeWords(language);
    return sendPage(response, {
      language,
      title: words.invalidTitle,
      body: `<p>${escapeHtml(words.invalid)}</p>`,
      status: 400,
    });
  }
  const shown = await page(visitor, language);
  sendPage(response, { ...shown, language, brand: visitor.page, name: visitor.workspace });
}
