import { defineProvider } from '@wend/node-sdk';
import { Nhn, domestic, nhnCommon } from '../../chat/nhn/nhn.js';
import type { NhnContent } from '../../chat/nhn/nhn.js';

/** Alimtalk by NHN Cloud. */
export const nhnAlimtalk = defineProvider<NhnContent, typeof nhnCommon.settings>({
  ...nhnCommon,
  channel: 'kakao-alimtalk',
  name: 'nhn-alimtalk',
  title: 'Alimtalk through NHN Cloud',
  description: 'Sends approved KakaoTalk notifications, and hears whether they arrived.',
  sends: ['approved'],
  open: (services) =>
    new Nhn(services, {
      url: 'alimtalk/v2.3',
      type: 'ALIMTALK_',
      body: ({ message, content, recipient }, { senderKey }) => ({
        senderKey,
        templateCode: content.approved?.code,
        recipientList: [
          {
            recipientNo: domestic(recipient),
            templateParameter: content.approved?.variables ?? {},
            recipientGroupingKey: message.id,
          },
        ],
      }),
    }),
});
