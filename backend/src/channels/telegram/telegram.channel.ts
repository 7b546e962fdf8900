import { channelOf } from '@wend/contract';
import { defineChannel } from '@wend/node-sdk';
import { chatTemplates, composeChat } from '../chat/chat.js';
import type { ChatContent, ChatLimits } from '../chat/chat.js';

const limits: ChatLimits = { name: 'Telegram', text: 4_096, buttons: 8, label: 64 };

/** Messages of a Telegram bot. */
export const telegramChannel = defineChannel<ChatContent>({
  definition: channelOf('telegram'),
  sample: { text: 'A test from Wend: your connection works.' },
  templates: chatTemplates,
  compose: (input) => composeChat(input, limits),
});
