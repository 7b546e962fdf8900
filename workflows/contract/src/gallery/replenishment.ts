import { buildGraph } from '../fixtures/fixture.js';
import type { GalleryJourney } from './journey.js';
import { email, entry, exit, push, sameExit, wait } from './steps.js';

const item = { properties: { product_id: 'p-1', product_name: 'Coffee beans' } };
const person = { traits: { email: 'ole@example.com' }, devices: ['fcm'] };

export const replenishment: GalleryJourney = {
  slug: 'replenishment',
  title: 'Time to reorder',
  audience: 'buyers of what runs out',
  description: 'Asks 7, 15 and 30 days after each item was bought. Buying that item again starts its clock anew.',
  events: ['Item Purchased'],
  traits: [],
  fill: [],
  graph: buildGraph({
    settings: {
      reentry: { rule: 'always', key: 'product_id' },
      exitCriteria: [sameExit('bought-again', { event: 'Item Purchased', property: 'product_id' })],
    },
    steps: [
      entry('bought', { name: 'Item purchased', event: 'Item Purchased', to: 'to-7' }),
      wait('to-7', { name: '7 days', amount: 7, unit: 'days', to: 'day-7' }),
      push('day-7', {
        name: 'Day 7: how is it?',
        title: 'How is {{ entry.product_name | default: "it" }}?',
        body: 'A few ideas to get more out of it.',
        link: 'https://example.com/p/{{ entry.product_id | url_encode }}',
        to: 'to-15',
      }),
      wait('to-15', { name: '8 more days', amount: 8, unit: 'days', to: 'day-15' }),
      email('day-15', {
        name: 'Day 15: running low?',
        subject: 'Running low on {{ entry.product_name | default: "it" }}?',
        paragraphs: ['Order again with one click, and it’s there before it runs out.'],
        link: { label: 'Order again', url: 'https://example.com/p/{{ entry.product_id | url_encode }}' },
        to: 'to-30',
      }),
      wait('to-30', { name: '15 more days', amount: 15, unit: 'days', to: 'day-30' }),
      email('day-30', {
        name: 'Day 30: time to reorder',
        subject: 'Time for more {{ entry.product_name | default: "of it" }}',
        paragraphs: ['Most people order again about now.'],
        link: { label: 'Order again', url: 'https://example.com/p/{{ entry.product_id | url_encode }}' },
        to: 'end',
      }),
      exit('end', 'Asked three times'),
    ],
  }),
  cases: [
    {
      name: 'doesn’t buy it again',
      person,
      entry: item,
      expect: {
        messages: [
          { step: 'day-7', after: '7 days' },
          { step: 'day-15', after: '15 days' },
          { step: 'day-30', after: '30 days' },
        ],
        ends: 'Asked three times',
      },
    },
    {
      name: 'buys it again on day 10',
      person,
      entry: item,
      events: [{ after: '10 days', name: 'Item Purchased', properties: { product_id: 'p-1' } }],
      expect: { messages: ['day-7'], outcome: 'exited', ends: 'bought-again' },
    },
    {
      name: 'buys something else',
      person,
      entry: item,
      events: [{ after: '10 days', name: 'Item Purchased', properties: { product_id: 'p-2' } }],
      expect: { messages: ['day-7', 'day-15', 'day-30'] },
    },
  ],
};
