import { defineProvider } from '@wend/node-sdk';
import type { SettingMeta } from '@wend/node-sdk';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { caller } from './call.js';
import type { Sign } from './call.js';

const shown = <Meta extends SettingMeta>(meta: Meta): Meta => meta;

/** 24 to 64 bytes, as Standard Webhooks wants them. */
const secretPattern = /^whsec_(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const sign: Sign = ({ id, at, body }, connection) => {
  const secrets = [connection?.secrets['secret'], connection?.oldSecrets?.['secret']].filter(
    (secret) => secret !== undefined,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
};

/**
 * Calls an address and signs the exact bytes of the body as Standard Webhooks says
 * (https://github.com/standard-webhooks/standard-webhooks). While a secret is being rotated both sign, and a receiver
 * takes the call when one of them fits.
 */
export const signedHttp = defineProvider({
  channel: 'webhook',
  name: 'webhook-signed',
  title: 'Signed HTTP',
  description: 'Calls the address that each step names, signed as Standard Webhooks, so that receivers know it is you.',
  idempotent: true,
  settings: z.object({
    label: z
      .string()
      .trim()
      .max(60)
      .default('')
      .meta(shown({ title: 'Name', description: 'Tells it apart from others.', placeholder: 'Order system' })),
    secret: z
      .string()
      .trim()
      .regex(secretPattern, 'Enter a secret that starts with whsec_, followed by 24 to 64 bytes in Base64.')
      .optional()
      .meta(
        shown({
          title: 'Signing secret',
          description: 'Receivers verify calls with it. Copy it before you save: it isn’t shown again.',
          placeholder: 'whsec_…',
          secret: true,
          generate: 'whsec',
        }),
      ),
  }),
  nameOf: ({ label }) => label || 'Signed HTTP',
  keptWith: [],
  open: (services) => caller(services, sign),
});
