import { senderOf } from './email.channel.js';
import type { EmailContent } from './email.channel.js';

/** A mail from Wend itself to a member, from the sender of the connection that it goes by: nothing to unsubscribe from. */
export function noticeMail({
  settings,
  publicUrl,
  subject,
  text,
  html,
}: {
  settings: Record<string, unknown>;
  publicUrl: string;
  subject: string;
  text: string;
  html: string;
}): EmailContent {
  const from = senderOf(settings) || `Wend <no-reply@${new URL(publicUrl).hostname}>`;
  return { from, subject, preheader: '', text, html, unsubscribeUrl: '', bounceToken: null };
}
