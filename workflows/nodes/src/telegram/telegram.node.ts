import { templateChoice } from '@wend/contract';
import { defineNode, liquidField, lowerSend, messagePorts, templateField } from '@wend/node-sdk';
import { z } from 'zod';
import { deliveryFields, linkButtons, smsFallback } from '../message.js';

/** Sends a message to the person’s chat with your Telegram bot. */
export const telegram = defineNode({
  type: 'wend/telegram',
  version: 1,
  title: 'Telegram',
  description: 'Sends a message to the person’s chat with your Telegram bot.',
  category: 'message',
  icon: 'send',
  channel: 'telegram',
  config: z
    .object({
      template: templateField({
        channel: 'telegram',
        title: 'Template',
        description: 'How the message is sent was set up by a developer. Without one, write the text here.',
      }),
      text: liquidField({ title: 'Text', rows: 5, maximum: 4_096, required: false, replacedBy: 'template' }),
      buttons: linkButtons(8),
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
  lower: lowerSend('telegram'),
});
