import { defineNode, liquidField } from '@wend/node-sdk';
import { z } from 'zod';
import { lowerSend, messagePorts } from '../message.js';

/** Sends a text message. */
export const sms = defineNode({
  type: 'wend/sms',
  version: 1,
  title: 'SMS',
  description: 'Sends a text message to the person’s phone.',
  category: 'message',
  icon: 'message-square',
  channel: 'sms',
  config: z.object({
    text: liquidField({ title: 'Text', description: 'Up to 160 plain characters travel as one message; longer ones are split and cost more.', rows: 5, maximum: 1_600, placeholder: 'Your parcel comes today.' }),
  }),
  ports: messagePorts,
  summary: '“{text}”',
  defaults: { text: '' },
  lower: lowerSend('sms'),
});
