/** Messages as rendered, read from the loose `content` of a message or of a preview: what is missing is empty. */
export type EmailContent = {
  from: string;
  replyTo: string;
  subject: string;
  preheader: string;
  html: string;
  text: string;
  /** Names of the files that go with it. */
  attachments: string[];
};
export type SmsContent = { text: string };
export type PushContent = { title: string; body: string; link: string; image: string; icon: string; actions: string[] };
export type ChatContent = { text: string; image: string; buttons: string[] };
export type WebhookContent = { method: string; url: string; headers: { name: string; value: string }[]; body: string };
/** What the api gives: any object, or null before a message is rendered. */
export type LooseContent = Record<string, unknown> | null;

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

export function emailContent(content: LooseContent): EmailContent {
  return {
    from: text(content?.['from']),
    replyTo: text(content?.['replyTo']),
    subject: text(content?.['subject']),
    preheader: text(content?.['preheader']),
    html: text(content?.['html']),
    text: text(content?.['text']),
    attachments: attachmentNames(content?.['attachments']),
  };
}

/** A file without a name is called as in its address. */
function attachmentNames(attachments: unknown): string[] {
  if (!Array.isArray(attachments)) return [];
  return (attachments as { url?: unknown; name?: unknown }[]).map(
    (each) =>
      text(each?.name) ||
      text(each?.url)
        .replace(/[?#].*$/, '')
        .split('/')
        .at(-1) ||
      text(each?.url),
  );
}

export function smsContent(content: LooseContent): SmsContent {
  return { text: text(content?.['text']) };
}

/** Buttons are a message's own, or those of its approved template. */
export function chatContent(content: LooseContent): ChatContent {
  const approved = content?.['approved'] as { buttons?: unknown } | undefined;
  return {
    text: text(content?.['text']),
    image: text(content?.['image']),
    buttons: labels(approved?.buttons ?? content?.['buttons']),
  };
}

export function pushContent(content: LooseContent): PushContent {
  return {
    title: text(content?.['title']),
    body: text(content?.['body']),
    link: text(content?.['link']),
    image: text(content?.['image']),
    icon: text(content?.['icon']),
    actions: labels(content?.['actions']),
  };
}

/** What stands on the buttons of a notification. */
function labels(value: unknown): string[] {
  return Array.isArray(value) ? (value as { label?: unknown }[]).map((each) => text(each?.label)) : [];
}

export function webhookContent(content: LooseContent): WebhookContent {
  const headers = Array.isArray(content?.['headers'])
    ? (content['headers'] as { name?: unknown; value?: unknown }[])
    : [];
  return {
    method: text(content?.['method']) || 'POST',
    url: text(content?.['url']),
    headers: headers.map((each) => ({ name: text(each?.name), value: text(each?.value) })),
    body: text(content?.['body']),
  };
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
