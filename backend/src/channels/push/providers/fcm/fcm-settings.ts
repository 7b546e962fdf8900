import type { SettingMeta } from '@wend/node-sdk';
import { z } from 'zod';
import { readServiceAccount } from './service-account.js';

const shown = <Meta extends SettingMeta>(meta: Meta): Meta => meta;

/** A Firebase project, and how notifications reach its apps. */
export const fcmSettings = z.object({
  serviceAccount: z
    .string()
    .trim()
    .max(10_000)
    .superRefine((text, context) => {
      const account = readServiceAccount(text);
      if ('problem' in account) context.addIssue({ code: 'custom', message: account.problem });
    })
    .optional()
    .meta(
      shown({
        title: 'Service account key',
        description:
          'The JSON file from the Firebase console: Project settings, Service accounts, Generate new private key.',
        placeholder: '{ "type": "service_account", … }',
        secret: true,
      }),
    ),
  android: z.enum(['system', 'app']).meta({
    ...shown({
      title: 'On Android, notifications are shown by',
      options: { system: 'Android', app: 'Your app' },
      hints: {
        system: 'Works without code in the app. Buttons aren’t shown while the app is in the background.',
        app: 'Sent as data only: the app draws the notification with its buttons.',
      },
      columns: 3,
    }),
    default: 'system',
  }),
  mode: z.enum(['send', 'validate']).meta({
    ...shown({
      title: 'Delivery',
      options: { send: 'Send', validate: 'Validate only' },
      hints: { validate: 'Firebase checks each notification and delivers none.' },
      columns: 3,
    }),
    default: 'send',
  }),
});
export type FcmSettings = z.infer<typeof fcmSettings>;
