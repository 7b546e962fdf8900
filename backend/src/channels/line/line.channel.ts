import { channelOf } from '@wend/contract';
import { defineChannel } from '@wend/node-sdk';
import { chatTemplates, composeChat } from '../chat/chat.js';
import type { ChatContent, ChatLimits } from '../chat/chat.js';

const limits: ChatLimits = { name: 'LINE', text: 5_000, buttons: 4, label: 20 };

/** Messages of a LINE official account. */
export const lineChannel = defineChannel<ChatContent>({
  definition: channelOf('line'),
  sample: { text: 'A test from Wend: your connection works.' },
  templates: chatTemplates,
  compose: (input) => composeChat(input, limits),
});
