import { defineNode, liquidField, lowerSend, messagePorts } from '@wend/node-sdk';
import { z } from 'zod';
import { deliveryFields, webAddressHint, webAddressPattern } from '../message.js';

const oneLine = /^[^\r\n]*$/;

const fileName = /^[^\r\n/\\]*$/;
const fileNameHint = 'A file name is on one line and has no slashes.';

/** Sends an email. */
export const email = defineNode({
  type: 'wend/email',
  version: 1,
  title: 'Email',
  description: 'Sends an email, personalized for each person.',
  category: 'message',
  icon: 'mail',
  channel: 'email',
  config: z.object({
    from: z.string().max(320).regex(oneLine, 'The sender must be on one line.').optional().meta({
      title: 'Sender',
      description: 'Leave empty to use the sender of the email connection.',
      widget: 'liquid',
      language: 'text',
      placeholder: 'Northwind <hello@northwind.example>',
      advanced: true,
      invalid: 'The sender must be on one line.',
    }),
    replyTo: z.string().max(320).regex(oneLine, 'The reply address must be on one line.').optional().meta({
      title: 'Reply to',
      description: 'Where replies go. Leave empty to get them at the sender’s address.',
      widget: 'liquid',
      language: 'text',
      placeholder: 'help@northwind.example',
      advanced: true,
      invalid: 'The reply address must be on one line.',
    }),
    subject: z.string().trim().min(1).max(500).regex(oneLine, 'The subject must be on one line.').meta({
      title: 'Subject',
      widget: 'liquid',
      language: 'text',
      placeholder: 'Welcome, {{ profile.first_name | default: "friend" }}',
      invalid: 'The subject must be on one line.',
    }),
    preheader: z.string().max(500).regex(oneLine, 'The preview text must be on one line.').optional().meta({
      title: 'Preview text',
      description: 'What mail clients show after the subject.',
      widget: 'liquid',
      language: 'text',
      invalid: 'The preview text must be on one line.',
    }),
    body: liquidField({
      title: 'Body',
      description: 'HTML with Liquid. Links are tracked automatically.',
      language: 'html',
      rows: 14,
      maximum: 200_000,
    }),
    attachments: z
      .array(
        z.object({
          name: z.string().trim().max(200).regex(fileName, fileNameHint).default('').meta({
            title: 'File name',
            widget: 'liquid',
            language: 'text',
            placeholder: 'invoice.pdf',
            invalid: fileNameHint,
          }),
          url: z.string().trim().min(1).max(2_000).regex(webAddressPattern, webAddressHint).meta({
            title: 'Address',
            widget: 'liquid',
            language: 'text',
            placeholder: 'https://files.example.com/{{ event.invoice_id }}.pdf',
            invalid: webAddressHint,
          }),
        }),
      )
      .max(10)
      .optional()
      .meta({
        title: 'Attachments',
        description: 'Fetched when the email is sent, at most 10 MB together.',
        addLabel: 'Add attachment',
        itemTitle: 'Attachment',
        advanced: true,
      }),
    embedImages: z.boolean().optional().meta({
      title: 'Embed images',
      description: 'Sends the images along with the email, so they show without being loaded. Emails get larger.',
      advanced: true,
    }),
    ...deliveryFields,
  }),
  ports: messagePorts,
  summary: '“{subject}”',
  defaults: { subject: '', body: '' },
  lower: lowerSend('email'),
});
