/** Messages as rendered: what is stored, shown in the Outbox and handed to a provider. */
export type EmailContent = { from: string; subject: string; preheader: string; html: string; text: string; unsubscribeUrl: string };
export type SmsContent = { text: string };
export type PushContent = { title: string; body: string; link: string | null; image: string | null };
export type WebhookContent = { method: string; url: string; headers: { name: string; value: string }[]; body: string };
export type MessageContent = EmailContent | SmsContent | PushContent | WebhookContent;

/** One line that stands for a message in lists. */
export function messageTitle(content: Record<string, unknown> | null, fallback: string): string {
  if (!content) return fallback;
  const { subject, title, text, method, url } = content;
  for (const line of [subject, title]) if (typeof line === 'string' && line !== '') return line;
  if (typeof text === 'string' && text !== '') return text.length > 80 ? `${text.slice(0, 79)}…` : text;
  if (typeof method === 'string' && typeof url === 'string') return `${method} ${URL.canParse(url) ? new URL(url).host : url}`;
  return fallback;
}
