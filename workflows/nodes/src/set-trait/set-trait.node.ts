import { json } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { newTraitName } from '../trait-name.js';

const scalar = json.refine(
  (value) => value === null || typeof value !== 'object',
  'must be text, a number, yes or no.',
);

/** Writes something down about the person. */
export const setTrait = defineNode({
  type: 'wend/set-trait',
  version: 1,
  title: 'Set trait',
  description: 'Saves something about the person, for later branches and messages.',
  category: 'action',
  icon: 'tag',
  config: z.object({
    traits: z
      .array(z.object({ name: newTraitName, value: scalar.meta({ title: 'Value', placeholder: 'customer' }) }))
      .min(1, 'Add a trait to set.')
      .max(50)
      .refine((traits) => new Set(traits.map((trait) => trait.name)).size === traits.length, 'A trait is set twice.')
      .meta({ title: 'Traits', widget: 'keyValue', addLabel: 'Add trait', itemTitle: 'Trait' }),
  }),
  ports: [{ id: 'next', label: 'Next' }],
  undo: true,
  summary: '{traits}',
  defaults: { traits: [{ name: '', value: '' }] },
  lower: ({ traits }, { to }) => [
    {
      op: 'set',
      traits: Object.fromEntries(traits.map(({ name, value }) => [name, value])) as JsonObject,
      target: to('next'),
    },
  ],
});
