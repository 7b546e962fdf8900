import { liquidField } from '@wend/node-sdk';
import { z } from 'zod';
import { linkPattern, webAddressHint, webAddressPattern } from '../message.js';

const linkHint = 'Enter a full address, such as https://example.com or app://screen.';

/** A web address, or one of an app. */
export function linkField(meta: { title: string; description?: string; placeholder?: string }) {
  return z
    .string()
    .max(2_000)
    .refine((value) => value.trim() === '' || linkPattern.test(value), linkHint)
    .optional()
    .meta({ ...meta, widget: 'liquid', language: 'text' });
}

/** What a notification says and opens: the same on a phone and in a browser. */
export const notificationConfig = z.object({
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
  link: linkField({
    title: 'Opens',
    description: 'Where a tap leads. Leave empty to open the app or site itself.',
    placeholder: 'https://app.example.com/projects',
  }),
  image: z
    .string()
    .max(2_000)
    .refine((value) => value.trim() === '' || webAddressPattern.test(value), webAddressHint)
    .optional()
    .meta({
      title: 'Picture',
      description: 'Web address of an image.',
      widget: 'liquid',
      language: 'text',
      placeholder: 'https://example.com/picture.png',
      advanced: true,
    }),
});
