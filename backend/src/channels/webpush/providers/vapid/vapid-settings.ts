import type { SettingMeta } from '@wend/contract';
import { z } from 'zod';
import { readPairs, vapidPairOf } from './vapid-keys.js';

const shown = <Meta extends SettingMeta>(meta: Meta): Meta => meta;

/** Who sends, for push services that have something to say; the keys are made. */
export const vapidSettings = z.object({
  contact: z
    .string()
    .trim()
    .max(320)
    .refine(isContact, 'must be an email address, or a web address that begins with https://')
    .meta(
      shown({
        title: 'Contact',
        description: 'An email or web address where the push services of browsers reach you when something is wrong.',
        placeholder: 'webmaster@example.com',
      }),
    ),
  privateKey: z
    .string()
    .trim()
    .refine((key) => key === '' || vapidPairOf(key) !== null, 'must be a VAPID private key: 43 characters of base64url')
    .optional()
    .meta(
      shown({
        title: 'Private key from another tool',
        description:
          'Leave empty to have keys made. With the key of the tool that you come from, browsers that subscribed there stay subscribed.',
        secret: true,
      }),
    ),
  publicKey: z
    .string()
    .max(100)
    .default('')
    .meta(
      shown({
        title: 'Public key',
        description: 'Pages subscribe browsers with it; @wend/web fetches it by itself.',
        made: true,
      }),
    ),
  keys: z
    .string()
    .refine((stored) => stored === '' || readPairs(stored) !== null, 'is made when the settings are saved')
    .optional()
    .meta(shown({ title: 'Keys', secret: true, made: true })),
});
export type VapidSettings = z.infer<typeof vapidSettings>;

/** As VAPID has it (RFC 8292 section 2.1): `mailto:` or `https:`. */
export function contactUri(contact: string): string {
  return /^(?:https|mailto):/i.test(contact) ? contact : `mailto:${contact}`;
}

function isContact(contact: string): boolean {
  const uri = contactUri(contact);
  if (/^https:/i.test(uri)) return URL.canParse(uri);
  return /^mailto:[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/i.test(uri);
}
