import { isEmpty } from '@wend/contract';
import { defineNode, filterField } from '@wend/node-sdk';
import { z } from 'zod';
import { audienceField, audienceOf } from '../audience.js';

/** Begins a run when a person comes into, or leaves, a place. */
export const entryPlace = defineNode({
  type: 'wend/entry-place',
  version: 1,
  title: 'Place entry',
  description: 'People enter when they come into, or leave, one of your places.',
  category: 'entry',
  icon: 'map-pin',
  config: z.object({
    on: z
      .enum(['entered', 'left'])
      .default('entered')
      .meta({
        title: 'When people',
        widget: 'select',
        options: { entered: 'Come into a place', left: 'Leave a place' },
      }),
    tags: z.array(z.string().trim().min(1).max(60)).max(20).default([]).meta({
      title: 'With one of these tags',
      description: 'Places are under Settings → Places, with how long a stay must be to count.',
      widget: 'placeTags',
    }),
    places: z.array(z.string().trim().min(1).max(200)).max(200).default([]).meta({
      title: 'Or one of these places',
      description: 'Leave tags and places empty for any place.',
      widget: 'places',
    }),
    where: filterField({
      scope: 'entry',
      title: 'Only when',
      description: 'Leave empty to let people in each time.',
    }),
    audience: audienceField(),
  }),
  ports: [{ id: 'next', label: 'Entered' }],
  defaults: { on: 'entered', tags: [], places: [] },
  lower: (_config, { to }) => [{ op: 'goto', target: to('next') }],
  entry: {
    kind: 'place',
    wayIn: ({ on, tags, places, where, audience }) => ({
      on,
      ...(tags.length > 0 ? { tags } : {}),
      ...(places.length > 0 ? { places } : {}),
      ...(where && !isEmpty(where) ? { where } : {}),
      ...audienceOf(audience),
    }),
  },
});
