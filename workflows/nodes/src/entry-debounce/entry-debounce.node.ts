import { durationSeconds } from '@wend/contract';
import type { Duration } from '@wend/contract';
import { defineNode, durationField, filterField } from '@wend/node-sdk';
import { z } from 'zod';
import { ageFields, ageOf, usualAge } from '../age.js';
import { audienceField, audienceOf, whereOf } from '../audience.js';

const usualQuiet: Duration = { amount: 5, unit: 'minutes' };
const usualMost: Duration = { amount: 1, unit: 'hours' };
const ninetyDays = { seconds: 90 * 86_400, words: '90 days' };

/** Begins one run when a person did something several times and has stopped. */
export const entryDebounce = defineNode({
  type: 'wend/entry-debounce',
  version: 1,
  title: 'Debounced event entry',
  description: 'People enter once when they did something several times and have stopped, such as editing a profile.',
  category: 'entry',
  icon: 'merge',
  config: z
    .object({
      event: z.string().trim().min(1).max(200).meta({
        title: 'Event',
        description: 'The last one lets people in; what it carries is what messages and rules find.',
        widget: 'event',
        placeholder: 'Profile Updated',
      }),
      where: filterField({
        scope: 'entry',
        title: 'Only when',
        description: 'Leave empty to count every such event.',
        eventFrom: 'event',
      }),
      key: z.string().trim().max(200).optional().meta({
        title: 'For each',
        description: 'A property whose values are told apart, such as document_id. Leave empty to wait per person.',
        widget: 'property',
        eventFrom: 'event',
        placeholder: 'document_id',
      }),
      quiet: durationField(
        { title: 'Quiet for', description: 'No further event for this long. Each one starts it anew.' },
        { most: ninetyDays },
      ),
      most: durationField(
        { title: 'At most', description: 'This long after the first event they enter, even if more keep coming.' },
        { most: ninetyDays },
      ),
      audience: audienceField(),
      ...ageFields,
    })
    .refine(({ quiet, most }) => durationSeconds(most) >= durationSeconds(quiet), {
      path: ['most'],
      message: 'must be at least as long as the time without events.',
    }),
  ports: [{ id: 'next', label: 'Entered' }],
  defaults: { quiet: usualQuiet, most: usualMost, maximumAge: usualAge, anyAge: false },
  lower: (_config, { to }) => [{ op: 'goto', target: to('next') }],
  entry: {
    kind: 'debounce',
    wayIn: ({ event, where, key, quiet, most, audience, maximumAge, anyAge }) => ({
      event,
      ...(key ? { key } : {}),
      quietSeconds: Math.round(durationSeconds(quiet)),
      mostSeconds: Math.round(durationSeconds(most)),
      ...whereOf(where),
      ...audienceOf(audience),
      ...ageOf({ maximumAge, anyAge }),
    }),
  },
});
