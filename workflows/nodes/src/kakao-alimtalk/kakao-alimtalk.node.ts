import { templateChoice } from '@wend/contract';
import { defineNode, lowerSend, messagePorts, templateField } from '@wend/node-sdk';
import { z } from 'zod';
import { deliveryFields, smsFallback } from '../message.js';

/** Sends an approved notification to the person’s KakaoTalk. */
export const kakaoAlimtalk = defineNode({
  type: 'wend/kakao-alimtalk',
  version: 1,
  title: 'KakaoTalk alimtalk',
  description: 'Sends an approved notification to the person’s KakaoTalk.',
  category: 'message',
  icon: 'message-circle',
  channel: 'kakao-alimtalk',
  config: z
    .object({
      template: templateField({
        channel: 'kakao-alimtalk',
        title: 'Template',
        description: 'KakaoTalk delivers approved texts only. Templates are added under Settings.',
      }),
      smsFallback,
      ...deliveryFields,
    })
    .superRefine((config, context) => {
      if (!templateChoice(config)) context.addIssue({ code: 'custom', path: ['template'], message: 'is required.' });
    }),
  ports: messagePorts,
  summary: '',
  lower: lowerSend('kakao-alimtalk'),
});
