import { durationSeconds, mostRecipients, settingsFrom, usualRecipients } from '@wend/contract';
import type { Duration, JsonObject } from '@wend/contract';
import { defineNode, spanField } from '@wend/node-sdk';
import { z } from 'zod';
import { asWords, chosen, notChosen } from '../chosen.js';
import { namedValues, valuesOf } from '../named-value.js';
import { perKeyField } from '../per-key.js';
import { whoChoice, whoOf } from './who/index.js';

const settings = z.object({
  who: whoChoice.meta({ title: 'For each of' }),
  journey: chosen(
    'Journey',
    'journey',
    'It needs a “Journey entry”. Its own rules decide which of them enter, and how often.',
  ),
  data: namedValues({
    title: 'Data to send along',
    description:
      'There it is {{ entry.… }}. Who is on this path here goes along as {{ entry.actor.id }} and {{ entry.actor.name }}.',
    addLabel: 'Add value',
    itemTitle: 'Name',
  }),
  most: z
    .number()
    .int()
    .min(1)
    .max(mostRecipients)
    .default(usualRecipients)
    .meta({ title: 'At most', description: 'Those beyond are counted in the run’s replay.', unit: 'people' }),
  once: z
    .enum(['run', 'within', 'always'])
    .default('run')
    .meta({
      title: 'Never twice for the same recipient',
      widget: 'select',
      options: { run: 'In the same run', within: 'Within a time', always: 'Ever' },
    }),
  within: spanField({
    title: 'Time',
    description: 'From one to the next, over all runs of this journey.',
    units: ['minutes', 'hours', 'days', 'weeks'],
    shownFor: { once: ['within'] },
  }).default({ amount: 1, unit: 'days' }),
  key: perKeyField({
    description: 'Counts for each value separately, such as for each post. Leave it empty to count all together.',
    placeholder: '{{ entry.post_id }}',
    shownFor: { once: ['within', 'always'] },
  }),
  self: z.boolean().default(false).meta({
    title: 'Also for the person on this path',
    description: 'Else they are left out, also when they are listed.',
    widget: 'switch',
    advanced: true,
  }),
});

/** The rule by which nobody gets it twice, as the action has it. */
function onceOf({ once, within, key }: z.output<typeof settings>): JsonObject {
  if (once === 'run') return { per: 'run' };
  const seconds = once === 'always' ? null : Math.round(durationSeconds(within as Duration));
  return { per: 'key', key, withinSeconds: seconds };
}

/** Starts another journey for each of several people; the person goes on here at once. */
export const forEach = defineNode({
  type: 'wend/for-each',
  version: 1,
  title: 'For each',
  description: 'Starts another journey for each of several people, such as all who follow the person here.',
  category: 'action',
  icon: 'users',
  config: settings,
  ports: [{ id: 'next', label: 'Next' }],
  undo: true,
  summary: '{journey.name}',
  defaults: {
    who: { kind: 'list', ids: '', idField: 'id' },
    journey: notChosen,
    data: [],
    most: usualRecipients,
    once: 'run',
    self: false,
  },
  lower: (config, context) => {
    const { settings: who, types } = whoOf(config.who);
    const { journey, data, most, self } = config;
    const filled = {
      who,
      journey: journey.id,
      name: asWords(journey.name),
      data: valuesOf(data),
      most,
      once: onceOf(config),
      ...(self ? { self } : {}),
    };
    return [
      {
        op: 'act',
        kind: 'recipients',
        settings: settingsFrom(context, filled, { ...types, 'once.key': 'text' }),
        target: context.to('next'),
      },
    ];
  },
});
