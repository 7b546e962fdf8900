import { isEmpty } from '@wend/contract';
import { defineNode, filterField } from '@wend/node-sdk';
import { z } from 'zod';
import { audienceField, audienceOf } from '../audience.js';
import { dataFields } from '../data-fields.js';

/** Begins a run when a program says so. */
export const entryApi = defineNode({
  type: 'wend/entry-api',
  version: 1,
  title: 'API entry',
  description: 'People enter when your servers call the trigger API, with data of their own.',
  category: 'entry',
  icon: 'code',
  config: z.object({
    fields: dataFields({
      title: 'Data fields',
      description: 'What calls send as data. Named here, messages and rules can use them.',
      placeholder: 'order.id',
    }),
    where: filterField({
      scope: 'entry',
      title: 'Only when the data',
      description: 'Leave empty to let people in on every call.',
    }),
    audience: audienceField(),
  }),
  ports: [{ id: 'next', label: 'Entered' }],
  summary: 'by API call',
  defaults: { fields: [] },
  lower: (_config, { to }) => [{ op: 'goto', target: to('next') }],
  entry: {
    kind: 'api',
    wayIn: ({ where, audience }) => ({
      ...(where && !isEmpty(where) ? { where } : {}),
      ...audienceOf(audience),
    }),
  },
});
