import { defineNode, liquidField } from '@wend/node-sdk';
import { z } from 'zod';
import { lowerSend, messagePorts } from '../message.js';

const oneLine = /^[^\r\n]*$/;

/** Sends an e-mail. */
export const email = defineNode({
  type: 'wend/email',
  version: 1,
  title: 'E-mail',
  description: 'Sends an e-mail, written for each person.',
  category: 'message',
  icon: 'mail',
  channel: 'email',
  config: z.object({
    from: z.string().max(320).regex(oneLine, 'The sender must be on one line.').optional()
      .meta({ title: 'Sender', description: 'Empty: the sender of the e-mail connection.', widget: 'liquid', language: 'text', placeholder: 'Northwind <hello@northwind.example>', advanced: true, invalid: 'The sender must be on one line.' }),
    subject: z.string().trim().min(1).max(500).regex(oneLine, 'The subject must be on one line.')
      .meta({ title: 'Subject', widget: 'liquid', language: 'text', placeholder: 'Welcome, {{ profile.first_name | default: "friend" }}', invalid: 'The subject must be on one line.' }),
    preheader: z.string().max(500).regex(oneLine, 'The preview text must be on one line.').optional()
      .meta({ title: 'Preview text', description: 'What mail clients show after the subject.', widget: 'liquid', language: 'text', invalid: 'The preview text must be on one line.' }),
    body: liquidField({ title: 'Body', description: 'HTML with Liquid. Links are tracked by themselves.', language: 'html', rows: 14, maximum: 200_000 }),
  }),
  ports: messagePorts,
  summary: '“{subject}”',
  defaults: { subject: '', body: '' },
  lower: lowerSend('email'),
});
