import { z } from 'zod';
import type { SettingMeta } from '@wend/node-sdk';
import { readDkimKey } from '../../mime/dkim.js';
import { senderSetting } from '../sender-setting.js';

const shown = <Meta extends SettingMeta>(meta: Meta): Meta => meta;
const domain = /^(?:(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63})?$/;
const domainHint = 'must be a domain such as mail.example.com';

/** A mail server, and how to log in there. */
export const smtpSettings = z.object({
  host: z
    .string()
    .trim()
    .min(1)
    .max(255)
    .meta(shown({ title: 'Server', placeholder: 'smtp.example.com', columns: 3 })),
  security: z.enum(['starttls', 'tls', 'none']).meta({
    ...shown({
      title: 'Security',
      options: { starttls: 'STARTTLS', tls: 'TLS', none: 'None' },
      hints: { none: 'Passwords and emails are sent unencrypted.' },
      columns: 2,
    }),
    default: 'starttls',
  }),
  port: z
    .number()
    .int()
    .min(1)
    .max(65_535)
    .meta({
      ...shown({ title: 'Port', usual: { by: 'security', values: { starttls: 587, tls: 465, none: 25 } }, columns: 1 }),
      default: 587,
    }),
  user: z
    .string()
    .max(255)
    .default('')
    .meta(shown({ title: 'User', description: 'Leave empty if the server doesn’t require sign-in.', columns: 3 })),
  password: z
    .string()
    .max(500)
    .optional()
    .meta(shown({ title: 'Password', secret: true, columns: 3 })),
  from: senderSetting,
  bounceDomain: z
    .string()
    .trim()
    .toLowerCase()
    .max(190)
    .regex(domain, domainHint)
    .default('')
    .meta(
      shown({
        title: 'Bounce domain',
        description:
          'Undeliverable emails come back to an address of this domain that names the message. Its mail must lead to your bounce mailbox. Leave empty to get them at the sender’s address.',
        placeholder: 'bounces.example.com',
      }),
    ),
  dkimDomain: z
    .string()
    .trim()
    .toLowerCase()
    .max(190)
    .regex(domain, domainHint)
    .default('')
    .meta(
      shown({
        title: 'DKIM domain',
        description: 'Signs emails for the sender’s domain. Leave empty if your mail server signs them.',
        placeholder: 'example.com',
        columns: 3,
      }),
    ),
  dkimSelector: z
    .string()
    .trim()
    .toLowerCase()
    .max(63)
    .regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/, 'must be of letters, digits, and “-”, such as wend')
    .default('wend')
    .meta(shown({ title: 'DKIM selector', columns: 3 })),
  dkimKey: z
    .string()
    .max(10_000)
    .refine((pem) => pem === '' || readDkimKey(pem) !== null, 'must be an RSA or Ed25519 private key in PEM')
    .optional()
    .meta(
      shown({
        title: 'DKIM private key',
        description: 'Leave empty to have a key made.',
        secret: true,
      }),
    ),
  dkimRecord: z
    .string()
    .max(1_000)
    .default('')
    .meta(
      shown({
        title: 'DKIM record',
        description:
          'Add it to your DNS as a TXT record named selector._domainkey.domain, with your selector and domain.',
        made: true,
      }),
    ),
});
export type SmtpSettings = z.infer<typeof smtpSettings>;
