import type { ChannelDefinition } from './definition.js';
import { deviceKinds } from './device-kinds.js';
import { push } from './push.js';

/** A push to a browser: it says what a push to a phone does. */
export const webpush: ChannelDefinition = {
  ...push,
  name: 'webpush',
  label: 'Web push',
  words: 'web push',
  plural: 'browser notifications',
  labels: {
    ko: '웹 푸시',
    ja: 'Web プッシュ通知',
    de: 'Web-Push',
    fr: 'Notifications web',
    es: 'Notificaciones web',
    pt: 'Notificações web',
    it: 'Notifiche web',
  },
  icon: 'globe',
  content: [...push.content.filter(({ name }) => name !== 'actions'), { name: 'actions', label: 'Buttons' }],
  address: { noun: 'browser with notifications allowed', devices: [deviceKinds.browser, 'sandbox'] },
};
