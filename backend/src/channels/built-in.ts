import type { ChannelCode, ProviderDefinition } from '@wend/node-sdk';
import { emailChannel } from './email/email.channel.js';
import { resend } from './email/providers/resend.js';
import { sendgrid } from './email/providers/sendgrid.js';
import { ses } from './email/providers/ses/ses.provider.js';
import { smtp } from './email/providers/smtp/smtp.provider.js';
import { kakaoAlimtalkChannel } from './kakao-alimtalk/kakao-alimtalk.channel.js';
import { nhnAlimtalk } from './kakao-alimtalk/providers/nhn.js';
import { nhnFriendtalk } from './kakao-friendtalk/providers/nhn.js';
import { kakaoFriendtalkChannel } from './kakao-friendtalk/kakao-friendtalk.channel.js';
import { lineChannel } from './line/line.channel.js';
import { lineMessaging } from './line/providers/messaging-api.js';
import { telegramBot } from './telegram/providers/bot-api.js';
import { telegramChannel } from './telegram/telegram.channel.js';
import { whatsappCloud } from './whatsapp/providers/cloud-api.js';
import { whatsappChannel } from './whatsapp/whatsapp.channel.js';
import { fcm } from './push/providers/fcm/fcm.provider.js';
import { lockedTemplate } from './locked-template/locked-template.provider.js';
import { pushChannel } from './push/push.channel.js';
import { twilio } from './sms/providers/twilio.js';
import { smsChannel } from './sms/sms.channel.js';
import { http } from './webhook/providers/http.js';
import { signedHttp } from './webhook/providers/signed-http.js';
import { webhookChannel } from './webhook/webhook.channel.js';
import { vapid } from './webpush/providers/vapid/vapid.provider.js';
import { webpushChannel } from './webpush/webpush.channel.js';

/** The channels that Wend brings, in the order in which screens list them. */
export const builtInChannels: ChannelCode[] = [
  emailChannel,
  smsChannel,
  kakaoAlimtalkChannel,
  kakaoFriendtalkChannel,
  whatsappChannel,
  lineChannel,
  telegramChannel,
  pushChannel,
  webpushChannel,
  webhookChannel,
];

/** The providers that Wend brings. */
export const builtInProviders: ProviderDefinition[] = [
  smtp,
  ses,
  resend,
  sendgrid,
  twilio,
  lockedTemplate({ channel: 'sms', label: 'SMS' }),
  nhnAlimtalk,
  lockedTemplate({ channel: 'kakao-alimtalk', label: 'Alimtalk' }),
  nhnFriendtalk,
  lockedTemplate({ channel: 'kakao-friendtalk', label: 'Friend talk' }),
  whatsappCloud,
  lockedTemplate({ channel: 'whatsapp', label: 'WhatsApp' }),
  lineMessaging,
  lockedTemplate({ channel: 'line', label: 'LINE' }),
  telegramBot,
  lockedTemplate({ channel: 'telegram', label: 'Telegram' }),
  fcm,
  vapid,
  http,
  signedHttp,
];
