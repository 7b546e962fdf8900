import type { ChannelDefinition } from './definition.js';

export const telegram: ChannelDefinition = {
  name: 'telegram',
  label: 'Telegram',
  words: 'Telegram',
  plural: 'Telegram messages',
  icon: 'send',
  address: { noun: 'Telegram chat ID', trait: 'telegram_chat_id' },
  states: [],
  content: [
    { name: 'text', label: 'Text', searched: true },
    { name: 'image', label: 'Picture' },
  ],
  title: '{text:80}',
  wayOut: 'messenger',
  opening: 'text',
  receiver: { opens: false, clicks: 'never' },
};
