import { cappedSwitch, heldChoices, latestHours, messageClasses, quietChoices } from '@wend/contract';
import { liquidField } from '@wend/node-sdk';
import { z } from 'zod';

/** http, https or an app's own scheme, or Liquid that makes one. */
export const linkPattern = /^\s*(\{[{%]|[a-zA-Z][a-zA-Z0-9+.-]*:\/\/\S)/;
/** http or https, or Liquid that makes one. */
export const webAddressPattern = /^\s*(\{[{%]|https?:\/\/\S)/;
/** A sentence for fields with `webAddressPattern`. */
export const webAddressHint = 'Enter a full web address that starts with https:// or http://.';

const quietClock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const clockHint = 'Write a time as HH:MM.';

/** What every message step says of its message beside the content. All of it may be left out. */
export const deliveryFields = {
  messageClass: z
    .enum(messageClasses)
    .optional()
    .meta({
      title: 'Kind of message',
      description:
        'Marketing goes only to people who haven’t unsubscribed, outside quiet hours and within limits. Transactional messages follow something the person did, such as an order: they’re sent at any time, past limits, also to people who left marketing.',
      widget: 'select',
      options: { marketing: 'Marketing', transactional: 'Transactional' },
      usual: 'marketing',
    }),
  topic: z.string().trim().max(100).optional().meta({
    title: 'Topic',
    description:
      'What the message is about, as set under Settings → Topics. Marketing goes only to people who are subscribed to it, and connections can be chosen by it.',
    widget: 'topic',
  }),
  whenCapped: z
    .enum(heldChoices)
    .optional()
    .meta({
      title: 'When a message limit is reached',
      description: 'Limits are set under Settings → Delivery. Transactional messages are never held back by them.',
      widget: 'select',
      options: { skip: 'Skip this message', wait: 'Wait until it may be sent' },
      usual: 'skip',
      advanced: true,
    }),
  [cappedSwitch]: z.boolean().optional().meta({
    title: 'Path when a limit is reached',
    description: 'People who have had enough messages when they get here take it, without this message.',
    widget: 'switch',
    advanced: true,
  }),
  quietHours: z
    .enum(quietChoices)
    .optional()
    .meta({
      title: 'Quiet hours',
      description: 'By the person’s clock. Transactional messages are sent at any time.',
      widget: 'select',
      options: { follow: 'As set for the workspace', other: 'Others for this step', none: 'Send at any time' },
      usual: 'follow',
      advanced: true,
    }),
  quietWindows: z
    .array(
      z.object({
        days: z
          .array(z.number().int().min(1).max(7))
          .max(7)
          .optional()
          .meta({ title: 'On these days', description: 'Leave empty for every day.', widget: 'weekdays' }),
        from: quietClock.meta({ title: 'From', widget: 'time', invalid: clockHint, default: '21:00' }),
        to: quietClock.meta({
          title: 'To',
          description: 'If it isn’t later than “From”, it’s on the next day.',
          widget: 'time',
          invalid: clockHint,
          default: '08:00',
        }),
      }),
    )
    .max(20)
    .optional()
    .meta({
      title: 'Quiet hours of this step',
      widget: 'list',
      addLabel: 'Add quiet hours',
      itemTitle: 'Quiet hours',
      shownFor: { quietHours: ['other'] },
      advanced: true,
    }),
  whenQuiet: z
    .enum(heldChoices)
    .optional()
    .meta({
      title: 'During quiet hours',
      widget: 'select',
      options: { wait: 'Wait and send it afterward', skip: 'Skip this message' },
      usual: 'wait',
      advanced: true,
    }),
  latestHours: z
    .number()
    .min(1)
    .max(latestHours.most)
    .optional()
    .meta({
      title: 'Wait at most',
      description: 'A message that would have to wait longer for a limit or quiet hours isn’t sent.',
      unit: 'hours',
      placeholder: String(latestHours.usual),
      advanced: true,
    }),
};

/** The same setting, folded away under "More". */
export function folded<Schema extends z.ZodType>(setting: Schema): Schema {
  return setting.meta({ ...setting.meta(), advanced: true }) as Schema;
}

/** A text message that is sent once instead, when the network says for good that it cannot deliver. */
export const smsFallback = liquidField({
  title: 'If it can’t be delivered, send this SMS',
  description: 'Sent once, for instance to people who don’t use this app. Leave empty to send nothing.',
  rows: 3,
  maximum: 1_600,
  required: false,
}).optional();

/** Up to `most` buttons that open web addresses. */
export function linkButtons(most: number) {
  return z
    .array(
      z.object({
        label: liquidField({ title: 'Label', maximum: 40, placeholder: 'View order' }),
        link: z
          .string()
          .trim()
          .min(1)
          .max(2_000)
          .regex(webAddressPattern, webAddressHint)
          .meta({ title: 'Opens', widget: 'liquid', language: 'text', placeholder: 'https://shop.example.com' }),
      }),
    )
    .max(most, `Up to ${most} buttons fit.`)
    .optional()
    .meta({ title: 'Buttons', widget: 'list', addLabel: 'Add button', itemTitle: 'Button', advanced: true });
}
