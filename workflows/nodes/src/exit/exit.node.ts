import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';

/** Ends the run, with a reason that the figures can tell apart. */
export const exit = defineNode({
  type: 'wend/exit',
  version: 1,
  title: 'Exit',
  description: 'Ends the journey for the person.',
  category: 'exit',
  icon: 'log-out',
  config: z.object({
    reason: z.string().trim().min(1).max(200).meta({
      title: 'Reason',
      description: 'Shown on the run and counted in reports.',
      placeholder: 'Became active',
    }),
    result: z
      .string()
      .trim()
      .max(40)
      .regex(/^(?!(inside|notFilled)$)/, 'This name is reserved.')
      .optional()
      .meta({
        title: 'Result',
        description: 'Where this journey is a sub-journey, people leave its step by a path of this name.',
        placeholder: 'paid',
        advanced: true,
      }),
  }),
  summary: '{reason}',
  defaults: { reason: 'Finished' },
  lower: ({ reason }) => [{ op: 'end', reason }],
});
