import { templateChoice } from '@wend/contract';
import { defineNode, lowerSend, messagePorts, templateField } from '@wend/node-sdk';
import { z } from 'zod';
import { deliveryFields, smsFallback } from '../message.js';

/** Sends an approved template to the person’s WhatsApp. */
export const whatsapp = defineNode({
  type: 'wend/whatsapp',
  version: 1,
  title: 'WhatsApp',
  description: 'Sends an approved template to the person’s WhatsApp.',
  category: 'message',
  icon: 'message-circle',
  channel: 'whatsapp',
  config: z
    .object({
      template: templateField({
        channel: 'whatsapp',
        title: 'Template',
        description: 'WhatsApp delivers approved texts only. Templates are added under Settings.',
      }),
      smsFallback,
      ...deliveryFields,
    })
    .superRefine((config, context) => {
      if (!templateChoice(config)) context.addIssue({ code: 'custom', path: ['template'], message: 'is required.' });
    }),
  ports: messagePorts,
  summary: '',
  lower: lowerSend('whatsapp'),
});
