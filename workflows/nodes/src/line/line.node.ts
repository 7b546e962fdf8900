import { templateChoice } from '@wend/contract';
import { defineNode, liquidField, lowerSend, messagePorts, templateField } from '@wend/node-sdk';
import { z } from 'zod';
import { deliveryFields, linkButtons, smsFallback } from '../message.js';

/** Sends a message to the person’s LINE. */
export const line = defineNode({
  type: 'wend/line',
  version: 1,
  title: 'LINE',
  description: 'Sends a message to the person’s LINE.',
  category: 'message',
  icon: 'message-circle',
  channel: 'line',
  config: z
    .object({
      template: templateField({
        channel: 'line',
        title: 'Template',
        description: 'How the message is sent was set up by a developer. Without one, write the text here.',
      }),
      text: liquidField({ title: 'Text', rows: 5, maximum: 5_000, required: false, replacedBy: 'template' }),
      buttons: linkButtons(4),
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
  lower: lowerSend('line'),
});
