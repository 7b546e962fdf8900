import type { ChannelDefinition } from './definition.js';
import { deviceKinds } from './device-kinds.js';

export const push: ChannelDefinition = {
  name: 'push',
  label: 'Push',
  words: 'push',
  plural: 'notifications',
  labels: {
    ko: '앱 푸시',
    ja: 'アプリのプッシュ通知',
    fr: 'Notifications push',
    es: 'Notificaciones push',
    pt: 'Notificações push',
    it: 'Notifiche push',
  },
  icon: 'bell',
  address: { noun: 'phone with notifications allowed', devices: [deviceKinds.app, 'sandbox'] },
  states: ['delivered', 'opened', 'clicked'],
  content: [
    { name: 'title', label: 'Title', searched: true },
    { name: 'body', label: 'Text' },
    { name: 'link', label: 'Opens' },
    { name: 'image', label: 'Picture' },
    { name: 'actions', label: 'Buttons' },
  ],
  title: '{title}',
  wayOut: 'notification',
  opening: 'title',
  receiver: { opens: true, clicks: 'anywhere' },
};
