'use client';

import type { Channel } from '@wend/contract';
import type { ComponentType } from 'react';
import { ChatPreview } from './chat-preview';
import { EmailPreview } from './email-preview';
import { PlainPreview } from './plain-preview';
import type { PreviewProps } from './preview-props';
import { PushPreview } from './push-preview';
import { SmsPreview } from './sms-preview';
import { WebPushPreview } from './web-push-preview';
import { WebhookPreview } from './webhook-preview';

/** What the receiver sees, by channel. */
const previews: Record<string, ComponentType<PreviewProps>> = {
  email: EmailPreview,
  sms: SmsPreview,
  'kakao-alimtalk': ChatPreview,
  'kakao-friendtalk': ChatPreview,
  whatsapp: ChatPreview,
  line: ChatPreview,
  telegram: ChatPreview,
  push: PushPreview,
  webpush: WebPushPreview,
  webhook: WebhookPreview,
};

/** Any message as its receiver sees it; of a channel that this build does not know, what it says. */
export function MessagePreview({ channel, ...props }: PreviewProps & { channel: Channel }) {
  const Preview = previews[channel];
  return Preview ? <Preview {...props} /> : <PlainPreview channel={channel} content={props.content} />;
}
