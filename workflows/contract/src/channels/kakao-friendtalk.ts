import type { ChannelDefinition } from './definition.js';

export const kakaoFriendtalk: ChannelDefinition = {
  name: 'kakao-friendtalk',
  label: 'KakaoTalk friend talk',
  words: 'KakaoTalk friend talk',
  plural: 'friend talk messages',
  labels: { ko: '카카오 친구톡' },
  icon: 'message-circle',
  address: { noun: 'valid phone number', trait: 'phone' },
  states: ['delivered'],
  content: [
    { name: 'text', label: 'Text', searched: true },
    { name: 'image', label: 'Picture' },
  ],
  title: '{text:80}',
  // KakaoTalk itself puts the ad mark above an ad and how to block the channel below it.
  receiver: { opens: false, clicks: 'never' },
  // KakaoTalk takes no advertising then.
  night: { from: '20:00', to: '08:00', zone: 'Asia/Seoul' },
};
