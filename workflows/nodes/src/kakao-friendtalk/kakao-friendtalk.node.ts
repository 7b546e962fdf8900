import { templateChoice } from '@wend/contract';
import { defineNode, liquidField, lowerSend, messagePorts, templateField } from '@wend/node-sdk';
import { z } from 'zod';
import { deliveryFields, linkButtons, smsFallback, webAddressHint, webAddressPattern } from '../message.js';

/** Sends an ad to people who added your channel as a friend. */
export const kakaoFriendtalk = defineNode({
  type: 'wend/kakao-friendtalk',
  version: 1,
  title: 'KakaoTalk friend talk',
  description: 'Sends an ad to people who added your channel as a friend.',
  category: 'message',
  icon: 'message-circle',
  channel: 'kakao-friendtalk',
  config: z
    .object({
      template: templateField({
        channel: 'kakao-friendtalk',
        title: 'Template',
        description: 'How the message is sent was set up by a developer. Without one, write the text here.',
      }),
      text: liquidField({ title: 'Text', rows: 5, maximum: 1_000, required: false, replacedBy: 'template' }),
      image: z
        .string()
        .trim()
        .max(2_000)
        .refine((value) => value === '' || webAddressPattern.test(value), webAddressHint)
        .optional()
        .meta({
          title: 'Picture',
          description: 'An address of a picture that was uploaded to KakaoTalk.',
          widget: 'liquid',
          language: 'text',
          advanced: true,
        }),
      buttons: linkButtons(5),
      smsFallback,
      ...deliveryFields,
    })
    .superRefine(({ text, ...config }, context) => {
      if (text.trim() === '' && !templateChoice(config))
        context.addIssue({ code: 'custom', path: ['text'], message: 'is required.' });
    }),
  ports: messagePorts,
  summary: '“{text}”',
  defaults: { text: '' },
  lower: lowerSend('kakao-friendtalk'),
});
