import type { EmailContent, MessageContent, PushContent, SmsContent, WebhookContent } from './message-content.js';
import type { RenderProblem } from './render-job.js';

type Checked = { content: MessageContent; problems: RenderProblem[] };

const address = /^[^\s@<>"]+@[^\s@<>"]+$/;
const control = /[\u0000-\u001f\u007f]/;
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Headers that decide how a request travels are not the template's to set. */
const reservedHeaders = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect', 'keep-alive', 'te', 'trailer', 'proxy-authorization', 'accept-encoding']);
const unsafeSchemes = new Set(['javascript', 'data', 'vbscript', 'file', 'blob', 'about']);
const methods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Checks what came out of the templates: a header with a line break would let data write headers of its own. */
export function checkEmail(content: EmailContent): Checked {
  return {
    content,
    problems: [
      ...when(content.subject === '', 'subject', 'is empty for this person'),
      ...when(control.test(content.subject), 'subject', 'must not contain a line break'),
      ...when(content.subject.length > 500, 'subject', 'is longer than 500 characters'),
      ...when(control.test(content.from), 'from', 'must not contain a line break'),
      ...when(!isSender(content.from), 'from', 'must look like hello@example.com or Name <hello@example.com>'),
    ],
  };
}

export function checkSms(content: SmsContent): Checked {
  return { content, problems: [...when(content.text === '', 'text', 'is empty for this person'), ...when(content.text.length > 1_600, 'text', 'is longer than 1,600 characters')] };
}

export function checkPush(content: PushContent): Checked {
  return {
    content,
    problems: [
      ...when(content.title === '' && content.body === '', 'title', 'is empty for this person'),
      ...when(content.title.length > 500, 'title', 'is longer than 500 characters'),
      ...when(content.body.length > 3_000, 'body', 'is longer than 3,000 characters'),
      ...when(content.link !== null && !isLink(content.link), 'link', 'must be a whole address, such as https://example.com/offer or myapp://offer'),
      ...when(content.image !== null && !/^https?:\/\//i.test(content.image), 'image', 'must be an address that begins with https://'),
    ],
  };
}

export function checkWebhook(content: WebhookContent): Checked {
  const headers = content.headers.flatMap(({ name, value }, index) => [
    ...when(!headerName.test(name), `headers[${index}].name`, 'is not a valid header name'),
    ...when(reservedHeaders.has(name.toLowerCase()), `headers[${index}].name`, 'is set by Wend and cannot be changed'),
    ...when(/[^\t\u0020-\u007e\u0080-\u00ff]/.test(value), `headers[${index}].value`, 'must be one line of Latin characters'),
  ]);
  return {
    content,
    problems: [
      ...when(!methods.has(content.method), 'method', `must be one of ${[...methods].join(', ')}`),
      ...when(!/^https?:\/\//i.test(content.url) || !URL.canParse(content.url), 'url', 'must be a whole address, beginning with https://'),
      ...when(Buffer.byteLength(content.body) > 256 * 1024, 'body', 'is larger than 256 KB'),
      ...headers,
    ],
  };
}

function isSender(from: string): boolean {
  return address.test(/^[^<>]*<([^<>]+)>$/.exec(from)?.[1]?.trim() ?? from);
}

function isLink(link: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(link)?.[1]?.toLowerCase();
  return scheme !== undefined && !unsafeSchemes.has(scheme) && !control.test(link) && URL.canParse(link);
}

function when(wrong: boolean, path: string, message: string): RenderProblem[] {
  return wrong ? [{ path, message }] : [];
}
