/** Messages as rendered, read from the loose `content` of a message or of a preview: what is missing is empty. */
export type EmailContent = { from: string; subject: string; preheader: string; html: string; text: string };
export type SmsContent = { text: string };
export type PushContent = { title: string; body: string; link: string; image: string };
export type WebhookContent = { method: string; url: string; headers: { name: string; value: string }[]; body: string };
/** What the api gives: any object, or null before a message is rendered. */
export type LooseContent = Record<string, unknown> | null;

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

export function emailContent(content: LooseContent): EmailContent {
  return { from: text(content?.['from']), subject: text(content?.['subject']), preheader: text(content?.['preheader']), html: text(content?.['html']), text: text(content?.['text']) };
}

export function smsContent(content: LooseContent): SmsContent {
  return { text: text(content?.['text']) };
}

export function pushContent(content: LooseContent): PushContent {
  return { title: text(content?.['title']), body: text(content?.['body']), link: text(content?.['link']), image: text(content?.['image']) };
}

export function webhookContent(content: LooseContent): WebhookContent {
  const headers = Array.isArray(content?.['headers']) ? (content['headers'] as { name?: unknown; value?: unknown }[]) : [];
  return { method: text(content?.['method']) || 'POST', url: text(content?.['url']), headers: headers.map((each) => ({ name: text(each?.name), value: text(each?.value) })), body: text(content?.['body']) };
}

/** "Lea <lea@example.com>" in its parts; the address stands for a missing name. */
export function mailbox(value: string): { name: string; address: string } {
  const parts = /^\s*"?([^"<]*?)"?\s*<([^>]+)>\s*$/.exec(value);
  const address = (parts?.[2] ?? value).trim();
  return { name: parts?.[1]?.trim() || address, address };
}

/** The same text with two spaces of indent where it is JSON. */
export function prettyBody(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

/** Only web addresses become links or images of the page. */
export function webUrl(value: string): string | null {
  return /^https?:\/\//i.test(value) && URL.canParse(value) ? value : null;
}
