'use client';

import type { Channel } from '@wend/contract';
import type { LooseContent } from './content';
import { EmailPreview } from './email-preview';
import { PushPreview } from './push-preview';
import { SmsPreview } from './sms-preview';
import { WebPushPreview } from './web-push-preview';
import { WebhookPreview } from './webhook-preview';

type MessagePreviewProps = { channel: Channel; content: LooseContent; to?: string | null; at?: string | null; sender?: string; links?: boolean; height?: number; compact?: boolean; className?: string };

/** Any message as its receiver sees it. `compact` for panels. */
export function MessagePreview({ channel, content, to, at, sender, links, height, compact = false, className }: MessagePreviewProps) {
  const shared = { content, compact, ...(className ? { className } : {}) };
  switch (channel) {
    case 'email': return <EmailPreview {...shared} to={to ?? null} {...(links === undefined ? {} : { links })} {...(height ? { height } : {})} />;
    case 'sms': return <SmsPreview {...shared} {...(sender ? { from: sender } : {})} />;
    case 'push': return <PushPreview {...shared} at={at ?? null} {...(sender ? { app: sender } : {})} />;
    case 'webpush': return <WebPushPreview {...shared} />;
    case 'webhook': return <WebhookPreview content={content} {...(className ? { className } : {})} />;
  }
}
