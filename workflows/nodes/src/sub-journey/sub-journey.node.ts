import { settingsFrom } from '@wend/contract';
import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { chosen } from '../chosen.js';
import { namedValues, valuesOf } from '../named-value.js';

const result = z.object({ id: z.string().min(1).max(40), name: z.string().min(1).max(40) });
const called = chosen('Journey', 'subJourney', 'A journey with a “Journey entry”. Its steps run here, inside this one.')
  .extend({
    version: z
      .number({ error: 'Choose a version.' })
      .int()
      .positive()
      .meta({ title: 'Version', invalid: 'Choose a version.' }),
    results: z
      .array(result)
      .max(20)
      .default([])
      .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'A result is there twice.')
      .meta({ title: 'Results' }),
  })
  .meta({
    title: 'Journey',
    widget: 'subJourney',
    description: 'A journey with a “Journey entry”. Its steps run here, inside this one.',
  });

/** Leads through the steps of a version of another journey, which stand in its place when a journey is compiled. */
export const subJourney = defineNode({
  type: 'wend/sub-journey',
  version: 1,
  title: 'Sub-journey',
  description: 'Leads people through the steps of another journey and back. They stay in this one.',
  category: 'action',
  icon: 'square-stack',
  config: z.object({
    journey: called,
    inputs: namedValues({
      title: 'Inputs',
      description: 'Inside they are {{ entry.… }}. A value that is a single {{ … }} keeps its type.',
      addLabel: 'Add input',
      itemTitle: 'Name',
    }),
  }),
  portsFrom: { items: 'journey.results', label: 'name', follows: 'done' },
  ports: [
    { id: 'done', label: 'Done' },
    { id: 'notFilled', label: 'Inputs failed', follows: 'done' },
  ],
  // Whether it does is known where the steps inside are: loops are looked at there too.
  blocks: true,
  overAtOnce: false,
  output: z.object({ result: z.string().nullable().meta({ title: 'Result' }) }),
  outputFrom: 'inputs',
  summary: '{journey.name}',
  defaults: { journey: { id: '', name: '', version: 1, results: [] }, inputs: [] },
  lower: ({ inputs }, context) => [
    {
      op: 'inputs',
      settings: settingsFrom(context, valuesOf(inputs)),
      target: context.to('inside'),
      failed: context.to('notFilled'),
    },
  ],
});
