import type { ChannelDefinition } from './definition.js';

export const whatsapp: ChannelDefinition = {
  name: 'whatsapp',
  label: 'WhatsApp',
  words: 'WhatsApp',
  plural: 'WhatsApp messages',
  icon: 'message-circle',
  address: { noun: 'valid phone number', trait: 'phone' },
  states: ['delivered', 'opened'],
  content: [
    { name: 'text', label: 'Text', searched: true },
    { name: 'image', label: 'Picture' },
  ],
  title: '{text:80}',
  wayOut: 'messenger',
  opening: 'text',
  receiver: { opens: true, clicks: 'never' },
};
