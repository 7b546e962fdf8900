import { z } from 'zod';
import type { SettingMeta } from '@wend/node-sdk';

const sender = /^(?:[^<>\r\n]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/;
const meta: SettingMeta = {
  title: 'Sender',
  description: 'Used for emails that don’t set their own sender.',
  placeholder: 'Acme <hello@acme.com>',
};

/** Who sends emails whose step names nobody: a setting `from` of every provider of email. */
export const senderSetting = z
  .string()
  .trim()
  .min(3)
  .max(255)
  .regex(sender, 'must look like hello@example.com or Name <hello@example.com>')
  .meta(meta);
