import { channelOf } from '@wend/contract';
import { defineChannel } from '@wend/node-sdk';
import { phoneNumberOf } from '../../profiles/index.js';
import { chatTemplates, composeChat } from '../chat/chat.js';
import type { ChatContent, ChatLimits } from '../chat/chat.js';

const limits: ChatLimits = { name: 'WhatsApp', text: 4_096, buttons: 10, label: 40 };

/** Approved templates of WhatsApp Business. A step always uses one. */
export const whatsappChannel = defineChannel<ChatContent>({
  definition: channelOf('whatsapp'),
  addressOf: (traits, place) => phoneNumberOf(traits, place?.country ?? null),
  templates: chatTemplates,
  compose: (input) => composeChat(input, limits),
});
