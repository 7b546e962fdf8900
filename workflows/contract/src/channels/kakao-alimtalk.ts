import type { ChannelDefinition } from './definition.js';

export const kakaoAlimtalk: ChannelDefinition = {
  name: 'kakao-alimtalk',
  label: 'KakaoTalk alimtalk',
  words: 'KakaoTalk alimtalk',
  plural: 'alimtalk messages',
  labels: { ko: '카카오 알림톡' },
  icon: 'message-circle',
  address: { noun: 'valid phone number', trait: 'phone' },
  states: ['delivered'],
  content: [
    { name: 'text', label: 'Text', searched: true },
    { name: 'image', label: 'Picture' },
  ],
  title: '{text:80}',
  receiver: { opens: false, clicks: 'never' },
};
