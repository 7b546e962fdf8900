import { channelOf } from '@wend/contract';
import { defineChannel } from '@wend/node-sdk';
import { phoneNumberOf } from '../../profiles/index.js';
import { chatTemplates, composeChat } from '../chat/chat.js';
import type { ChatContent, ChatLimits } from '../chat/chat.js';

const limits: ChatLimits = { name: 'KakaoTalk', text: 1_000, buttons: 5, label: 14 };

/** Approved notifications in KakaoTalk. A step always uses a template. */
export const kakaoAlimtalkChannel = defineChannel<ChatContent>({
  definition: channelOf('kakao-alimtalk'),
  addressOf: (traits, place) => phoneNumberOf(traits, place?.country ?? null),
  templates: chatTemplates,
  compose: (input) => composeChat(input, limits),
});
