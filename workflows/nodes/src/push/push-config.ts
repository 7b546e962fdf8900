import { liquidField } from '@wend/node-sdk';
import { z } from 'zod';
import { linkPattern, webAddressHint, webAddressPattern } from '../message.js';

const linkHint = 'Write a whole address such as https://example.com or app://screen.';

/** What a notification says and opens: the same on a phone and in a browser. */
export const pushConfig = z.object({
  title: liquidField({ title: 'Title', description: 'About 50 characters fit on most screens.', maximum: 250, placeholder: 'Your first project is waiting' }),
  body: liquidField({ title: 'Text', description: 'About 120 characters fit before it is cut.', rows: 3, maximum: 1_000 }),
  link: z.string().max(2_000).refine((value) => value.trim() === '' || linkPattern.test(value), linkHint).optional()
    .meta({ title: 'Opens', description: 'Where a tap leads. Empty: the app or site itself.', widget: 'liquid', language: 'text', placeholder: 'https://app.example.com/projects' }),
  image: z.string().max(2_000).refine((value) => value.trim() === '' || webAddressPattern.test(value), webAddressHint).optional()
    .meta({ title: 'Picture', description: 'Web address of a picture.', widget: 'liquid', language: 'text', placeholder: 'https://example.com/picture.png', advanced: true }),
});
