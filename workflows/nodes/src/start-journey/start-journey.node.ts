import { settingsFrom } from '@wend/contract';
import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { asWords, chosen, notChosen } from '../chosen.js';
import { namedValues, valuesOf } from '../named-value.js';

/** Lets the person into another journey; here they go on at once. */
export const startJourney = defineNode({
  type: 'wend/start-journey',
  version: 1,
  title: 'Start journey',
  description: 'Starts another journey for the person. They go on here as well.',
  category: 'action',
  icon: 'workflow',
  config: z.object({
    journey: chosen(
      'Journey',
      'journey',
      'It needs a “Journey entry”. Its own rules decide who enters, and how often.',
    ),
    data: namedValues({
      title: 'Data to send along',
      description: 'There it is {{ entry.… }}. A value that is a single {{ … }} keeps its type.',
      addLabel: 'Add value',
      itemTitle: 'Name',
    }),
  }),
  ports: [{ id: 'next', label: 'Next' }],
  undo: true,
  summary: '{journey.name}',
  defaults: { journey: notChosen, data: [] },
  lower: ({ journey: { id, name }, data }, context) => [
    {
      op: 'act',
      kind: 'start-journey',
      settings: settingsFrom(context, { journey: id, name: asWords(name), data: valuesOf(data) }),
      target: context.to('next'),
    },
  ],
});
