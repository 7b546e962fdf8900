import { liquidField } from '@wend/node-sdk';
import { z } from 'zod';
import { deliveryFields } from '../message.js';
import { linkField, notificationConfig } from './notification-config.js';

/** Four weeks, in hours: what FCM keeps a message for at most. */
const longestHours = 28 * 24;
const mostActions = 3;
/** Keys that FCM, Apple or Wend use themselves. */
const reservedKey = /^(from|message_type|collapse_key|aps|wend.*|google.*|gcm.*)$/i;

/** A notification on a phone. All but title and text may be left out, and is then as the app and the phone have it. */
export const pushConfig = notificationConfig.extend({
  actions: z
    .array(
      z.object({
        label: liquidField({ title: 'Label', maximum: 100, placeholder: 'Track parcel' }),
        link: linkField({ title: 'Opens', placeholder: 'app://orders/{{ entry.order_id }}' }),
      }),
    )
    .max(mostActions, `Up to ${mostActions} buttons fit.`)
    .optional()
    .meta({
      title: 'Buttons',
      description: 'Up to 3. The app has to support them.',
      widget: 'list',
      addLabel: 'Add button',
      itemTitle: 'Button',
      advanced: true,
    }),
  devices: z
    .enum(['all', 'last'])
    .optional()
    .meta({
      title: 'Devices',
      widget: 'select',
      options: { all: 'All of the person’s devices', last: 'Only the one used last' },
      default: 'all',
      advanced: true,
    }),
  priority: z
    .enum(['high', 'normal'])
    .optional()
    .meta({
      title: 'Priority',
      description: 'Normal waits until the device is awake.',
      widget: 'select',
      options: { high: 'High', normal: 'Normal' },
      default: 'high',
      advanced: true,
    }),
  ttlHours: z.number().min(0).max(longestHours).optional().meta({
    title: 'Expires after',
    description: 'Not shown on devices that are offline for longer. 0 is now or never; empty is 4 weeks.',
    widget: 'number',
    unit: 'hours',
    advanced: true,
  }),
  collapseKey: z.string().max(200).optional().meta({
    title: 'Replaces',
    description: 'A notification with the same key takes the place of the one before.',
    widget: 'liquid',
    language: 'text',
    placeholder: 'order-{{ entry.order_id }}',
    advanced: true,
  }),
  badge: z.number().int().min(0).max(99_999).optional().meta({
    title: 'Badge',
    description: 'The number on the app’s icon. 0 removes it.',
    widget: 'number',
    advanced: true,
  }),
  sound: z.string().trim().max(100).optional().meta({
    title: 'Sound',
    description: 'A sound file in the app, or “default”. Silent when empty.',
    placeholder: 'default',
    advanced: true,
  }),
  androidChannel: z.string().trim().max(200).optional().meta({
    title: 'Android channel',
    description: 'ID of a notification channel that the app has created.',
    placeholder: 'offers',
    advanced: true,
  }),
  interruption: z
    .enum(['active', 'passive', 'time-sensitive', 'critical'])
    .optional()
    .meta({
      title: 'Interruption on iOS',
      description: 'Critical needs an entitlement from Apple.',
      widget: 'select',
      options: { active: 'Active', passive: 'Passive', 'time-sensitive': 'Time sensitive', critical: 'Critical' },
      default: 'active',
      advanced: true,
    }),
  data: z
    .array(
      z.object({
        name: z
          .string()
          .trim()
          .min(1)
          .max(100)
          .refine((name) => !reservedKey.test(name), 'This key is reserved. Use another, such as “campaign”.')
          .meta({ title: 'Key', placeholder: 'screen' }),
        value: z.string().max(2_000).meta({ title: 'Value', widget: 'liquid', language: 'text' }),
      }),
    )
    .max(50)
    .refine((data) => new Set(data.map(({ name }) => name)).size === data.length, 'A key is set twice.')
    .optional()
    .meta({
      title: 'Data for the app',
      widget: 'keyValue',
      addLabel: 'Add key',
      itemTitle: 'Key',
      advanced: true,
    }),
  ...deliveryFields,
});
