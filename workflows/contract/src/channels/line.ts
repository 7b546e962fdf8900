import type { ChannelDefinition } from './definition.js';

export const line: ChannelDefinition = {
  name: 'line',
  label: 'LINE',
  words: 'LINE',
  plural: 'LINE messages',
  icon: 'message-circle',
  address: { noun: 'LINE user ID', trait: 'line_user_id' },
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
