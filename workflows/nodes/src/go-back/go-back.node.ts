import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';

/** Sends people back to an earlier step, a few times. */
export const goBack = defineNode({
  type: 'wend/go-back',
  version: 1,
  title: 'Go back',
  description: 'Sends people back to an earlier step, only so many times.',
  category: 'action',
  icon: 'undo-2',
  config: z.object({
    most: z.number().int().min(1).max(100).default(3).meta({
      title: 'At most',
      description: 'Counted for the whole run. Afterward people take the path “Afterward”.',
      widget: 'number',
      unit: 'times',
    }),
  }),
  turns: { port: 'again', most: 'most' },
  ports: [
    { id: 'again', label: 'Again' },
    { id: 'over', label: 'Afterward' },
  ],
  summary: 'At most {most}×',
  defaults: { most: 3 },
  lower: ({ most }, { to }) => [{ op: 'goto', target: to('again'), most, over: to('over') }],
});
