import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';

/** Paper on the canvas, for those who edit the journey. */
export const note = defineNode({
  type: 'wend/note',
  version: 1,
  title: 'Note',
  description: 'A note on the canvas for your team. People never see it.',
  category: 'action',
  icon: 'sticky-note',
  note: true,
  config: z.object({
    text: z.string().max(2_000).meta({
      title: 'Text',
      widget: 'textarea',
      rows: 8,
      placeholder: 'Waiting for the new prices before this goes live.',
    }),
  }),
  summary: '{text}',
  defaults: { text: '' },
  lower: () => [],
});
