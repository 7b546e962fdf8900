import type { ChannelDefinition } from './definition.js';

export const sms: ChannelDefinition = {
  name: 'sms',
  label: 'SMS',
  words: 'SMS',
  plural: 'text messages',
  labels: { ko: '문자' },
  icon: 'message-square',
  address: { noun: 'valid phone number', trait: 'phone' },
  // A phone does not tell that a text was read.
  states: ['delivered', 'clicked'],
  content: [{ name: 'text', label: 'Text', searched: true }],
  title: '{text:80}',
  wayOut: 'text',
  opening: 'text',
  receiver: { opens: false, clicks: 'link' },
};
