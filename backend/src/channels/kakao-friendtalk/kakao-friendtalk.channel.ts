import { channelOf } from '@wend/contract';
import { defineChannel } from '@wend/node-sdk';
import { phoneNumberOf } from '../../profiles/index.js';
import { chatTemplates, composeChat } from '../chat/chat.js';
import type { ChatContent, ChatLimits } from '../chat/chat.js';

const limits: ChatLimits = { name: 'KakaoTalk', text: 1_000, buttons: 5, label: 14 };

/** Ads to friends of a KakaoTalk channel. */
export const kakaoFriendtalkChannel = defineChannel<ChatContent>({
  definition: channelOf('kakao-friendtalk'),
  addressOf: (traits, place) => phoneNumberOf(traits, place?.country ?? null),
  sample: { text: 'A test from Wend: your connection works.' },
  templates: chatTemplates,
  compose: (input) => composeChat(input, limits),
});
