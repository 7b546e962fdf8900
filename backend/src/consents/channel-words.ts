import { channelOf } from '@wend/contract';
import type { Channel } from '@wend/contract';

/** What channels are called on the pages, where that is not as in English; brands are the same everywhere. */
const names: Record<string, Record<string, string>> = {
  ko: {
    email: '이메일',
    sms: '문자',
    push: '앱 푸시',
    webpush: '웹 푸시',
    'kakao-alimtalk': '카카오 알림톡',
    'kakao-friendtalk': '카카오 친구톡',
  },
  ja: { email: 'メール', push: 'アプリのプッシュ通知', webpush: 'Web プッシュ通知' },
  de: { email: 'E-Mail', webpush: 'Web-Push' },
  fr: { email: 'E-mail', push: 'Notifications push', webpush: 'Notifications web' },
  es: { email: 'Correo electrónico', push: 'Notificaciones push', webpush: 'Notificaciones web' },
  pt: { email: 'E-mail', push: 'Notificações push', webpush: 'Notificações web' },
  it: { push: 'Notifiche push', webpush: 'Notifiche web' },
};

/** The blanks `{channel}` and `{channels}` of the words of pages: a channel, and in English its messages (`emails`). */
export function channelNames(channel: Channel, language: string): { channel: string; channels: string } {
  const { label, plural } = channelOf(channel);
  return { channel: names[language.split('-')[0]!]?.[channel] ?? label, channels: plural };
}
