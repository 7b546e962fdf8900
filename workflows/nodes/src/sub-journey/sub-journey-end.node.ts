import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';

/** Stands at each end inside a sub-journey once that is inlined. Nobody draws it: it is in no palette. */
export const subJourneyEnd = defineNode({
  type: 'wend/sub-journey-end',
  version: 1,
  title: 'End of a sub-journey',
  description: 'Leads back out of the sub-journey.',
  category: 'exit',
  icon: 'log-out',
  config: z.object({ card: z.string(), result: z.string().nullable(), port: z.string() }),
  summary: '{result}',
  defaults: { card: '', result: null, port: 'done' },
  lower: ({ card, result, port }, { to }) => [{ op: 'result', of: card, result, target: to(port) }],
});
