import { liquidField } from '@wend/node-sdk';
import { z } from 'zod';
import { linkPattern, webAddressHint, webAddressPattern } from '../message.js';

/** What push services keep a message for at most, in hours. */
const longestHours = 28 * 24;
/** More buttons than this no browser shows. */
const mostActions = 2;
const linkHint = 'Enter a full address, such as https://example.com or app://screen.';

type AddressOptions = { title: string; description?: string; placeholder: string; advanced?: boolean };

const webAddress = (meta: AddressOptions) =>
  z
    .string()
    .max(2_000)
    .refine((value) => value.trim() === '' || webAddressPattern.test(value), webAddressHint)
    .optional()
    .meta({ widget: 'liquid', language: 'text', ...meta });

/** A notification in a browser. All but title and text may be left out, and is then as the browser has it. */
export const webPushConfig = z.object({
  title: liquidField({
    title: 'Title',
    description: 'About 50 characters fit on most screens.',
    maximum: 250,
    placeholder: 'Your first project is waiting',
  }),
  body: liquidField({
    title: 'Text',
    description: 'About 120 characters fit before it’s cut off.',
    rows: 3,
    maximum: 1_000,
  }),
  link: z
    .string()
    .max(2_000)
    .refine((value) => value.trim() === '' || linkPattern.test(value), linkHint)
    .optional()
    .meta({
      title: 'Opens',
      description: 'Where a click leads. Leave empty to open the site itself.',
      widget: 'liquid',
      language: 'text',
      placeholder: 'https://app.example.com/projects',
    }),
  image: webAddress({
    title: 'Picture',
    description: 'Web address of an image. Safari and Firefox don’t show it.',
    placeholder: 'https://example.com/picture.png',
    advanced: true,
  }),
  icon: webAddress({
    title: 'Icon',
    description: 'Web address of a square image, at least 192 pixels wide.',
    placeholder: 'https://example.com/icon.png',
    advanced: true,
  }),
  actions: z
    .array(
      z.object({
        label: liquidField({ title: 'Label', maximum: 100, placeholder: 'View cart' }),
        link: webAddress({ title: 'Opens', placeholder: 'https://example.com/cart' }),
      }),
    )
    .max(mostActions, `Up to ${mostActions} buttons fit.`)
    .optional()
    .meta({
      title: 'Buttons',
      description: 'Up to 2. Safari and Firefox don’t show them.',
      widget: 'list',
      addLabel: 'Add button',
      itemTitle: 'Button',
      advanced: true,
    }),
  urgency: z
    .enum(['very-low', 'low', 'normal', 'high'])
    .optional()
    .meta({
      title: 'Urgency',
      description: 'Devices that save power may hold back what is less urgent.',
      widget: 'select',
      options: { 'very-low': 'Very low', low: 'Low', normal: 'Normal', high: 'High' },
      default: 'normal',
      advanced: true,
    }),
  ttlHours: z.number().min(0).max(longestHours).optional().meta({
    title: 'Expires after',
    description: 'Not shown in browsers that are closed for longer. 0 is now or never; empty is 4 weeks.',
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
  requireInteraction: z.boolean().optional().meta({
    title: 'Stay until closed',
    description: 'The notification stays on the screen until the person clicks or closes it.',
    widget: 'switch',
    advanced: true,
  }),
});
