import type { Response } from 'express';
import { sendPage } from './hosted-page.js';
import { pageLanguage } from './page-words.js';
import { unsubscribeWords } from './unsubscribe-words.js';

/** Of a link that was not made here, or whose message is gone. */
export function sendInvalid(response: Response, accepted: string | undefined): void {
  const language = pageLanguage({ accepted });
  const words = unsubscribeWords(language);
  sendPage(response, { language, title: words.invalidTitle, body: `<p>${words.invalid}</p>`, status: 400 });
}
