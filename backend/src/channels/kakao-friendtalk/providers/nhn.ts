import { defineProvider } from '@wend/node-sdk';
import { Nhn, domestic, nhnCommon } from '../../chat/nhn/nhn.js';
import type { NhnContent } from '../../chat/nhn/nhn.js';

/** Friend talk by NHN Cloud. It is advertising by its nature, and is marked so. */
export const nhnFriendtalk = defineProvider<NhnContent, typeof nhnCommon.settings>({
  ...nhnCommon,
  channel: 'kakao-friendtalk',
  name: 'nhn-friendtalk',
  title: 'Friend talk through NHN Cloud',
  description: 'Sends ads to friends of your KakaoTalk channel, and hears whether they arrived.',
  open: (services) =>
    new Nhn(services, {
      url: 'friendtalk/v2.3',
      type: 'FRIENDTALK_',
      body: ({ message, content, recipient }, { senderKey }) => ({
        senderKey,
        recipientList: [
          {
            recipientNo: domestic(recipient),
            recipientGroupingKey: message.id,
            content: content.text,
            isAd: true,
            ...(content.image !== undefined && { imageUrl: content.image }),
            buttons: content.buttons.map(({ label, link }, index) => ({
              ordering: index + 1,
              type: 'WL',
              name: label,
              linkMo: link,
              linkPc: link,
            })),
          },
        ],
      }),
    }),
});
