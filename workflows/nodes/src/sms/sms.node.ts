import { templateChoice } from '@wend/contract';
import { defineNode, liquidField, lowerSend, messagePorts, templateField } from '@wend/node-sdk';
import { z } from 'zod';
import { deliveryFields } from '../message.js';

/** Sends a text message. */
export const sms = defineNode({
  type: 'wend/sms',
  version: 1,
  title: 'SMS',
  description: 'Sends a text message to the person’s phone.',
  category: 'message',
  icon: 'message-square',
  channel: 'sms',
  config: z
    .object({
      template: templateField({
        channel: 'sms',
        title: 'Template',
        description: 'How the message is sent was set up by a developer. Without one, write the text here.',
      }),
      text: liquidField({
        title: 'Text',
        description: 'Up to 160 plain characters fit in one message. Longer texts are split and cost more.',
        rows: 5,
        maximum: 1_600,
        required: false,
        replacedBy: 'template',
        placeholder: 'Your parcel comes today.',
      }),
      ...deliveryFields,
    })
    .superRefine(({ text, ...config }, context) => {
      if (text.trim() === '' && !templateChoice(config))
        context.addIssue({ code: 'custom', path: ['text'], message: 'is required.' });
    }),
  ports: messagePorts,
  summary: '“{text}”',
  defaults: { text: '' },
  lower: lowerSend('sms'),
});
