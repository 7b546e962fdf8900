import { isEmpty } from '@wend/contract';
import { defineNode, filterField } from '@wend/node-sdk';
import { z } from 'zod';
import { audienceField, audienceOf } from '../audience.js';
import { dataFields } from '../data-fields.js';

/** Begins a run when a step of another journey says so. */
export const entryJourney = defineNode({
  type: 'wend/entry-journey',
  version: 1,
  title: 'Journey entry',
  description: 'People enter when a “Start journey” or “For each” step of another journey starts this one for them.',
  category: 'entry',
  icon: 'workflow',
  config: z.object({
    fields: dataFields({
      title: 'Data fields',
      description: 'What the other journey sends along. Named here, messages and rules can use them.',
      placeholder: 'order_id',
    }),
    where: filterField({
      scope: 'entry',
      title: 'Only when the data',
      description: 'Leave empty to let in everybody who is sent here.',
    }),
    audience: audienceField(),
  }),
  ports: [{ id: 'next', label: 'Entered' }],
  summary: 'from another journey',
  defaults: { fields: [] },
  lower: (_config, { to }) => [{ op: 'goto', target: to('next') }],
  entry: {
    kind: 'journey',
    wayIn: ({ where, audience }) => ({
      ...(where && !isEmpty(where) ? { where } : {}),
      ...audienceOf(audience),
    }),
  },
});
