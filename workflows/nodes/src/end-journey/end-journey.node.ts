import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { chosen, notChosen } from '../chosen.js';

/** Ends what goes on for the person in another journey. */
export const endJourney = defineNode({
  type: 'wend/end-journey',
  version: 1,
  title: 'End journey',
  description: 'Takes the person out of another journey, wherever they are in it.',
  category: 'action',
  icon: 'route',
  config: z.object({
    journey: chosen(
      'Journey',
      'journey',
      'Messages still in its queue won’t be sent. Of this same journey, other runs of the person end.',
    ),
  }),
  ports: [{ id: 'next', label: 'Next' }],
  summary: '{journey.name}',
  defaults: { journey: notChosen },
  lower: ({ journey: { id, name } }, { to }) => [
    { op: 'act', kind: 'end-journey', settings: { fixed: { journey: id, name } }, target: to('next') },
  ],
});
