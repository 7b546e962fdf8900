'use client';

import type { Channel } from '@wend/contract';
import type { ComponentType } from 'react';
import { EmailPreview } from './email/email-preview';
import { KakaoAlimtalkPreview } from './kakao-alimtalk/kakao-alimtalk-preview';
import { KakaoFriendtalkPreview } from './kakao-friendtalk/kakao-friendtalk-preview';
import { LinePreview } from './line/line-preview';
import { PlainPreview } from './plain-preview';
import type { PreviewProps } from './preview-props';
import { PushPreview } from './push/push-preview';
import { SmsPreview } from './sms/sms-preview';
import { TelegramPreview } from './telegram/telegram-preview';
import { WebhookPreview } from './webhook/webhook-preview';
import { WebPushPreview } from './webpush/webpush-preview';
import { WhatsappPreview } from './whatsapp/whatsapp-preview';

/** What the receiver sees, by channel: a folder each. */
const previews: Record<string, ComponentType<PreviewProps>> = {
  email: EmailPreview,
  sms: SmsPreview,
  'kakao-alimtalk': KakaoAlimtalkPreview,
  'kakao-friendtalk': KakaoFriendtalkPreview,
  whatsapp: WhatsappPreview,
  line: LinePreview,
  telegram: TelegramPreview,
  push: PushPreview,
  webpush: WebPushPreview,
  webhook: WebhookPreview,
};

/** Any message as its receiver sees it; of a channel that this build does not know, what it says. */
export function MessagePreview({ channel, ...props }: PreviewProps & { channel: Channel }) {
  const Preview = previews[channel];
  return Preview ? <Preview {...props} /> : <PlainPreview channel={channel} content={props.content} />;
}
